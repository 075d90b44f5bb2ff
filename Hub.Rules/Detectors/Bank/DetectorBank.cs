using Hub.Core;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Bank;

/// <summary>All detectors of a lane: fed with its observations and ticks, they answer with readings of their own, scores, that rules judge and the store keeps.</summary>
internal sealed class DetectorBank
{
    private const long RoundMs = 60_000;
    private const int Rounds = 15;
    private const int MostChannels = 8;

    private readonly IReadOnlyList<DetectorSpec> specs;
    private readonly World world;
    private readonly Calibration[] calibrations;
    private readonly List<DetectorKey> keys = [];
    private readonly int[] counts;
    private readonly int most;
    private readonly long offsetMs;
    private long round = long.MinValue;

    /// <param name="specs">What was declared.</param>
    /// <param name="world">Neighbours of a device.</param>
    /// <param name="zone">Local time of the lane; its offset without summer time, so that time never goes back.</param>
    /// <param name="most">Most keys; further devices are left out and counted.</param>
    public DetectorBank(IReadOnlyList<DetectorSpec> specs, World world, TimeZoneInfo zone, int most)
        : this(specs, world, (long)zone.BaseUtcOffset.TotalMilliseconds, most) { }

    private DetectorBank(IReadOnlyList<DetectorSpec> specs, World world, long offsetMs, int most)
    {
        this.specs = specs;
        this.world = world;
        this.most = most;
        this.offsetMs = offsetMs;
        calibrations = [.. specs.Select(s => new Calibration(s.AlarmsPerMonth))];
        counts = new int[specs.Count];
    }

    /// <summary>Keys there are.</summary>
    public int Keys => keys.Count;

    /// <summary>Devices that were left out because there were too many keys.</summary>
    public long Refused { get; private set; }

    /// <summary>How each detector stands: alarms asked for and realised, threshold in force. Any thread may ask; figures may be a moment old.</summary>
    public IEnumerable<DetectorAudit> Audit => specs.Select((s, i) => new DetectorAudit(
        s.Id, s.Kind.Name, counts[i], calibrations[i].KeyWeeks, calibrations[i].Threshold, calibrations[i].Asked, calibrations[i].Realised));

    /// <summary>Feeds the detectors of a device; scores worth telling are added to <paramref name="told"/>.</summary>
    public void Observe(DeviceState device, Observation observation, Observation told)
    {
        var feeds = device.Plan.Fed;
        var known = device.Detectors;
        var brought = DetectorFeed.Brought(observation);
        Span<double> values = stackalloc double[MostChannels];
        for (var i = 0; i < feeds.Length; i++)
        {
            ref readonly var feed = ref feeds[i];
            if ((feed.Channels & brought) == 0 || (observation.Late && !feed.ByArrival)) continue;
            var atMs = feed.ByArrival ? observation.ArrivalMs : observation.AtMs;
            if (known is not null && known[i].Key is not null && atMs - known[i].AtMs < feed.SampleMs) continue;
            var spec = feed.Spec;
            if (!spec.Read(observation, values)) continue;
            if (KeyOf(device, i) is not { } key) continue;
            known = device.Detectors!;
            key.FedMs = known[i].AtMs = atMs;
            key.Sim = observation.Sim;
            if (spec.Peers != PlaceKind.Unknown) Compare(device, spec, observation.AtMs, values);
            Tell(key, key.Detector.Observe(atMs + offsetMs, values[..spec.Channels.Length]), atMs, told);
        }
    }

    // What the neighbours measure: of the same channel, or around a port how warm those are that charge nothing.
    private void Compare(DeviceState device, DetectorSpec spec, long nowMs, Span<double> values)
    {
        var own = device.Plan.SlotOf(spec.Channels[0][0]);
        if (spec.Ambient < 0) values[1] = world.MedianOfNeighbours(device, own, spec.Peers, nowMs);
        else values[spec.Ambient] = world.MedianOfNeighbours(device, device.Plan.SlotOf(spec.Channels[1][0]), spec.Peers, nowMs, idleSlot: own);
    }

    /// <summary>Which keys have to be told that time went by: each once in a quarter of an hour, spread over its minutes.</summary>
    /// <returns>First index and step into <see cref="Advance"/>; nothing when the minute has not changed.</returns>
    public (int First, int Step) Due(long tickMs)
    {
        var minute = tickMs / RoundMs;
        if (specs.Count == 0 || minute == round) return (int.MaxValue, 1);
        round = minute;
        return ((int)(minute % Rounds), Rounds);
    }

    /// <summary>Tells one key that time went by; false when it has nothing to say.</summary>
    public bool Advance(int index, long tickMs, Observation told, out DeviceState? device)
    {
        var key = keys[index];
        device = key.Device;

        // A dead sensor is an outage, not a silence of what it watches.
        if (device.Offline) return false;

        // Nor is it the channel that fell silent while the device as a whole said nothing: that is for the outage watch to tell.
        if (key.Spec.ByArrival && device.LastArrivalMs - key.FedMs <= key.Spec.SampleMs) return false;
        var atMs = tickMs - key.Spec.LatenessMs;
        told.Sim = key.Sim;
        Tell(key, key.Detector.Advance(atMs + offsetMs), atMs, told);
        return told.Count > 0;
    }

