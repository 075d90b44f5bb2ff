using System.Diagnostics.Metrics;
using Hub.Rules;

namespace Hub.Road;

/// <summary>The account of the detectors for /metrics: alarms asked for by their budgets beside those that came.</summary>
internal static class DetectorMetrics
{
    public static void Instrument(Meter meter, Func<IReadOnlyList<LaneWorker>> lanes)
    {
        meter.CreateObservableGauge("hub_detector_keys", () => Sums(lanes(), a => a.Keys), description: "Devices a detector watches.");
        meter.CreateObservableCounter("hub_detector_alarms_total", () => Sums(lanes(), a => a.Realised), description: "Alarms of a detector since its threshold comes from its budget.");
        meter.CreateObservableCounter("hub_detector_alarms_asked_total", () => Sums(lanes(), a => a.Asked), description: "False alarms its budget allowed in the same time.");
        meter.CreateObservableGauge("hub_detector_threshold", () => Thresholds(lanes()), description: "Threshold from the budget, by lane; absent while the fixed one stands.");
        meter.CreateObservableCounter("hub_scores_lost_total", () => lanes().Sum(l => l.ScoresLost), description: "Scores given up because too many waited for the readings store.");
    }

    /// <summary>How the detectors stand, over all lanes.</summary>
    public static IReadOnlyList<DetectorAudit> Over(IReadOnlyList<LaneWorker> lanes) =>
        [.. lanes.SelectMany(l => l.Detectors).GroupBy(a => a.Id, StringComparer.Ordinal).Select(g => g.First() with
        {
            Keys = g.Sum(a => a.Keys),
            KeyWeeks = g.Sum(a => a.KeyWeeks),
            Threshold = g.Select(a => a.Threshold).FirstOrDefault(t => !double.IsNaN(t), double.NaN),
            Asked = g.Sum(a => a.Asked),
            Realised = g.Sum(a => a.Realised),
        })];

    private static IEnumerable<Measurement<double>> Sums(IReadOnlyList<LaneWorker> lanes, Func<DetectorAudit, double> figure) =>
        Over(lanes).Select(a => new Measurement<double>(figure(a), new KeyValuePair<string, object?>("detector", a.Id)));

    private static IEnumerable<Measurement<double>> Thresholds(IReadOnlyList<LaneWorker> lanes)
    {
        foreach (var lane in lanes)
        {
            foreach (var audit in lane.Detectors)
            {
                if (double.IsNaN(audit.Threshold)) continue;
                yield return new Measurement<double>(audit.Threshold, new KeyValuePair<string, object?>("detector", audit.Id), new KeyValuePair<string, object?>("lane", lane.Lane));
            }
        }
    }
}
