using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Bank;
using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules;

/// <summary>Judges one lane: observations and ticks in, alerts out. One thread at a time; awaits nothing; knows no clock but the one in the journal.</summary>
public sealed partial class RuleEngine
{
    private readonly EngineOptions options;
    private readonly World world;
    private readonly Frame frame;
    private readonly AlertMaker maker;
    private readonly SuppressionList suppressions;
    private readonly TimerQueue timers = new();
    private readonly Dictionary<string, KindPlan> plans = new(StringComparer.Ordinal);
    private readonly List<(int Slot, Newest Before)> overtaken = [];

    // By the rules in force; a change of rules replaces them.
    private RuleBook book;
    private OutageWatch outage;
    private Dictionary<string, KeyState>[] keys;
    private FloodGuard[] flood;
    private long[] tracedMs;

    private DeviceState?[] devices = new DeviceState?[256];
    private int deviceCount;
    private int keyCount;
    private long observations;
    private long readings;
    private long late;
    private long suspect;
    private long suppressed;
    private long refusedKeys;

    /// <summary>An engine without state.</summary>
    /// <param name="book">The rules.</param>
    /// <param name="directory">The devices and places.</param>
    /// <param name="lane">The lane it judges; named in every alert.</param>
    /// <param name="options">Limits.</param>
    public RuleEngine(RuleBook book, IDeviceDirectory directory, int lane, EngineOptions options)
    {
        this.book = book;
        this.options = options;
        world = new World(directory, book.Zone) { Workdays = book.Workdays };
        frame = new Frame(world);
        maker = new AlertMaker(world, lane);
        (keys, flood, tracedMs) = Empty(book);
        suppressions = new SuppressionList(world);
        bank = new DetectorBank(book.Detectors, world, book.Zone, options.MaxDetectorKeys);
        outage = new OutageWatch(book.Compiled, world, frame, maker, suppressions, options.Owns);
    }

    /// <summary>Names the rules it judges by.</summary>
    public string Fingerprint => book.Fingerprint;

    /// <summary>Judges one observation; appends what it raises. Allocates nothing when nothing fires.</summary>
    public void Judge(Observation observation, List<Alert> alerts)
    {
        var device = StateOf(observation.Device);
        observations++;
        readings += observation.Count;
        if (observation.Late) late++;
        world.NowMs = Math.Max(world.NowMs, observation.ArrivalMs);
        maker.At(observation.Position, observation.ArrivalMs, observation.Late);
        outage.Heard(device, observation, alerts);
        if (Asked is not null && ReferenceEquals(observation.Device, Asked.Device)) AnswerOutage(observation.ArrivalMs, spoke: true);
        if (observation.Kind == MessageKind.Ack) return;

        JudgeRules(device, observation, alerts);
        Score(device, observation, alerts);
        JudgeRaised(alerts);
    }