    private static void Tell(DetectorKey key, Finding finding, long atMs, Observation told)
    {
        var (tell, score, margin) = key.Take(finding, atMs);
        if (!tell) return;
        told.Add(new Reading(key.Spec.Score, score));
        told.Add(new Reading(key.Spec.Margin, margin));
        if (margin >= 0 && key.Device.Plan.SlotOf(key.Spec.Sign) >= 0) told.Add(new Reading(key.Spec.Sign, double.NaN, key.Detector.Sign));
        // In words only where a rule puts them into an alert.
        if (margin >= 0 && key.Device.Plan.SlotOf(key.Spec.Why) >= 0) told.Add(new Reading(key.Spec.Why, double.NaN, InWords(key)));
    }

    private static string InWords(DetectorKey key)
    {
        var why = key.Detector.Why();
        if (key.Detector.Channels is not ["value", ..]) return TwoTongues.Join(why);
        var channel = key.Spec.Channels[0][0].Title;
        return TwoTongues.Join(new LocalText($"{channel.Zh}{why.Zh}", $"{channel.En}: {why.En}"));
    }

    // By its number in the plan of the device's kind.
    private DetectorKey? KeyOf(DeviceState device, int number)
    {
        var own = device.Detectors ??= new Fed[device.Plan.Detectors.Length];
        if (own[number].Key is { } known) return known;
        if (keys.Count >= most)
        {
            Refused++;
            return null;
        }

        var spec = device.Plan.Detectors[number];
        var key = new DetectorKey(specs[spec], calibrations[spec], device);
        keys.Add(key);
        counts[spec]++;
        own[number].Key = key;
        return key;
    }

    /// <summary>Goes on under other declarations: keys of those that did not change in what they watch are kept where they lie.</summary>
    public DetectorBank Under(IReadOnlyList<DetectorSpec> changed, IEnumerable<DeviceState> devices)
    {
        if (specs.Count == changed.Count && specs.Zip(changed).All(p => p.First.SaysTheSame(p.Second))) return this;
        var next = new DetectorBank(changed, world, offsetMs, most) { round = round };
        var to = new int[specs.Count];
        var writer = new StateWriter();
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = next.IndexOf(specs[i].Id, specs[i].Hash);
            if (to[i] < 0) continue;
            writer.Clear();
            calibrations[i].Save(writer);
            var reader = new StateReader(writer.Written);
            next.calibrations[to[i]].Restore(ref reader);
        }

        foreach (var device in devices) device.Detectors = null;
        for (var i = 0; i < keys.Count; i++)
            if (to[IndexOf(keys[i].Spec.Id, keys[i].Spec.Hash)] is >= 0 and var at) next.Take(keys[i], at);
        return next;
    }

    private void Take(DetectorKey key, int spec)
    {
        key.Under(specs[spec], calibrations[spec]);
        var (device, number) = (key.Device, Array.IndexOf(key.Device.Plan.Detectors, spec));
        if (number >= 0) (device.Detectors ??= new Fed[device.Plan.Detectors.Length])[number] = new Fed { Key = key, AtMs = key.FedMs };
        keys.Add(key);
        counts[spec]++;
    }

    private int IndexOf(string id, string hash)
    {
        for (var i = 0; i < specs.Count; i++)
            if (string.Equals(specs[i].Id, id, StringComparison.Ordinal) && string.Equals(specs[i].Hash, hash, StringComparison.Ordinal)) return i;
        return -1;
    }

    public void Save(StateWriter state)
    {
        state.Long(round);
        state.Int(specs.Count);
        for (var i = 0; i < specs.Count; i++)
        {
            state.Text(specs[i].Id);
            state.Text(specs[i].Hash);
            var block = state.Begin();
            calibrations[i].Save(state);
            state.End(block);
        }

        state.Int(keys.Count);
        foreach (var key in keys)
        {
            state.Text(key.Spec.Id);
            state.Text(key.Device.Device.Id);
            var block = state.Begin();
            key.Save(state);
            state.End(block);
        }
    }

    /// <param name="state">What <see cref="Save"/> wrote, perhaps under other declarations: those that did not change go on.</param>
    /// <param name="find">The state of a device; null when it was removed since.</param>
    public void Restore(ref StateReader state, Func<string, DeviceState?> find)
    {
        round = state.Long();
        var kept = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var n = state.Count(); n > 0; n--)
        {
            var (id, hash) = (state.Text()!, state.Text()!);
            var block = state.Block();
            var i = IndexOf(id, hash);
            if (i < 0) continue;
            calibrations[i].Restore(ref block);
            kept[id] = i;
        }

        for (var n = state.Count(); n > 0; n--)
        {
            var (id, device) = (state.Text()!, state.Text()!);
            var block = state.Block();
            if (!kept.TryGetValue(id, out var spec) || find(device) is not { } found) continue;
            if (keys.Count >= most)
            {
                Refused++;
                continue;
            }

            var key = new DetectorKey(specs[spec], calibrations[spec], found);
            key.Restore(ref block);
            Take(key, spec);
        }
    }
}
