namespace Hub.Rules.Detectors;

/// <summary>A table read with straight lines between its points: from a measured figure to nats of evidence.</summary>
internal static class Curve
{
    /// <param name="points">Pairs of figure and evidence, figures rising; held level outside.</param>
    /// <param name="x">The figure.</param>
    public static double At(ReadOnlySpan<(double X, double Y)> points, double x)
    {
        if (!(x > points[0].X)) return points[0].Y;
        for (var i = 1; i < points.Length; i++)
        {
            if (x >= points[i].X) continue;
            var (x0, y0) = points[i - 1];
            return y0 + ((points[i].Y - y0) * (x - x0) / (points[i].X - x0));
        }

        return points[^1].Y;
    }
}
