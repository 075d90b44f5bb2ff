namespace Hub.Rules.Detectors.Generic;

/// <summary>
/// How rare a value is among those seen: a histogram inside, an exponential tail beyond its outer share, so that the first of its kind still gets a graded answer.
/// </summary>
internal static class TailHistogram
{
    /// <summary>Bins of one histogram, over ±<see cref="Reach"/>.</summary>
    public const int Bins = 128;

    private const double Reach = 7;
    private const double PerUnit = Bins / (2 * Reach);
    private const int HalveAt = 60_000;

    /// <summary>Two-sided p-value of <paramref name="y"/>: twice the smaller of both tails, at most 1.</summary>
    /// <param name="bins">Counts, <see cref="Bins"/> of them.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="y">Squeezed value.</param>
    /// <param name="share">Outer share that is taken for the tail.</param>
    public static double TwoSided(ReadOnlySpan<ushort> bins, int total, double y, double share)
    {
        var up = Upper(bins, total, y, share);
        var down = Lower(bins, total, y, share);
        return Math.Min(1, 2 * Math.Min(up, down));
    }

    /// <summary>Counts a value. At 60,000 all counts are halved, so that the far past fades.</summary>
    public static void Add(Span<ushort> bins, ref ushort total, double y)
    {
        bins[BinOf(y)]++;
        if (++total < HalveAt) return;
        total = 0;
        for (var i = 0; i < bins.Length; i++) total += bins[i] >>= 1;
    }

    private static double Upper(ReadOnlySpan<ushort> bins, int total, double y, double share)
    {
        var need = Math.Max(5, (int)Math.Ceiling(share * total));
        var (count, at) = (0, Bins);
        double excess = 0;
        while (at > 0 && count < need)
        {
            at--;
            excess += count / PerUnit; // every value further out is one bin further beyond the new edge
            excess += bins[at] * 0.5 / PerUnit;
            count += bins[at];
        }

        var edge = (at / PerUnit) - Reach;
        if (y >= edge) return (count + 1.0) / (total + 1) * Math.Exp(-(y - edge) / Math.Max(0.02, (excess + 0.1) / (count + 1)));
        var beyond = 0;
        var own = BinOf(y);
        for (var i = own + 1; i < Bins; i++) beyond += bins[i];
        return (beyond + (bins[own] * 0.5) + 0.5) / (total + 1);
    }

    private static double Lower(ReadOnlySpan<ushort> bins, int total, double y, double share)
    {
        var need = Math.Max(5, (int)Math.Ceiling(share * total));
        var (count, at) = (0, -1);
        double excess = 0;
        while (at < Bins - 1 && count < need)
        {
            at++;
            excess += count / PerUnit;
            excess += bins[at] * 0.5 / PerUnit;
            count += bins[at];
        }

        var edge = ((at + 1) / PerUnit) - Reach;
        if (y <= edge) return (count + 1.0) / (total + 1) * Math.Exp(-(edge - y) / Math.Max(0.02, (excess + 0.1) / (count + 1)));
        var beyond = 0;
        var own = BinOf(y);
        for (var i = 0; i < own; i++) beyond += bins[i];
        return (beyond + (bins[own] * 0.5) + 0.5) / (total + 1);
    }

    private static int BinOf(double y) => Math.Clamp((int)((y + Reach) * PerUnit), 0, Bins - 1);
}
