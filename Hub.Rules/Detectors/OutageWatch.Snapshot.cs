using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules.Detectors;

/// <summary>The watch at rest.</summary>
internal sealed partial class OutageWatch
{
    public void Save(StateWriter writer)
    {
        writer.Long(lastTickMs);
        writer.Long(graceFromMs);
        writer.Long(Inhibited);
        writer.Int(pending.Count);
        foreach (var state in pending) writer.Text(state.Device.Id);
        writer.Int(world.Lost.Count);
        foreach (var state in world.Lost)
        {
            writer.Text(state.Device.Id);
            var single = state.Outage is { } key && ReferenceEquals(key.Device, state);
            writer.Bool(single);
            writer.Long(single ? state.Outage!.RaisedAtMs : 0);
            writer.Text(single ? state.Outage!.HeldBy : null);
        }

        writer.Int(parents.Count);
        foreach (var parent in parents)
        {
            writer.Text(parent.Key.PlaceId);
            writer.Text(parent.Key.Zone);
            writer.Long(parent.Key.RaisedAtMs);
            writer.Text(parent.Key.HeldBy);
            writer.Int(parent.Peak);
            writer.Bool(parent.Life);
            writer.Long(parent.NewestMs);
            writer.Int(parent.Members.Count);
            foreach (var member in parent.Members) writer.Text(member);
        }
    }

    /// <param name="reader">What <see cref="Save"/> wrote.</param>
    /// <param name="find">The state of a device; null when it was removed since.</param>
    /// <param name="format">Format of the snapshot.</param>
    public void Restore(ref StateReader reader, Func<string, DeviceState?> find, int format)
    {
        lastTickMs = reader.Long();
        world.AwakeFromMs = graceFromMs = reader.Long();
        Inhibited = reader.Long();
        for (var n = reader.Count(); n > 0; n--)
            if (find(reader.Text()!) is { } state && rule is not null) pending.Add(state);
        for (var n = reader.Count(); n > 0; n--)
        {
            var state = find(reader.Text()!);
            var single = reader.Bool();
            var raisedAtMs = reader.Long();
            var heldBy = format >= 2 ? reader.Text() : null;
            if (state is null) continue;
            world.WentOffline(state);
            if (!single || rule is null) continue;
            state.Outage = new KeyState(rule, state.Device.Place.Id, null, state) { RaisedAtMs = raisedAtMs, HeldBy = heldBy };
            singles++;
            if (heldBy is not null) Held(state.Outage, state.Device.Kind.LifeSafety ? "life" : "device");
        }

        for (var n = reader.Count(); n > 0; n--) RestoreParent(ref reader, find, format);
    }

    /// <summary>Goes on for the same rule as another book holds it.</summary>
    public void Under(CompiledRule same)
    {
        rule = same;
        foreach (var parent in parents) parent.Key.Rule = same;
        foreach (var state in world.Lost) if (state.Outage is { } key) key.Rule = same;
    }

    /// <summary>Sets the timer of a device that had one.</summary>
    public void Resume(DeviceState state)
    {
        if (state.WatchTimerSet) SetWatch(state);
    }

    private void RestoreParent(ref StateReader reader, Func<string, DeviceState?> find, int format)
    {
        var placeId = reader.Text()!;
        var zone = reader.Text();
        var raisedAtMs = reader.Long();
        var heldBy = format >= 2 ? reader.Text() : null;
        var peak = reader.Int();
        var life = reader.Bool();
        var newestMs = reader.Long();
        var members = new string[reader.Count()];
        for (var i = 0; i < members.Length; i++) members[i] = reader.Text()!;
        if (rule is null) return;
        var parent = new Parent(new KeyState(rule, placeId, zone, null) { RaisedAtMs = raisedAtMs, HeldBy = heldBy }) { Peak = peak, Life = life, NewestMs = newestMs };
        foreach (var member in members)
        {
            if (find(member) is not { } state) continue;
            parent.Members.Add(member);
            state.Outage = parent.Key;
        }

        parents.Add(parent);
        if (heldBy is not null) Held(parent.Key, life ? "groupLife" : "group");
    }

    private void Held(KeyState key, string stepName)
    {
        var step = StepOf(stepName);
        (key.Severity, key.OpenType) = ((int)step.Severity, step.Type);
        heldKeys++;
    }
}
