using System.Runtime.CompilerServices;

namespace Hub.Adapters.Embedded;

/// <summary>Sees a double as an integer over a power of ten, as sensors with a resolution of 0.1 or 0.01 send it.</summary>
internal static class Decimals
{
    /// <summary>Most decimals tried: beyond it a value is binary noise, not a resolution.</summary>
    public const int MostDecimals = 6;

    private const double Largest = 1L << 51;
    private static readonly double[] PowersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];

    /// <summary>The integer m with m / 10^decimals equal to the value bit for bit; false for NaN, infinity, -0 and what does not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryScale(double value, int decimals, out long scaled)
    {
        var power = PowersOfTen[decimals];
        var raised = value * power;
        if (!(Math.Abs(raised) < Largest))
        {
            scaled = 0;
            return false;
        }

        scaled = (long)Math.Round(raised);
        return BitConverter.DoubleToInt64Bits(scaled / power) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The value that <see cref="TryScale"/> saw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Unscale(long scaled, int decimals) => scaled / PowersOfTen[decimals];

    /// <summary>Fewest decimals, from a given number up, that hold the value; -1 when none do.</summary>
    public static int DecimalsOf(double value, int from = 0)
    {
        for (var decimals = from; decimals <= MostDecimals; decimals++)
            if (TryScale(value, decimals, out _)) return decimals;
        return -1;
    }
}
