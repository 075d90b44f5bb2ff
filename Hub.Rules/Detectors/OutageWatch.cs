using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Readings;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Packs;

namespace Hub.Rules.Detectors;

/// <summary>
/// Devices gone silent: each by the life sign of its kind, many of one gateway or place as one parent case that holds its children back.
/// It mutes nothing but its own children.
/// </summary>
/// <remarks>All in arrival time: a life sign is one when it reaches the hub. After a silence of the hub itself every device gets its full time again.</remarks>
internal sealed partial class OutageWatch
{
    private readonly PriorityQueue<DeviceState, (long DueMs, string Id)> watch = new(Comparer<(long DueMs, string Id)>.Create(
        (a, b) => a.DueMs != b.DueMs ? a.DueMs.CompareTo(b.DueMs) : string.CompareOrdinal(a.Id, b.Id)));

    private readonly List<DeviceState> pending = [];
    private readonly List<Parent> parents = [];
    private readonly World world;
    private readonly Frame frame;
    private readonly AlertMaker maker;
    private readonly SuppressionList suppressions;
    private CompiledRule? rule;
    private readonly Func<Device, bool> owns;
    private readonly long settleMs;
    private readonly long groupMs;
    private readonly long hubGapMs;
    private readonly int groupDevices;
    private readonly double groupShare;
    private long lastTickMs = long.MinValue;
    private long graceFromMs = long.MinValue / 2;
    private int singles;

    public OutageWatch(IReadOnlyList<CompiledRule> rules, World world, Frame frame, AlertMaker maker, SuppressionList suppressions, Func<Device, bool> owns)
    {
        this.suppressions = suppressions;
        this.owns = owns;
        this.world = world;
        this.frame = frame;
        this.maker = maker;
        rule = RuleOf(rules);
        settleMs = Span("settle", 120_000);
        groupMs = Span("group_within", 300_000);
        hubGapMs = Span("hub_gap", 300_000);
        groupDevices = (int)Figure("group_devices", 5);
        groupShare = Figure("group_share", 30) / 100;
    }

    /// <summary>The rule it runs; null when no pack holds it.</summary>
    public static CompiledRule? RuleOf(IReadOnlyList<CompiledRule> rules) => rules.FirstOrDefault(r => string.Equals(r.Detector, "outage", StringComparison.Ordinal));

    /// <summary>A whole group of devices silent together.</summary>
    private sealed class Parent(KeyState key)
    {
        public KeyState Key { get; } = key;
        public SortedSet<string> Members { get; } = new(StringComparer.Ordinal);
        public int Peak { get; set; }
        public bool Life { get; set; }
        public long NewestMs { get; set; }
    }

    /// <summary>Alerts of children that a parent held back.</summary>
    public long Inhibited { get; private set; }

    /// <summary>Devices found lost, each by itself, since the list was emptied last.</summary>
    public List<DeviceState> SettledAlone { get; } = [];

    /// <summary>Outages that are open.</summary>
    public int Open => parents.Count + singles;

    /// <summary>A device spoke, or its last will did.</summary>
    public void Heard(DeviceState state, Observation observation, List<Alert> alerts)
    {
        if (SaysOffline(observation))
        {
            if (!state.Offline) GoOffline(state, observation.ArrivalMs);
            return;
        }

        state.LastArrivalMs = Math.Max(state.LastArrivalMs, observation.ArrivalMs);
        if (!state.WatchTimerSet) SetWatch(state);
        if (state.Offline) ComeBack(state, alerts);
    }

    public void Tick(long tickMs, List<Alert> alerts)
    {
        if (lastTickMs != long.MinValue && tickMs - lastTickMs > hubGapMs) world.AwakeFromMs = graceFromMs = tickMs;
        lastTickMs = tickMs;
        while (watch.TryPeek(out var state, out var entry) && entry.DueMs <= tickMs)
        {
            watch.Dequeue();
            state.WatchTimerSet = false;
            if (state.Offline || state.Device.Disabled || !owns(state.Device)) continue;
            if (DueOf(state) > tickMs) SetWatch(state);
            else GoOffline(state, DueOf(state));
        }

        if (rule is null) return;
        for (var i = 0; i < pending.Count; i++)
        {
            if (pending[i].OfflineSinceMs + settleMs > tickMs) continue;
            var state = pending[i];
            pending.RemoveAt(i--);
            if (state.Offline && !state.Settled) Settle(state, tickMs, alerts);
        }

        if (heldKeys > 0) Release(tickMs, alerts);
    }

    private static bool SaysOffline(Observation observation)
    {
        if (observation.Kind != MessageKind.Status) return false;
        foreach (ref readonly var reading in observation.Readings)
            if (reading.Value == 0 && string.Equals(reading.Channel.Name, "online", StringComparison.Ordinal)) return true;
        return false;
    }

    private long DueOf(DeviceState state) => Math.Max(state.LastArrivalMs, graceFromMs) + (state.Device.Kind.OfflineAfterSeconds * 1000L);

    private void SetWatch(DeviceState state)
    {
        state.WatchTimerSet = true;
        watch.Enqueue(state, (DueOf(state), state.Device.Id));
    }

    private void GoOffline(DeviceState state, long sinceMs)
    {
        state.OfflineSinceMs = sinceMs;
        state.Settled = false;
        world.WentOffline(state);
        if (rule is null) return;
        pending.Add(state);
        Sample(state);
    }

