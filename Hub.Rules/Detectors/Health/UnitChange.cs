using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Health;

/// <summary>A value that is suddenly ten, a hundred or a thousand times what it was, or Fahrenheit where it was Celsius: another unit or scale, not another world.</summary>
internal struct UnitChange
{
    private const int Needed = 15;
    private const int KnownAfter = 100;
    private const double Close = 0.12;
    private int known;
    private int run;
    private int candidate;
    private double spread;
    private double before = double.NaN;
    private double jitter;

    public UnitChange()
    {
    }

    /// <summary>Usual value.</summary>
    public double Usual { get; private set; }

    public double Take(double x)
    {
        var which = known >= KnownAfter ? Which(x) : 0;
        run = which == 0 ? 0 : which == candidate ? Math.Min(run + 1, 1_000) : 1;
        candidate = which;
        if (which == 0 || run > 40 * Needed)
        {
            // In the end the new unit is the usual one.
            if (known < 1_000_000) known++;
            var gain = run > 40 * Needed ? 0.2 : Math.Max(0.002, 1.0 / known);
            spread += gain * (Math.Abs(x - Usual) - spread);
            Usual += gain * (x - Usual);
            if (!double.IsNaN(before)) jitter += gain * (Math.Abs(x - before) - jitter);
            before = x;
        }

        return run / (double)Needed;
    }

    public readonly void Save(StateWriter state)
    {
        state.Int(known);
        state.Int(run);
        state.Int(candidate);
        state.Double(spread);
        state.Double(Usual);
        state.Double(before);
        state.Double(jitter);
    }

    public void Restore(ref StateReader state)
    {
        known = state.Int();
        run = state.Int();
        candidate = state.Int();
        spread = state.Double();
        Usual = state.Double();
        before = state.Double();
        jitter = state.Double();
    }

    // Which known change of unit explains the value; 0 for none. What varies widely anyhow cannot be told.
    private readonly int Which(double x)
    {
        if (Math.Abs(Usual) < 4 * spread || Math.Abs(Usual) < 1e-9) return 0;
        if (Math.Abs(x - Usual) < 6 * spread) return 0;
        var ratio = x / Usual;
        if (ratio > 0)
        {
            var tens = Math.Round(Math.Log10(ratio));
            if (Math.Abs(tens) is >= 1 and <= 3 && Math.Abs((ratio / Math.Pow(10, tens)) - 1) < Close + (2 * spread / Math.Abs(Usual))) return (int)(10 + tens);
        }

        // Against the reading before and not the usual one: what heats up passes through all between, and 80 °C is no 27 °C in Fahrenheit.
        if (before is > -40 and < 60 && Math.Abs(x - ((1.8 * before) + 32)) < 1 + (5 * jitter)) return 1;
        return 0;
    }
}
