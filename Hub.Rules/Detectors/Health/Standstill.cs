using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Health;

/// <summary>The same value again and again. A series that often stands still for long may; one that never did is stuck.</summary>
internal struct Standstill
{
    private const int KnownAfter = 100;
    private const int LeastChanges = 30;
    private const int LeastRun = 8;
    private const double LeastMs = 2 * 3_600_000.0;
    private double value;
    private long sinceMs;
    private int readings;
    private int changes;

    /// <summary>Readings of the same value at the end.</summary>
    public int Run { get; private set; }

    /// <summary>Longest such run before.</summary>
    public int Longest { get; private set; }

    /// <returns>Run as a share of twice the longest before, of eight readings and of two hours, whichever is the furthest away.</returns>
    public double Take(long atMs, double x)
    {
        if (readings < 1_000_000) readings++;
        if (readings == 1 || x != value)
        {
            if (readings > 1 && changes < 1_000_000) changes++;
            Longest = Math.Max(Longest, Run);
            (value, sinceMs, Run) = (x, atMs, 1);
            return 0;
        }

        if (Run < int.MaxValue) Run++;
        if (readings < KnownAfter || changes < LeastChanges) return 0;
        return Math.Min(Run / Math.Max(LeastRun, 2.0 * Longest), Math.Max(0, atMs - sinceMs) / LeastMs);
    }

    public readonly void Save(StateWriter state)
    {
        state.Double(value);
        state.Long(sinceMs);
        state.Int(readings);
        state.Int(changes);
        state.Int(Run);
        state.Int(Longest);
    }

    public void Restore(ref StateReader state)
    {
        value = state.Double();
        sinceMs = state.Long();
        readings = state.Int();
        changes = state.Int();
        Run = state.Int();
        Longest = state.Int();
    }
}
