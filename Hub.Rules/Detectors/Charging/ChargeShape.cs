using System.Runtime.CompilerServices;

namespace Hub.Rules.Detectors.Charging;

/// <summary>What the course of a load looks like from the moment it came on, in figures that do not depend on its size.</summary>
[InlineArray(Count)]
internal struct ChargeShape
{
    /// <summary>Figures of a shape.</summary>
    public const int Count = 18;

    // A battery's voltage rises by a fifth while it is filled, within four to six hours.
    private const double UsualRise = 0.04;

    // Rises an hour, as a share of the power, that a charger may have, and that it has not.
    private static readonly double[] rising = [0.012, 0.018, 0.025, 0.034, 0.045, 0.06, 0.08];
    private static readonly double[] others = [0, -0.012, -0.025, -0.05, -0.09];

    private double first;

    /// <summary>What each figure is, in the words of an explanation.</summary>
    public static readonly string[] Names =
    [
        "restlessness it brings", "restlessness of the line", "power", "small power", "duration", "steady rise", "distance from a charger's usual rise", "rise per hour",
        "stray from a straight line", "rise against stray", "standing still", "falling back", "loads switched meanwhile", "time past the peak", "fall past the peak", "ended", "ticks on one rising line", "more than on a level or falling one",
    ];

    /// <summary>Shape of a load.</summary>
    /// <param name="curve">Its power every five minutes, at least eight [W].</param>
    /// <param name="levels">What the whole line drew all the time meanwhile [W].</param>
    /// <param name="watts">Its power when it came on [W].</param>
    /// <param name="jumps">Other loads that were switched meanwhile and taken out of the curve.</param>
    /// <param name="ended">Whether it went off.</param>
    /// <param name="unrest">Change from minute to minute while it ran [W].</param>
    /// <param name="unrestBefore">The same before it came on [W].</param>
    public static ChargeShape Of(ReadOnlySpan<float> curve, ReadOnlySpan<float> levels, double watts, int jumps, bool ended, double unrest, double unrestBefore)
    {
        var n = curve.Length;
        var peak = Math.Clamp(PeakOf(curve) + 1, Math.Min(6, n), n);
        Line(curve[..peak], out var slope, out var stray);
        var tail = n - peak;
        var still = 0;
        for (var i = 1; i < n; i++) if (Math.Abs(curve[i] - curve[i - 1]) < 0.002 * watts) still++;
        var back = 0.0;
        for (var i = 1; i < peak; i++) back += Math.Max(0, curve[i - 1] - curve[i]);
        var rise = Math.Clamp(slope * (peak - 1) / watts, -0.3, 0.4);
        ChargeShape shape = default;
        shape[0] = Math.Log((Math.Max(0, unrest - unrestBefore) / watts) + 0.003);
        shape[1] = Math.Log((unrest / watts) + 0.003);
        shape[2] = Math.Log(watts / 150);
        shape[3] = Math.Max(0, Math.Log(100 / watts));
        shape[4] = Math.Log(n / 30.0);
        shape[5] = Math.Clamp(rise, 0, 0.12);
        shape[6] = Math.Min(4, Math.Pow(Math.Log(Math.Max(slope * 12 / watts, 0.004) / UsualRise), 2));
        shape[7] = Math.Clamp(slope * 12 / watts, -0.1, 0.15);
        shape[8] = Math.Log((stray / watts) + 0.002);
        shape[9] = Math.Log(1 + (Math.Max(0, slope * (peak - 1)) / (stray + (0.004 * watts))));
        shape[10] = still / (double)Math.Max(1, n - 1);
        shape[11] = Math.Min(1, back / watts);
        shape[12] = Math.Min(1, 5.0 * jumps / n);
        shape[13] = tail / (double)n;
        shape[14] = tail == 0 ? 0 : Math.Clamp((curve[peak - 1] - curve[n - 1]) / watts, -1, 1);
        shape[15] = ended ? 1 : 0;
        shape[16] = StraightLine.Share(levels, watts, rising);
        shape[17] = shape[16] - StraightLine.Share(levels, watts, others);
        return shape;
    }

    private static int PeakOf(ReadOnlySpan<float> curve)
    {
        var (best, at) = (double.NegativeInfinity, curve.Length - 1);
        for (var i = 0; i < curve.Length; i++)
        {
            var (from, to) = (Math.Max(0, i - 1), Math.Min(curve.Length - 1, i + 1));
            var mean = 0.0;
            for (var k = from; k <= to; k++) mean += curve[k];
            mean /= to - from + 1;
            if (mean <= best + 1e-6) continue;
            (best, at) = (mean, i);
        }

        return at;
    }

    // Least squares; the stray is the mean distance from the line.
    private static void Line(ReadOnlySpan<float> curve, out double slope, out double stray)
    {
        var n = curve.Length;
        var middle = (n - 1) / 2.0;
        var mean = 0.0;
        foreach (var value in curve) mean += value;
        mean /= n;
        var (products, squares) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            products += (i - middle) * (curve[i] - mean);
            squares += (i - middle) * (i - middle);
        }

        slope = squares > 0 ? products / squares : 0;
        stray = 0;
        for (var i = 0; i < n; i++) stray += Math.Abs(curve[i] - mean - (slope * (i - middle)));
        stray /= n;
    }
}
