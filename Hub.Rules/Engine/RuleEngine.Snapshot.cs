using System.Buffers;
using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules;

/// <summary>State at rest. Devices and rules are named, never numbered, so another process and another set of rules can read it.</summary>
public sealed partial class RuleEngine
{
    private const int Magic = 0x45525548;
    private const int FormatVersion = 4;
    private const int OldestFormat = 1;

    private readonly StateWriter stateWriter = new();

    /// <summary>Writes all state, in a versioned format that a later version and another set of rules can read.</summary>
    public void Save(IBufferWriter<byte> output)
    {
        var writer = stateWriter;
        writer.Clear();
        writer.Int(Magic);
        writer.Int(FormatVersion);
        writer.Long(world.NowMs);
        writer.Long(maker.Position);
        writer.Int(maker.Ordinal);
        writer.Text(suppressions.Text);
        SaveDevices(writer);
        var block = writer.Begin();
        outage.Save(writer);
        writer.End(block);
        SaveRules(writer);
        SaveScores(writer);
        savedBytes = writer.Written.Length;
        output.Write(writer.Written);
    }

    /// <summary>Takes over saved state, into an engine that has none yet. Conditions of a rule that has changed since begin anew; all other rules go on as if nothing had happened.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot of this engine.</exception>
    public void Restore(ReadOnlySpan<byte> snapshot)
    {
        if (deviceCount > 0) throw new InvalidOperationException("rule state can be restored only into an engine that has judged nothing yet");
        var reader = new StateReader(snapshot);
        if (reader.Int() != Magic) throw new InvalidDataException("rule state: these bytes are no snapshot of a rule engine");
        var version = reader.Int();
        if (version is < OldestFormat or > FormatVersion) throw new InvalidDataException($"rule state: format {version}, this hub reads {OldestFormat} to {FormatVersion}; replay the journal instead");
        world.NowMs = reader.Long();
        maker.Restore(reader.Long(), reader.Int());
        if (version >= 2) RestoreSuppressions(reader.Text()!);
        RestoreDevices(ref reader);
        var ofOutage = reader.Block();
        outage.Restore(ref ofOutage, StateOrNull, version);
        foreach (var device in devices) if (device is not null) outage.Resume(device);
        RestoreRules(ref reader, version);
        // Format 3 kept no beginning of an episode: its detectors learn anew.
        if (version >= 4) RestoreScores(ref reader);
        heldChanged = true;
        ShowHeld();
    }

    private void RestoreSuppressions(string written)
    {
        try
        {
            suppressions.Replace(written);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new InvalidDataException($"rule state: suppressions that cannot be read: {e.Message}", e);
        }
    }

    private void SaveDevices(StateWriter writer)
    {
        var tables = devices.OfType<DeviceState>().Select(d => d.Plan).Distinct().ToList();
        writer.Int(tables.Count);
        foreach (var plan in tables)
        {
            writer.Int(plan.Slots.Count);
            foreach (var channel in plan.Slots) writer.Text(channel.Name);
            writer.Int(plan.Windows.Count);
            foreach (var need in plan.Windows)
            {
                writer.Text(need.Channel.Name);
                writer.Long(need.SpanMs);
            }
        }

        writer.Int(deviceCount);
        foreach (var device in devices)
        {
            if (device is null) continue;
            var block = writer.Begin();
            writer.Text(device.Device.Id);
            writer.Int(tables.IndexOf(device.Plan));
            device.Write(writer);
            writer.End(block);
        }
    }

    private void RestoreDevices(ref StateReader reader)
    {
        var tables = new (string[] Slots, (string Channel, long SpanMs)[] Windows)[reader.Count()];
        for (var t = 0; t < tables.Length; t++)
        {
            var slots = new string[reader.Count()];
            for (var i = 0; i < slots.Length; i++) slots[i] = reader.Text()!;
            var windows = new (string, long)[reader.Count()];
            for (var i = 0; i < windows.Length; i++) windows[i] = (reader.Text()!, reader.Long());
            tables[t] = (slots, windows);
        }

        for (var n = reader.Count(); n > 0; n--)
        {
            var block = reader.Block();
            var state = StateOrNull(block.Text()!);
            var table = block.Int();
            if (table < 0 || table >= tables.Length) throw new InvalidDataException($"rule state: channel table {table} of {tables.Length}");
            state?.Read(ref block, tables[table].Slots, tables[table].Windows);
        }
    }

    // A device that was removed since takes its state with it.
    private DeviceState? StateOrNull(string id) => world.Directory.Find(id) is { } device ? StateOf(device) : null;

    private void SaveRules(StateWriter writer)
    {
        writer.Int(book.Compiled.Count);
        foreach (var rule in book.Compiled)
        {
            writer.Text(rule.Id);
            writer.Text(rule.Hash);
            var block = writer.Begin();
            flood[rule.Index].Write(writer);
            writer.Int(keys[rule.Index].Count);
            foreach (var key in keys[rule.Index].Values)
            {
                var inner = writer.Begin();
                key.Write(writer);
                writer.End(inner);
            }

            writer.End(block);
        }
    }

    private void RestoreRules(ref StateReader reader, int format)
    {
        for (var n = reader.Count(); n > 0; n--)
        {
            var id = reader.Text();
            var hash = reader.Text();
            var block = reader.Block();
            var rule = book.Compiled.FirstOrDefault(r => string.Equals(r.Id, id, StringComparison.Ordinal));
            if (rule is not null) RestoreRule(rule, ref block, changed: !string.Equals(rule.Hash, hash, StringComparison.Ordinal), format);
        }
    }

    private void RestoreRule(CompiledRule rule, ref StateReader block, bool changed, int format)
    {
        flood[rule.Index].Read(ref block, changed, format);
        if (flood[rule.Index].ShadowedMs is > 0 and var since) rule.Ledger.Shadowed(since);
        for (var n = block.Count(); n > 0; n--)
        {
            var inner = block.Block();
            var placeId = inner.Text()!;
            var zone = inner.Text();
            var deviceId = inner.Text();
            var device = deviceId is null ? null : StateOrNull(deviceId);
            if (deviceId is not null && device is null) continue;
            if (changed && !inner.PeekBool()) continue;
            var key = Shared(rule, placeId, zone, device);
            if (ReferenceEquals(key, KeyState.None)) continue;
            key.Read(ref inner, changed, format);
            if (zone is not null) (Shared(rule, placeId, null, device).Zones ??= new Dictionary<string, KeyState>(StringComparer.Ordinal))[zone] = key;
            if (key.Open) world.Opened(key);
            if (key.DueMs != long.MaxValue) timers.Set(key, key.DueMs);
        }
    }
}
