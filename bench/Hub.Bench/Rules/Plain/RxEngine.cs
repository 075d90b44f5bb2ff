using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace Hub.Bench.Rules.Plain;

/// <summary>The twenty rules as queries of System.Reactive: grouped by device once, and for each rule a scan on event time that speaks when it opens.</summary>
internal sealed class RxEngine
{
    private readonly Subject<Sample> readings = new();

    public RxEngine(RaiseTally tally) =>
        readings
            .GroupBy(sample => sample.Device)
            .SelectMany(device => Enumerable.Range(0, PlainReadings.Rules).Select(rule => Raises(device, rule)).Merge())
            .Subscribe(raise => tally.Add(raise.Rule, raise.Device, raise.AtMs));

    public void Judge(int device, int round) =>
        readings.OnNext(new Sample(device, PlainReadings.AtMs(round), PlainReadings.Temperature(device, round)));

    private static IObservable<Raise> Raises(IGroupedObservable<int, Sample> device, int rule)
    {
        var limit = PlainReadings.Limit(rule);
        return device
            .Scan(default(Hold), (hold, sample) => hold.Next(sample, limit))
            .DistinctUntilChanged(hold => hold.Open)
            .Where(hold => hold.Open)
            .Select(hold => new Raise(rule, device.Key, hold.LastMs));
    }

    private readonly record struct Sample(int Device, long AtMs, double Temperature);

    private readonly record struct Raise(int Rule, int Device, long AtMs);

    /// <summary>How long the threshold has been held, by the readings' own time.</summary>
    /// <param name="SinceMs">First reading of the present hold; 0 when there is none.</param>
    /// <param name="LastMs">Latest reading that held.</param>
    /// <param name="Open">Raised and not yet cleared.</param>
    private readonly record struct Hold(long SinceMs, long LastMs, bool Open)
    {
        public Hold Next(Sample sample, double limit)
        {
            if (Open) return sample.Temperature < PlainReadings.ClearBelow ? default : this;
            if (sample.Temperature < limit) return default;
            var since = SinceMs == 0 || sample.AtMs - LastMs > PlainReadings.GapMs ? sample.AtMs : SinceMs;
            return new Hold(since, sample.AtMs, sample.AtMs - since >= PlainReadings.HoldMs);
        }
    }
}
