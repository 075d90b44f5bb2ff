using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Fire;

/// <summary>A quantity that rests near a slowly moving level and rises in a fire: smoke or carbon monoxide.</summary>
internal struct GasTrack
{
    private long atMs;
    private double before;
    private int known;

    public GasTrack()
    {
    }

    /// <summary>Last reading; NaN before the first.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>Usual level of the last two hours.</summary>
    public double Usual { get; private set; }

    /// <summary>How restless it is at rest, about one standard deviation.</summary>
    public double Noise { get; private set; }

    /// <summary>How far above the usual level; the lower of the last two readings where they come every few seconds, as one glitch is no smoke.</summary>
    public double Above { get; private set; }

    public readonly int Known => known;

    /// <param name="nowMs">Event time.</param>
    /// <param name="value">The reading.</param>
    /// <param name="rest">A rise that is no more noise; above it the usual level all but stands still.</param>
    public void Take(long nowMs, double value, double rest)
    {
        var stepS = known == 0 || nowMs < atMs ? 0 : (nowMs - atMs) / 1000.0;
        if (known == 0) Usual = before = value;
        var steady = stepS <= 15 ? Math.Min(value, before) : value;
        Above = Math.Max(0, steady - Usual);
        if (known < 1_000) known++;
        var off = value - Usual;
        if (Math.Abs(off) < rest) Noise += Math.Max(1.0 / 60, 1.0 / (known + 1)) * ((1.25 * Math.Abs(off)) - Noise);
        var hours = off > rest ? 24 : 2;
        Usual += Math.Max(off < rest ? 1.0 / (known + 1) : 0, 1 - Math.Exp(-Math.Min(stepS, 600) / (3600 * hours))) * off;
        before = Value = value;
        atMs = nowMs;
    }

    public readonly void Save(StateWriter state)
    {
        state.Long(atMs);
        state.Int(known);
        state.Double(before);
        state.Double(Value);
        state.Double(Usual);
        state.Double(Noise);
        state.Double(Above);
    }

    public void Restore(ref StateReader state)
    {
        atMs = state.Long();
        known = state.Int();
        before = state.Double();
        Value = state.Double();
        Usual = state.Double();
        Noise = state.Double();
        Above = state.Double();
    }
}
