using System.Diagnostics.Metrics;
using Hub.Rules;

namespace Hub.Road;

/// <summary>What the judge's state takes, for /metrics: by lane and part, and by rule. Figures are those of each lane's last snapshot.</summary>
internal static class StateMetrics
{
    public static void Instrument(Meter meter, Func<IReadOnlyList<LaneWorker>> lanes)
    {
        meter.CreateObservableGauge("hub_lane_keys", () => ByLane(lanes(), s => s.Figures.Keys), description: "Rule keys a lane keeps state for.");
        meter.CreateObservableGauge("hub_lane_keys_limit", () => ByLane(lanes(), s => s.MaxKeys), description: "Rule keys a lane may keep state for; beyond it only rules that can reach P1 get new ones.");
        meter.CreateObservableCounter("hub_lane_keys_refused_total", () => ByLane(lanes(), s => s.Figures.RefusedKeys), description: "Rule keys not made because a limit was reached.");
        meter.CreateObservableGauge("hub_lane_state_bytes", () => Parts(lanes()), "By", "State of a lane: devices and keys as they lie in memory (an estimate), detectors and snapshot as they were saved.");
        meter.CreateObservableGauge("hub_rule_keys", () => ByRule(lanes(), r => r.Keys), description: "Keys of a rule, over all lanes.");
        meter.CreateObservableGauge("hub_rule_state_bytes", () => ByRule(lanes(), r => r.Bytes), "By", "Memory the keys of a rule take over all lanes, an estimate.");
    }

    private static IEnumerable<Measurement<long>> ByLane(IReadOnlyList<LaneWorker> lanes, Func<EngineStanding, long> figure)
    {
        foreach (var lane in lanes)
            if (lane.Standing is { } standing) yield return new Measurement<long>(figure(standing), new KeyValuePair<string, object?>("lane", lane.Lane));
    }

    private static IEnumerable<Measurement<long>> Parts(IReadOnlyList<LaneWorker> lanes)
    {
        foreach (var lane in lanes)
        {
            if (lane.Standing is not { } standing) continue;
            yield return Part("devices", standing.DeviceBytes);
            yield return Part("keys", standing.Figures.Bytes - standing.DeviceBytes);
            yield return Part("detectors", standing.DetectorBytes);
            yield return Part("snapshot", standing.SavedBytes);

            Measurement<long> Part(string name, long bytes) => new(bytes, new KeyValuePair<string, object?>("lane", lane.Lane), new KeyValuePair<string, object?>("part", name));
        }
    }

    private static IEnumerable<Measurement<long>> ByRule(IReadOnlyList<LaneWorker> lanes, Func<RuleStanding, long> figure) =>
        lanes.SelectMany(l => l.Standing?.Rules ?? []).GroupBy(r => r.Rule, StringComparer.Ordinal)
            .Select(g => new Measurement<long>(g.Sum(figure), new KeyValuePair<string, object?>("rule", g.Key)));
}
