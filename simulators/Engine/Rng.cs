using System.Numerics;

namespace Hub.Simulators.Engine;

/// <summary>A small seeded generator (xoshiro256**). Every device has a stream of its own, so one device never disturbs another.</summary>
internal sealed class Rng
{
    private ulong s0, s1, s2, s3;
    private double spare = double.NaN;

    private Rng(ulong seed)
    {
        s0 = Mix(ref seed);
        s1 = Mix(ref seed);
        s2 = Mix(ref seed);
        s3 = Mix(ref seed);
    }

    /// <summary>The stream of a name (and a number, such as a day) under a seed.</summary>
    public static Rng For(ulong seed, string name, long number = 0) => new(Hash(seed, name, number));

    /// <summary>A stable 64-bit hash of a name under a seed; the same on every machine.</summary>
    public static ulong Hash(ulong seed, string name, long number = 0)
    {
        var hash = 14695981039346656037UL ^ (seed * 0x9E3779B97F4A7C15UL);
        foreach (var c in name) hash = (hash ^ c) * 1099511628211UL;
        hash ^= (ulong)number * 0xD1B54A32D192ED03UL;
        return Mix(ref hash);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [min, max).</summary>
    public double Between(double min, double max) => min + ((max - min) * Next());

    /// <summary>Uniform integer in [0, count).</summary>
    public int Below(int count) => (int)(Next() * count);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => Next() < probability;

    /// <summary>Normal, by the polar method.</summary>
    public double Normal(double mean, double deviation)
    {
        if (!double.IsNaN(spare))
        {
            var kept = spare;
            spare = double.NaN;
            return mean + (deviation * kept);
        }

        double u, v, s;
        do
        {
            u = Between(-1, 1);
            v = Between(-1, 1);
            s = (u * u) + (v * v);
        }
        while (s is >= 1 or 0);

        var scale = Math.Sqrt(-2 * Math.Log(s) / s);
        spare = v * scale;
        return mean + (deviation * u * scale);
    }

    /// <summary>Exponential waiting time with the given mean.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Next());

    /// <summary>How many events of a given mean fall into one period (Knuth's method; means here are small).</summary>
    public int Poisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var p = Next(); p > limit; p *= Next()) count++;
        return count;
    }

    private ulong NextBits()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    private static ulong Mix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
