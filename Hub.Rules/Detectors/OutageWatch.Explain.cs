using Hub.Core.Ports;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors;

/// <summary>Says how the watch stands with one device: its silence, its settling, the groups it may fall with, and whose case it is.</summary>
internal sealed partial class OutageWatch
{
    private const int MostMembers = 8;
    private const int MostGroups = 8;
    private const long SampleMs = 60_000;

    private long sampledMs = long.MinValue / 2;

    /// <summary>The rule that this watch runs; null when no pack holds it.</summary>
    public string? RuleId => rule?.Id;

    /// <summary>The answer about one device at this moment.</summary>
    /// <param name="state">The device.</param>
    /// <param name="nowMs">Arrival time of the record at hand.</param>
    /// <param name="outcome">What just happened; null to tell the standing.</param>
    public RuleTrace Answer(DeviceState state, long nowMs, string? outcome = null)
    {
        var parent = ParentOf(state);
        var steps = StepsOf(state, parent, nowMs);
        var heldBy = state.Outage?.HeldBy ?? (parent is not null ? parent.Key.Name : "");
        outcome ??= !state.Offline ? "false" : !state.Settled ? "held" : heldBy.Length > 0 ? "suppressed" : state.Outage is null ? "false" : "open";
        return new RuleTrace(nowMs, rule!.Version, state.Device.Id, state.Device.Place.Id, outcome, RuleEngine.Words(steps)) { HeldBy = heldBy, Steps = steps };
    }

    // Of silences that raise nothing, or not yet, one a minute is kept.
    private void Sample(DeviceState state)
    {
        if (rule is null || world.NowMs - sampledMs < SampleMs) return;
        sampledMs = world.NowMs;
        rule.Ledger.Note(Answer(state, world.NowMs), alert: false);
    }

    private Parent? ParentOf(DeviceState state) => state.Outage is { } key ? parents.Find(p => ReferenceEquals(p.Key, key)) : null;

    private List<TraceStep> StepsOf(DeviceState state, Parent? parent, long nowMs)
    {
        var (own, group) = state.Device.Kind.LifeSafety ? ("life", "groupLife") : ("device", "group");
        if (parent is not null && parent.Life) group = "groupLife";
        return
        [
            new TraceStep(own, StepOf(own).Severity, parent is null && state.Outage is not null, AlonePartsOf(state, parent, nowMs)),
            new TraceStep(group, StepOf(group).Severity, parent is not null, GroupPartsOf(state, parent, nowMs)),
        ];
    }

    private List<TracePart> AlonePartsOf(DeviceState state, Parent? parent, long nowMs)
    {
        var parts = new List<TracePart>();
        if (state.Device.Disabled) parts.Add(new TracePart(0, "disabled", state.Device.Id, true));
        if (!owns(state.Device)) parts.Add(new TracePart(0, "otherLane", state.Device.Place.Site, true));
        if (state.LastArrivalMs == 0 && !state.Offline)
        {
            parts.Add(new TracePart(0, "neverHeard", state.Device.Id, true));
            return parts;
        }

        parts.Add(new TracePart(0, "all", "", parent is null && state is { Offline: true, Settled: true }));
        var from = Math.Max(state.LastArrivalMs, graceFromMs);
        var limit = state.Device.Kind.OfflineAfterSeconds;
        var will = state.Offline && state.OfflineSinceMs < from + (limit * 1000L);
        parts.Add(new TracePart(1, "any", "", state.Offline));
        parts.Add(new TracePart(2, "silence", state.Device.Id, (nowMs - from) / 1000 >= limit, (nowMs - from) / 1000, limit, "s", ">="));
        if (graceFromMs > state.LastArrivalMs) parts.Add(new TracePart(3, "grace", "", true, (nowMs - graceFromMs) / 1000, null, "s"));
        parts.Add(new TracePart(2, "lastWill", state.Device.Id, will));
        double? since = state.Offline ? Math.Max(0, (nowMs - state.OfflineSinceMs) / 1000) : null;
        parts.Add(new TracePart(1, "settle", "", since >= settleMs / 1000, since, settleMs / 1000, "s", ">="));
        parts.Add(new TracePart(1, "none", "", parent is null));
        parts.Add(new TracePart(2, "parent", parent?.Key.Name ?? "", parent is not null));
        return parts;
    }

    // Each group that the device may fall with, against the two limits; under it who else is lost.
    private List<TracePart> GroupPartsOf(DeviceState state, Parent? parent, long nowMs)
    {
        var parts = new List<TracePart> { new(0, "any", "", parent is not null) };
        foreach (var name in CandidatesOf(state.Device).Take(MostGroups))
        {
            var mine = parent is not null && string.Equals(parent.Key.Name, name, StringComparison.Ordinal);
            var lost = mine ? LostOf(parent!) : LostIn(name, state);
            var total = TotalIn(name);
            double? share = total > 0 ? Math.Round(100.0 * lost.Count / total, 1) : null;
            parts.Add(new TracePart(1, "group", name, mine));
            parts.Add(new TracePart(2, "count", "", lost.Count >= groupDevices, lost.Count, groupDevices, "", ">="));
            parts.Add(new TracePart(2, "share", "", lost.Count >= 3 && share >= groupShare * 100, share, groupShare * 100, "%", ">="));
            foreach (var other in lost.Take(MostMembers))
                parts.Add(new TracePart(3, "member", other.Device.Id, true, Math.Max(0, (nowMs - other.OfflineSinceMs) / 1000), null, "s"));
        }

        return parts;
    }

    private List<DeviceState> LostIn(string name, DeviceState state)
    {
        var found = new List<DeviceState>();
        foreach (var other in world.Lost)
            if (other.Outage is null && (!state.Offline || Together(state, other)) && InGroup(other.Device, name)) found.Add(other);
        return found;
    }

    private List<DeviceState> LostOf(Parent parent)
    {
        var found = new List<DeviceState>();
        foreach (var other in world.Lost) if (ReferenceEquals(other.Outage, parent.Key)) found.Add(other);
        return found;
    }
}
