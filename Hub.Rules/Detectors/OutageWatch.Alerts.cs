using System.Globalization;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules.Detectors;

/// <summary>What the watch says, and what is held back of it: an outage that still lasts when a window ends is raised then.</summary>
internal sealed partial class OutageWatch
{
    private int heldKeys;
    private bool heldChanged;

    /// <summary>Outages that are open and held back.</summary>
    public IEnumerable<KeyState> HeldKeys
    {
        get
        {
            foreach (var state in world.Lost)
                if (state.Outage is { HeldBy: not null } key && ReferenceEquals(key.Device, state)) yield return key;
            foreach (var parent in parents)
                if (parent.Key.HeldBy is not null) yield return parent.Key;
        }
    }

    /// <summary>Whether what is held back changed since the last call.</summary>
    public bool TakeHeldChanged()
    {
        var was = heldChanged;
        heldChanged = false;
        return was;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, LocalText> FactsOf(DeviceState state, long nowMs) => new(StringComparer.Ordinal)
    {
        ["duration"] = AlertMaker.Duration((nowMs - state.LastArrivalMs) / 1000),
    };

    private Dictionary<string, LocalText> FactsOf(Parent parent)
    {
        var members = string.Join(", ", parent.Members.Take(5)) + (parent.Members.Count > 5 ? ", …" : "");
        var total = Text(TotalIn(parent.Key.Name));
        return new(StringComparer.Ordinal)
        {
            ["count"] = new(Text(parent.Members.Count), Text(parent.Members.Count)),
            ["total"] = new(total, total),
            ["members"] = new(members, members),
        };
    }

    private RuleStep StepOf(string name) => Array.Find(rule!.Steps, s => string.Equals(s.Name, name, StringComparison.Ordinal)) ?? rule.Steps[0];

    private void Raise(KeyState key, string stepName, DeviceState? state, List<Alert> alerts, Dictionary<string, LocalText> facts)
    {
        var step = StepOf(stepName);
        (key.Severity, key.OpenType) = ((int)step.Severity, step.Type);
        if (suppressions.Holding(key, step, state?.Device) is not { } suppression)
        {
            Give(AlertSignal.Raised, key, stepName, state, alerts, facts);
            return;
        }

        key.HeldBy = suppression.Id;
        heldKeys++;
        heldChanged = true;
        Inhibited++;
        Note(key, "suppressed", state, suppression.Id, alert: false);
    }

    private void Release(long nowMs, List<Alert> alerts)
    {
        for (var i = 0; i < world.Lost.Count; i++)
        {
            var state = world.Lost[i];
            if (state.Outage is { HeldBy: { } by } key && ReferenceEquals(key.Device, state) && !suppressions.StillHolds(by, key))
                RaiseAgain(key, state.Device.Kind.LifeSafety ? "life" : "device", state, alerts, FactsOf(state, nowMs));
        }

        for (var i = 0; i < parents.Count; i++)
            if (parents[i].Key is { HeldBy: { } by } key && !suppressions.StillHolds(by, key)) RaiseAgain(key, parents[i].Life ? "groupLife" : "group", null, alerts, FactsOf(parents[i]));
    }

    private void RaiseAgain(KeyState key, string stepName, DeviceState? state, List<Alert> alerts, Dictionary<string, LocalText> facts)
    {
        LetGo(key);
        Raise(key, stepName, state, alerts, facts);
    }

    private void LetGo(KeyState key)
    {
        key.HeldBy = null;
        heldKeys--;
        heldChanged = true;
    }

    private void Give(AlertSignal signal, KeyState key, string stepName, DeviceState? state, List<Alert> alerts, Dictionary<string, LocalText>? facts)
    {
        if (signal == AlertSignal.Cleared && key.HeldBy is not null)
        {
            LetGo(key);
            return;
        }

        var step = StepOf(stepName);
        frame.Turn(state, null, world.NowMs);
        frame.Turn(rule!, key, null);
        key.Severity = (int)step.Severity;
        var window = signal == AlertSignal.Cleared ? null : suppressions.Around(key, step, state?.Device);
        var alert = maker.Make(signal, key, step, frame, facts, state?.Device.Id, window);
        alerts.Add(alert);
        Note(key, signal.ToString().ToLowerInvariant(), state, alert.Explanation.En, alert: true);
    }

    // Of a group, the standing of its first member stands for all.
    private void Note(KeyState key, string outcome, DeviceState? state, string detail, bool alert)
    {
        state ??= world.Lost.FirstOrDefault(lost => ReferenceEquals(lost.Outage, key));
        var trace = state is null
            ? new Core.Ports.RuleTrace(world.NowMs, rule!.Version, "", key.PlaceId, outcome, detail)
            : Answer(state, world.NowMs, outcome) with { PlaceId = key.PlaceId, Detail = detail, DeviceId = key.Device is null ? "" : state.Device.Id };
        rule!.Ledger.Note(trace with { Zone = key.Zone ?? "", HeldBy = key.HeldBy ?? "" }, alert);
    }
}