    private void ComeBack(DeviceState state, List<Alert> alerts)
    {
        state.OfflineSinceMs = long.MinValue;
        world.CameBack(state);
        if (pending.Remove(state)) Sample(state);
        if (state.Outage is not { } key) return;
        state.Outage = null;
        var parent = parents.Find(p => ReferenceEquals(p.Key, key));
        if (parent is null)
        {
            singles--;
            Give(AlertSignal.Cleared, key, state.Device.Kind.LifeSafety ? "life" : "device", state, alerts, null);
            return;
        }

        parent.Members.Remove(state.Device.Id);
        if (parent.Members.Count > parent.Peak / 10) return;
        parents.Remove(parent);
        // Whoever is still away when the group is back is judged alone.
        foreach (var left in world.Lost)
        {
            if (!ReferenceEquals(left.Outage, key)) continue;
            left.Outage = null;
            left.Settled = false;
            left.OfflineSinceMs = world.NowMs;
            pending.Add(left);
        }

        Give(AlertSignal.Cleared, key, parent.Life ? "groupLife" : "group", null, alerts, null);
    }

    private void Settle(DeviceState state, long nowMs, List<Alert> alerts)
    {
        state.Settled = true;
        var candidates = CandidatesOf(state.Device);
        foreach (var parent in parents)
        {
            if (state.OfflineSinceMs - parent.NewestMs > groupMs || !candidates.Contains(parent.Key.Name, StringComparer.Ordinal)) continue;
            Join(parent, state);
            return;
        }

        if (FindGroup(state, candidates) is { } name)
        {
            OpenParent(name, state, nowMs, alerts);
            return;
        }

        var key = new KeyState(rule!, state.Device.Place.Id, null, state) { RaisedAtMs = nowMs };
        state.Outage = key;
        singles++;
        SettledAlone.Add(state);
        Raise(key, state.Device.Kind.LifeSafety ? "life" : "device", state, alerts, FactsOf(state, nowMs));
    }

    private void Join(Parent parent, DeviceState state)
    {
        parent.Members.Add(state.Device.Id);
        parent.Peak = Math.Max(parent.Peak, parent.Members.Count);
        parent.NewestMs = Math.Max(parent.NewestMs, state.OfflineSinceMs);
        state.Outage = parent.Key;
        Inhibited++;
    }

    private void OpenParent(string name, DeviceState first, long nowMs, List<Alert> alerts)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        var key = new KeyState(rule!, hash < 0 ? name : name[..hash], hash < 0 ? null : name[(hash + 1)..], null) { RaisedAtMs = nowMs };
        var parent = new Parent(key) { NewestMs = first.OfflineSinceMs };
        foreach (var other in world.Lost)
        {
            // One that already has a case of its own keeps it.
            if (other.Outage is not null || !Together(first, other) || !InGroup(other.Device, name)) continue;
            other.Settled = true;
            parent.Life |= other.Device.Kind.LifeSafety;
            Join(parent, other);
        }

        parents.Add(parent);
        Inhibited--;
        Raise(key, parent.Life ? "groupLife" : "group", null, alerts, FactsOf(parent));
    }

    // The deepest group that explains nearly all that was lost around; else the deepest that is large enough.
    private string? FindGroup(DeviceState state, List<string> candidates)
    {
        var site = world.Lost.Count(o => Together(state, o) && string.Equals(o.Device.Place.Site, state.Device.Place.Site, StringComparison.Ordinal));
        string? fallback = null;
        foreach (var name in candidates)
        {
            var count = world.Lost.Count(o => o.Outage is null && Together(state, o) && InGroup(o.Device, name));
            if (count < groupDevices && !(count >= 3 && count >= groupShare * TotalIn(name))) continue;
            if (count >= 0.8 * site) return name;
            fallback ??= name;
        }

        return fallback;
    }

    private bool Together(DeviceState a, DeviceState b) => Math.Abs(a.OfflineSinceMs - b.OfflineSinceMs) <= groupMs;

    private int TotalIn(string name)
    {
        var total = 0;
        foreach (var device in world.Directory.All) if (!device.Disabled && InGroup(device, name)) total++;
        return total;
    }

    // Names of the groups a device may fall with: its gateway, then its places from the deepest to the site.
    private List<string> CandidatesOf(Device device)
    {
        var names = new List<string>();
        var gateway = string.Equals(device.Kind.Id, "gateway", StringComparison.Ordinal) ? device.Id : device.GatewayId;
        if (gateway is not null) names.Add((world.Directory.Find(gateway)?.Place.Id ?? "") + "#" + gateway);
        var site = device.Place.Site;
        for (var path = device.Place.Id; path.Length >= site.Length && path.Length > 0; path = path[..Math.Max(path.LastIndexOf('/'), 0)]) names.Add(path);
        return names;
    }

    // Whether a device may fall with that group; no list is made, for this is asked of every device of the lane.
    private static bool InGroup(Device device, string name)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0) return name.Length >= device.Place.Site.Length && World.Within(device.Place.Id, name);
        var gateway = string.Equals(device.Kind.Id, "gateway", StringComparison.Ordinal) ? device.Id : device.GatewayId;
        return gateway is not null && name.AsSpan(hash + 1).SequenceEqual(gateway);
    }

    private long Span(string name, long otherwise) =>
        rule is not null && rule.Scope.Parameters.TryGetValue(name, out var text) && Units.TryDuration(text, out var ms) ? ms : otherwise;

    private double Figure(string name, double otherwise) =>
        rule is not null && rule.Scope.Parameters.TryGetValue(name, out var text) && Units.TryQuantity(text, out var value, out _) ? value : otherwise;

}
