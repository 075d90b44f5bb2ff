using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Health;

/// <summary>How often a sensor speaks, and when its silence is longer than any it has shown before.</summary>
internal struct Silence
{
    private const int Bins = 40;
    private const int KnownAfter = 20;
    private const double LeastS = 120;

    // Gaps by half octaves of a second: bin 40 is twelve days.
    [InlineArray(Bins)]
    private struct Histogram
    {
        private ushort first;
    }

    private Histogram gaps;
    private int total;
    private long lastMs = long.MinValue;

    public Silence()
    {
    }

    /// <summary>Usual time between two readings [s].</summary>
    public double PeriodS { get; private set; }

    public void Forget() => lastMs = long.MinValue;

    public void Heard(long atMs)
    {
        if (lastMs != long.MinValue && atMs > lastMs)
        {
            var s = (atMs - lastMs) / 1000.0;
            PeriodS += Math.Max(0.02, 1.0 / (total + 1)) * (Math.Min(s, 86_400) - PeriodS);
            if (total == ushort.MaxValue) Halve();
            gaps[Bin(s)]++;
            total++;
        }

        lastMs = atMs;
    }

    /// <summary>Silence until now as a share of what is unheard of: three periods, and longer than all but one gap in a thousand.</summary>
    public readonly double Share(long nowMs)
    {
        if (total < KnownAfter || lastMs == long.MinValue || nowMs <= lastMs) return 0;
        var rare = total / 1000;
        var bin = Bins - 1;
        for (var above = 0; bin > 0; bin--)
        {
            above += gaps[bin];
            if (above > rare) break;
        }

        var longest = Math.Pow(2, (bin + 1) / 2.0);
        return (nowMs - lastMs) / 1000.0 / Math.Max(LeastS, Math.Max(3 * PeriodS, 1.5 * longest));
    }

    public readonly void Save(StateWriter state)
    {
        for (var i = 0; i < Bins; i++) state.Int(gaps[i]);
        state.Int(total);
        state.Long(lastMs);
        state.Double(PeriodS);
    }

    public void Restore(ref StateReader state)
    {
        for (var i = 0; i < Bins; i++) gaps[i] = (ushort)state.Int();
        total = state.Int();
        lastMs = state.Long();
        PeriodS = state.Double();
    }

    private static int Bin(double s) => Math.Clamp((int)(2 * Math.Log2(Math.Max(1, s))), 0, Bins - 1);

    private void Halve()
    {
        total = 0;
        for (var i = 0; i < Bins; i++) total += gaps[i] /= 2;
    }
}
