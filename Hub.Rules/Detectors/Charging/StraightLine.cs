namespace Hub.Rules.Detectors.Charging;

/// <summary>How much of a course lies on one straight line, whatever else was switched on and off above it: loads come and go, a charger's line stays.</summary>
internal static class StraightLine
{
    private const double LeastWidthWatts = 1.2;
    private const double WidthShare = 0.012;

    /// <returns>Share of ticks within a narrow band along the best line of the given slopes, 0 to 1.</returns>
    /// <param name="levels">Power every five minutes [W].</param>
    /// <param name="watts">Power of the load [W].</param>
    /// <param name="slopes">Slopes tried: rise an hour as a share of the power.</param>
    public static double Share(ReadOnlySpan<float> levels, double watts, ReadOnlySpan<double> slopes)
    {
        Span<double> sorted = stackalloc double[ChargeCandidate.LongestTicks + 2];
        sorted = sorted[..levels.Length];
        var width = Math.Max(LeastWidthWatts, WidthShare * watts);
        var best = 0;
        foreach (var slope in slopes)
        {
            var step = slope * watts * LineEnvelope.TickMinutes / 60;
            for (var i = 0; i < levels.Length; i++) sorted[i] = levels[i] - (step * i);
            sorted.Sort();
            for (var (i, from) = (0, 0); i < sorted.Length; i++)
            {
                while (sorted[i] - sorted[from] > width) from++;
                best = Math.Max(best, i - from + 1);
            }
        }

        return levels.Length == 0 ? 0 : best / (double)levels.Length;
    }
}
