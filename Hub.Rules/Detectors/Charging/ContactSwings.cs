using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>Power that swings up and down by a fifth: a plug that arcs or makes bad contact.</summary>
internal struct ContactSwings
{
    private const int Kept = 16;
    private const long WindowMs = 600_000;
    private const double Share = 0.2;
    private const double LeastWatts = 40;

    [InlineArray(Kept)]
    private struct Times
    {
        private long first;
    }

    private Times times;
    private int direction;

    /// <summary>Swings of the last ten minutes, at most sixteen.</summary>
    public int Count { get; private set; }

    public void Take(long atMs, double before, double watts)
    {
        var step = watts - before;
        if (Math.Max(before, watts) < LeastWatts || Math.Abs(step) <= Share * Math.Max(before, watts)) return;
        var sign = Math.Sign(step);
        if (sign == -direction)
        {
            if (Count == Kept) Drop(1);
            times[Count++] = atMs;
        }

        direction = sign;
        Forget(atMs);
    }

    /// <summary>Lets go of what is older than ten minutes.</summary>
    public void Forget(long nowMs)
    {
        var old = 0;
        while (old < Count && nowMs - times[old] > WindowMs) old++;
        if (old > 0) Drop(old);
    }

    public readonly void Save(StateWriter state)
    {
        state.Int(direction);
        state.Int(Count);
        for (var i = 0; i < Count; i++) state.Long(times[i]);
    }

    public void Restore(ref StateReader state)
    {
        direction = state.Int();
        Count = Math.Min(state.Count(), Kept);
        for (var i = 0; i < Count; i++) times[i] = state.Long();
    }

    private void Drop(int count)
    {
        for (var i = count; i < Count; i++) times[i - count] = times[i];
        Count -= count;
    }
}