    private void JudgeRules(DeviceState device, Observation observation, List<Alert> alerts)
    {
        var plan = device.Plan;
        if (plan.Rules.Count == 0) return;
        Span<ulong> wanted = stackalloc ulong[plan.Words];
        frame.Turn(device, observation, observation.AtMs);
        Take(device, observation, plan, wanted);
        if (observation.EventType is { } type && plan.RulesOf(type, out var byEvent))
            for (var w = 0; w < wanted.Length; w++) wanted[w] |= byEvent[w];

        for (var w = 0; w < wanted.Length; w++)
        {
            for (var bits = wanted[w] & device.Watched[w]; bits != 0; bits &= bits - 1)
            {
                var rule = (w << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                if ((device.Asleep[w] & bits & (0 - bits)) == 0 || Stirs(plan.Rules[rule], KeyState.None)) JudgeRule(rule, device, observation, alerts);
            }
        }

        if (overtaken.Count > 0) GiveBack(device);
    }

    /// <summary>One journalled tick: timers, silence, holds, devices gone.</summary>
    /// <param name="tickMs">Arrival time of the tick, milliseconds since 1970-01-01 UTC.</param>
    /// <param name="position">Position of the tick in the lane.</param>
    /// <param name="alerts">Receives what it raises.</param>
    public void Tick(long tickMs, long position, List<Alert> alerts)
    {
        world.NowMs = Math.Max(world.NowMs, tickMs);
        maker.At(position, tickMs, isLate: false);
        outage.Tick(tickMs, alerts);
        if (Asked is not null) AnswerOutage(tickMs, spoke: false);
        JudgeLosses(tickMs, alerts);
        ScoreTime(tickMs, position, alerts);
        while (timers.TryTake(tickMs, out var key))
        {
            frame.Turn(key.Device, null, tickMs);
            frame.Turn(key.Rule, key, key.Device is { } own ? PlannedOf(own, key.Rule) : null);
            Evaluate(key, alerts, onlyP1: false);
        }

        JudgeRaised(alerts);
        heldChanged |= outage.TakeHeldChanged();
        ShowHeld();
    }

    // Silence is no message: rules that count devices gone silent are judged when one is found to be.
    private void JudgeLosses(long tickMs, List<Alert> alerts)
    {
        foreach (var device in outage.SettledAlone)
        {
            for (var r = 0; r < device.Plan.Rules.Count; r++)
            {
                var planned = device.Plan.Rules[r];
                if (!planned.Rule.Scope.AsksLosses) continue;
                var key = device.Keys[r] ??= KeyOf(planned.Rule, device);
                if (ReferenceEquals(key, KeyState.None)) continue;
                frame.Turn(device, null, tickMs);
                frame.Turn(planned.Rule, key, planned);
                Evaluate(key, alerts, onlyP1: false);
            }
        }

        outage.SettledAlone.Clear();
    }

    private void Take(DeviceState device, Observation observation, KindPlan plan, Span<ulong> wanted)
    {
        foreach (ref readonly var reading in observation.Readings)
        {
            var slot = plan.SlotOf(reading.Channel);
            if (slot < 0) continue;
            if (reading.Suspect) suspect++;
            var value = reading.Suspect || double.IsInfinity(reading.Value) ? double.NaN : reading.Value;
            ref var newest = ref device.Newest[slot];
            if (observation.AtMs < newest.AtMs) overtaken.Add((slot, newest));
            newest = new Newest(value, observation.AtMs, reading.Suspect ? null : reading.Text);
            frame.Brought[(slot >> 6) & 3] |= 1UL << (slot & 63);
            if (!double.IsNaN(value))
                foreach (var w in plan.WindowsOf(slot)) (device.Windows[w] ??= new Window(plan.Windows[w].SpanMs)).Add(observation.AtMs, value);
            var rules = plan.RulesOf(reading.Channel);
            for (var w = 0; w < wanted.Length; w++) wanted[w] |= rules[w];
        }
    }

    // An older message was judged by its own values; the newest ones stay the newest.
    private void GiveBack(DeviceState device)
    {
        for (var i = overtaken.Count - 1; i >= 0; i--) device.Newest[overtaken[i].Slot] = overtaken[i].Before;
        overtaken.Clear();
    }

    private void JudgeRule(int planIndex, DeviceState device, Observation observation, List<Alert> alerts)
    {
        var planned = device.Plan.Rules[planIndex];
        var rule = planned.Rule;
        if (observation.Late && !rule.LifeSafety) return;
        var key = device.Keys[planIndex] ??= KeyOf(rule, device);
        if (ReferenceEquals(key, KeyState.None))
        {
            device.Watched[planIndex >> 6] &= ~(1UL << (planIndex & 63));
            return;
        }

        if (rule.Zoned && observation.Zone is { } zone) key = ZoneOf(key, zone);
        if (key.Asleep && !Stirs(planned, key))
        {
            // Which zone's key a message means is known only when it came.
            if (!rule.Zoned) key.TellAsleep(device, planIndex);
            return;
        }

        frame.Turn(rule, key, planned);
        Evaluate(key, alerts, onlyP1: observation.Late);
    }

    // Of a sleeping key: whether this message can matter. What a rule answers is sampled all the same, and told in full to whoever asks.
    private bool Stirs(PlannedRule planned, KeyState key)
    {
        frame.Turn(planned.Rule, key, planned);
        return planned.Stirs!(frame) || Asked is not null || world.NowMs - tracedMs[planned.Rule.Index] >= options.TraceSeconds * 1000L;
    }

    private (Dictionary<string, KeyState>[] Keys, FloodGuard[] Flood, long[] TracedMs) Empty(RuleBook of)
    {
        var ofRules = new Dictionary<string, KeyState>[of.Compiled.Count];
        for (var i = 0; i < ofRules.Length; i++) ofRules[i] = new Dictionary<string, KeyState>(StringComparer.Ordinal);
        return (ofRules, [.. of.Compiled.Select(_ => new FloodGuard(options))], new long[of.Compiled.Count]);
    }

    private DeviceState StateOf(Device device)
    {
        if (device.Index >= devices.Length) Array.Resize(ref devices, Math.Max(devices.Length * 2, device.Index + 1));
        var state = devices[device.Index];
        if (state is null || !ReferenceEquals(state.Device, device))
        {
            devices[device.Index] = state = new DeviceState(device, PlanOf(device.Kind.Id));
            deviceCount++;
        }

        if (!string.Equals(state.Plan.Kind, device.Kind.Id, StringComparison.Ordinal))
        {
            world.Leave(state);
            state.Adopt(PlanOf(device.Kind.Id));
            state.KeyedPlace = null;
        }

        if (!ReferenceEquals(state.KeyedPlace, device.Place))
        {
            if (state.KeyedPlace is not null) world.Leave(state);
            state.ForgetKeys(device.Place);
            world.Settle(state);
        }

        return state;
    }

    private KindPlan PlanOf(string kind)
    {
        if (!plans.TryGetValue(kind, out var plan)) plans.Add(kind, plan = new KindPlan(kind, book, book.ChannelCount));
        return plan;
    }

    private static PlannedRule? PlannedOf(DeviceState device, CompiledRule rule)
    {
        foreach (var planned in device.Plan.Rules) if (ReferenceEquals(planned.Rule, rule)) return planned;
        return null;
    }

    private KeyState KeyOf(CompiledRule rule, DeviceState device)
    {
        if (!rule.Watches(device)) return KeyState.None;
        var place = device.Device.Place;
        foreach (var level in rule.Levels)
        {
            if (level.Device) return Shared(rule, place.Id, null, device);
            var path = level.Kind == Core.Places.PlaceKind.Unknown ? place.Id : place.Ancestor(level.Kind);
            if (!string.IsNullOrEmpty(path)) return Shared(rule, path, null, null);
        }

        return place.Id.Length > 0 ? Shared(rule, place.Id, null, null) : Shared(rule, "", null, device);
    }

    private KeyState Shared(CompiledRule rule, string placeId, string? zone, DeviceState? device)
    {
        var made = new KeyState(rule, placeId, zone, device);
        if (keys[rule.Index].TryGetValue(made.Name, out var known) && ReferenceEquals(known.Device, device)) return known;
        if (keyCount >= options.MaxKeys && !rule.LifeSafety)
        {
            refusedKeys++;
            return KeyState.None;
        }

        keys[rule.Index][made.Name] = made;
        keyCount++;
        return made;
    }

    private KeyState ZoneOf(KeyState key, string zone)
    {
        var zones = key.Zones ??= new Dictionary<string, KeyState>(StringComparer.Ordinal);
        if (zones.TryGetValue(zone, out var known)) return known;
        if (zones.Count >= options.MaxZonesPerKey)
        {
            refusedKeys++;
            return key;
        }

        var made = Shared(key.Rule, key.PlaceId, zone, key.Device);
        zones.Add(zone, ReferenceEquals(made, KeyState.None) ? key : made);
        return zones[zone];
    }
}
