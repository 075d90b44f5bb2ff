using MathNet.Numerics;

namespace Hub.Rules.Detectors.Gathering;

/// <summary>Log odds of a gathering for any count of one slot. What does not depend on the count is worked out once: a passage then costs two gamma functions.</summary>
internal readonly struct SlotOdds
{
    private readonly double shape;
    private readonly double shapeMore;
    private readonly double constant;
    private readonly double slope;
    private readonly double prior;

    /// <param name="mean">Usual count.</param>
    /// <param name="shape">Shape of the usual count.</param>
    /// <param name="leastExtra">Least number of people a gathering adds, on average.</param>
    /// <param name="prior">Log odds before the count is known.</param>
    public SlotOdds(double mean, double shape, double leastExtra, double prior)
    {
        Mean = mean;
        this.shape = shape;
        this.prior = prior;
        var (all, allShape) = More(mean, shape, leastExtra);
        shapeMore = allShape;
        constant = SpecialFunctions.GammaLn(shape) - SpecialFunctions.GammaLn(allShape)
            + (allShape * Math.Log(allShape / (allShape + all))) - (shape * Math.Log(shape / (shape + mean)));
        slope = Math.Log(all / (allShape + all)) - Math.Log(mean / (shape + mean));
    }

    /// <summary>Usual count.</summary>
    public double Mean { get; }

    /// <summary>Log odds after a count, of which the count itself may give no more than so much either way.</summary>
    public double Of(double n, double least, double most) =>
        prior + Math.Clamp(SpecialFunctions.GammaLn(n + shapeMore) - SpecialFunctions.GammaLn(n + shape) + constant + (n * slope), least, most);

    /// <summary>Log chance of a count as usual, and with a gathering on top.</summary>
    public static (double Usual, double More) Chances(double n, double mean, double shape, double leastExtra)
    {
        var (all, allShape) = More(mean, shape, leastExtra);
        return (Counting.LogNegativeBinomial(n, mean, shape), Counting.LogNegativeBinomial(n, all, allShape));
    }

    // Mean and shape of the usual count and a gathering together, by matching moments.
    private static (double Mean, double Shape) More(double mean, double shape, double leastExtra)
    {
        var extra = Math.Max(leastExtra, mean);
        var all = mean + extra;
        var variance = mean + (mean * mean / shape) + extra + (extra * extra / 2);
        return (all, all * all / (variance - all));
    }
}
