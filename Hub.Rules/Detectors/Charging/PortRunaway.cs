using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>How fast a port grows warm: a battery that heats itself does so by degrees a minute, whatever the power does.</summary>
internal struct PortRunaway
{
    private const int Kept = 24;
    private const long SpacingMs = 10_000;
    private const long LeastMs = 50_000;
    private const long MostMs = 180_000;

    [InlineArray(Kept)]
    private struct Samples<T>
    {
        private T first;
    }

    private Samples<long> times;
    private Samples<double> temperatures;
    private int count;
    private double slope;

    public PortRunaway()
    {
    }

    /// <summary>Rise of the last minute, the lower of the last two readings: one glitch is no fire [K/min].</summary>
    public double Rise { get; private set; }

    /// <summary>Smallest rise of the last three minutes [K/min]; 0 where they are not known.</summary>
    public double Steady { get; private set; }

    public void Forget() => (count, slope, Rise, Steady) = (0, 0, 0, 0);

    public void Take(long atMs, double celsius)
    {
        if (count > 0 && atMs - times[count - 1] > MostMs) Forget();
        if (count > 0 && atMs - times[count - 1] < SpacingMs && atMs > times[count - 1] && count > 1 && times[count - 1] - times[count - 2] < SpacingMs)
        {
            // Readings every second: the newest stands for its ten seconds.
            count--;
        }

        if (count == Kept)
        {
            for (var i = 1; i < Kept; i++) (times[i - 1], temperatures[i - 1]) = (times[i], temperatures[i]);
            count--;
        }

        times[count] = atMs;
        temperatures[count] = celsius;
        count++;
        var now = Slope(count - 1, LeastMs);
        Rise = Math.Min(slope, now);
        slope = now;
        Steady = Math.Max(0, Math.Min(now, Math.Min(SlopeBefore(60_000), SlopeBefore(120_000))));
    }

    public readonly void Save(StateWriter state)
    {
        state.Int(count);
        for (var i = 0; i < count; i++)
        {
            state.Long(times[i]);
            state.Double(temperatures[i]);
        }

        state.Double(slope);
        state.Double(Rise);
        state.Double(Steady);
    }

    public void Restore(ref StateReader state)
    {
        count = Math.Min(state.Count(), Kept);
        for (var i = 0; i < count; i++)
        {
            times[i] = state.Long();
            temperatures[i] = state.Double();
        }

        slope = state.Double();
        Rise = state.Double();
        Steady = state.Double();
    }

    // Slope that ended so long ago; none known is no rise.
    private readonly double SlopeBefore(long agoMs)
    {
        for (var i = count - 1; i >= 0; i--) if (times[count - 1] - times[i] >= agoMs - 5_000) return Slope(i, LeastMs);
        return 0;
    }

    private readonly double Slope(int to, long leastMs)
    {
        for (var i = to - 1; i >= 0; i--)
        {
            var span = times[to] - times[i];
            if (span >= leastMs) return (temperatures[to] - temperatures[i]) * 60_000 / span;
        }

        return 0;
    }
}
