using MathNet.Numerics;

namespace Hub.Rules.Detectors.Gathering;

/// <summary>Chances of counts that vary more than Poisson's.</summary>
internal static class Counting
{
    /// <summary>Log chance of <paramref name="n"/> under a negative binomial.</summary>
    /// <param name="n">Count, 0 or more.</param>
    /// <param name="mean">Mean, above 0.</param>
    /// <param name="shape">Shape r: variance = mean + mean²/r.</param>
    public static double LogNegativeBinomial(double n, double mean, double shape) =>
        SpecialFunctions.GammaLn(n + shape) - SpecialFunctions.GammaLn(shape) - SpecialFunctions.GammaLn(n + 1)
        + (shape * Math.Log(shape / (shape + mean))) + (n * Math.Log(mean / (shape + mean)));

    /// <summary>Log of the sum of two chances given as logs.</summary>
    public static double LogSum(double a, double b) => Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));

    /// <summary>Chance from log odds.</summary>
    public static double Chance(double logOdds) => 1 / (1 + Math.Exp(-logOdds));
}
