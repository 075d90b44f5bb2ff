using System.Globalization;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Camera;

/// <summary>
/// Whether what a camera names is really there: one class in one zone, frame by frame. A named frame adds evidence by its confidence, a frame without takes some off,
/// and old frames fade. Score in nats; alarms above 4 once three frames within at least ten seconds named it.
/// </summary>
/// <remarks>A confidence is no probability; until a model was reviewed on site the steps 1, 2 and 3 nats stand for 0.5, 0.7 and 0.85.</remarks>
internal sealed class SightingDetector : Detector
{
    private const double Threshold = 4;
    private const double Keep = 0.9;
    private const double Least = -4;
    private const double Most = 8;
    private const double NothingSeen = -0.7;
    private const int LeastHits = 3;
    private const long LeastSpanMs = 10_000;
    private const long ForgottenMs = 600_000;
    private static readonly string[] channels = ["confidence"];
    private RowClock clock;
    private long beforeMs = long.MinValue;
    private long firstHitMs;
    private int hits;
    private double belief;
    private bool told;

    public override ReadOnlySpan<string> Channels => channels;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        var order = clock.Take(atMs);
        if (order == RowOrder.Late || double.IsNaN(values[0]) || values[0] is < 0 or > 1) return Now(false);
        if (order == RowOrder.Restarted || (beforeMs != long.MinValue && atMs - beforeMs > ForgottenMs)) (belief, hits, told) = (0, 0, false);
        beforeMs = atMs;
        belief = Math.Clamp((Keep * belief) + Evidence(values[0]), Least, Most);
        if (values[0] >= 0.5)
        {
            if (hits == 0) firstHitMs = atMs;
            if (hits < LeastHits) hits++;
        }

        if (belief <= 0) (hits, told) = (0, false);
        var alarm = Sure(atMs) && !told;
        told |= alarm;
        return Now(alarm);
    }

    public override string Explain() => string.Create(CultureInfo.InvariantCulture,
        $"belief {belief:0.0} of {Threshold:0}, {hits}{(hits == LeastHits ? " or more" : "")} frames named it{(hits > 0 ? $" in {Math.Max(0, beforeMs - firstHitMs) / 1000.0:0} s" : "")}");

    private static double Evidence(double confidence) => confidence switch { >= 0.85 => 3, >= 0.7 => 2, >= 0.5 => 1, _ => NothingSeen };

    private bool Sure(long atMs) => belief > Threshold && hits >= LeastHits && atMs - firstHitMs >= LeastSpanMs;

    // Before frames enough were seen the score stays below the threshold it is measured by.
    private Finding Now(bool alarm)
    {
        var score = Math.Round(beforeMs != long.MinValue && Sure(beforeMs) ? belief : Math.Min(belief, Threshold - 0.0001), 4);
        return new Finding(score, Threshold, alarm);
    }

    internal override void Save(StateWriter state)
    {
        clock.Save(state);
        state.Long(beforeMs);
        state.Long(firstHitMs);
        state.Int(hits);
        state.Double(belief);
        state.Bool(told);
    }

    internal override void Restore(ref StateReader state)
    {
        clock.Restore(ref state);
        beforeMs = state.Long();
        firstHitMs = state.Long();
        hits = state.Int();
        belief = state.Double();
        told = state.Bool();
    }
}
