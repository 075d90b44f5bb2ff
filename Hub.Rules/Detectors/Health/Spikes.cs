using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Health;

/// <summary>Single readings far from those on both sides: one is a glitch, many a day a loose wire.</summary>
internal struct Spikes
{
    private const int Window = 5;
    private const double Far = 12;
    private const double Limit = 6;
    private const double DayMs = 86_400_000;
    private const int KnownAfter = 50;

    [InlineArray(Window)]
    private struct Last
    {
        private double first;
    }

    private Last ring;
    private int seen;
    private double scale;
    private double count;
    private long beforeMs;

    public Spikes()
    {
    }

    /// <summary>Spikes of the last day, older ones fading.</summary>
    public readonly int Count => (int)Math.Round(count);

    public double Take(long atMs, double x)
    {
        // The middle one of five is held against the two on either side: a step stays, a spike is gone.
        ring[seen % Window] = x;
        seen = seen == 100 * Window ? (99 * Window) + 1 : seen + 1;
        count *= Math.Exp(-Math.Clamp(atMs - beforeMs, 0, 30 * DayMs) / DayMs);
        beforeMs = atMs;
        if (seen < Window) return 0;
        Span<double> sorted = stackalloc double[Window];
        for (var i = 0; i < Window; i++) sorted[i] = ring[i];
        var middle = ring[(seen - 3) % Window];
        sorted.Sort();
        var off = Math.Abs(middle - sorted[2]);
        var around = sorted[3] - sorted[1];
        var spike = seen > KnownAfter && off > Far * Math.Max(scale, 1e-9) && off > 3 * around && off > 0.02 * Math.Abs(sorted[2]);
        if (spike) count++;
        else scale += 0.01 * (Math.Max(off, around / 2) - scale);
        return count / Limit;
    }

    public readonly void Save(StateWriter state)
    {
        for (var i = 0; i < Window; i++) state.Double(ring[i]);
        state.Int(seen);
        state.Double(scale);
        state.Double(count);
        state.Long(beforeMs);
    }

    public void Restore(ref StateReader state)
    {
        for (var i = 0; i < Window; i++) ring[i] = state.Double();
        seen = Math.Clamp(state.Int(), 0, 100 * Window);
        scale = state.Double();
        count = state.Double();
        beforeMs = state.Long();
    }
}
