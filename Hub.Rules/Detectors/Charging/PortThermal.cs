using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>
/// How warm a port should be for the power it gives: so many kelvin a watt, with a delay, both learnt from the port's own past. Three delays run side by
/// side, each with its own kelvin a watt by weighted least squares; the one that explains the past best is believed. What is warmer adds up.
/// </summary>
internal struct PortThermal
{
    private const int Delays = 3;
    private const double Forgetting = 0.9995;

    // Until it is learnt the port is taken for one that warms easily: 0.1 K a watt.
    private const double FirstPerWatt = 0.1;
    private const int KnownMinutes = 400;
    private const double LeastSigma = 1.5;
    private const double LeastSigmaAround = 3;
    private const double FirstSigma = 4;
    private const double Unsure = 0.2;
    private const double MaxSum = 60;

    [InlineArray(Delays)]
    private struct Each
    {
        private double first;
    }

    private Each filtered;
    private Each products;
    private Each squares;
    private Each misses;
    private int learnt;
    private double sigma = FirstSigma;
    private double resting = double.NaN;
    private double wattsBefore;

    public PortThermal()
    {
    }

    /// <summary>Sum of what was too warm, in standard deviations less one a minute.</summary>
    public double TooWarm { get; private set; }

    /// <summary>Temperature the port should have [°C]; NaN while unknown.</summary>
    public double Expected { get; private set; } = double.NaN;

    /// <summary>Takes one minute.</summary>
    /// <param name="watts">Mean power [W].</param>
    /// <param name="celsius">Port temperature at its end [°C]; NaN when not measured.</param>
    /// <param name="ambient">Temperature around [°C]; NaN when not measured.</param>
    /// <param name="neighbours">How warm the ports are that charge nothing [°C], a rougher measure of the same; NaN when unknown, then the port's own at rest stands in.</param>
    public void Minute(double watts, double celsius, double ambient, double neighbours)
    {
        for (var i = 0; i < Delays; i++) filtered[i] += (watts - filtered[i]) / DelayOf(i);
        if (double.IsNaN(celsius)) return;
        if (double.IsNaN(resting)) resting = celsius;
        // At rest the port takes on the temperature around it, within an hour or so.
        if (filtered[1] < 5 || celsius < resting) resting += (celsius < resting ? 0.2 : 0.03) * (celsius - resting);
        var around = !double.IsNaN(ambient) ? ambient : !double.IsNaN(neighbours) ? neighbours : resting;
        var best = Best();
        Expected = around + (PerWatt(best) * filtered[best]);
        var off = celsius - Expected;
        // What was learnt at small power says less about great power.
        var spread = Math.Max(Math.Max(sigma, double.IsNaN(ambient) ? LeastSigmaAround : LeastSigma), Unsure * (Expected - around));
        TooWarm = Math.Clamp(TooWarm + (off / spread) - 1, 0, MaxSum);
        // An anomaly is not to be learnt as the usual.
        if (TooWarm < 5) Learn(celsius - around, off, watts);
        wattsBefore = watts;
    }

    /// <summary>Nothing was heard for long: what was learnt stays, the course does not.</summary>
    public void Forget()
    {
        filtered = default;
        (TooWarm, resting, Expected) = (0, double.NaN, double.NaN);
    }

    public readonly void Save(StateWriter state)
    {
        for (var i = 0; i < Delays; i++)
        {
            state.Double(filtered[i]);
            state.Double(products[i]);
            state.Double(squares[i]);
            state.Double(misses[i]);
        }

        state.Int(learnt);
        state.Double(sigma);
        state.Double(resting);
        state.Double(wattsBefore);
        state.Double(TooWarm);
        state.Double(Expected);
    }

    public void Restore(ref StateReader state)
    {
        for (var i = 0; i < Delays; i++)
        {
            filtered[i] = state.Double();
            products[i] = state.Double();
            squares[i] = state.Double();
            misses[i] = state.Double();
        }

        learnt = state.Int();
        sigma = state.Double();
        resting = state.Double();
        wattsBefore = state.Double();
        TooWarm = state.Double();
        Expected = state.Double();
    }

    private static double DelayOf(int i) => i switch { 0 => 12, 1 => 20, _ => 35 };

    private readonly double PerWatt(int i) => learnt < KnownMinutes || squares[i] < 1 ? FirstPerWatt : Math.Clamp(products[i] / squares[i], 0, 0.2);

    private readonly int Best()
    {
        var best = 1;
        if (learnt < KnownMinutes) return best;
        for (var i = 0; i < Delays; i++) if (misses[i] < misses[best]) best = i;
        return best;
    }

    private void Learn(double rise, double off, double watts)
    {
        if (watts < 5 && wattsBefore < 5) return;
        if (learnt < 100_000) learnt++;
        for (var i = 0; i < Delays; i++)
        {
            var miss = rise - (PerWatt(i) * filtered[i]);
            misses[i] = (Forgetting * misses[i]) + (miss * miss);
            products[i] = (Forgetting * products[i]) + (filtered[i] * rise);
            squares[i] = (Forgetting * squares[i]) + (filtered[i] * filtered[i]);
        }

        if (learnt > KnownMinutes) sigma += 0.01 * ((1.25 * Math.Abs(off)) - sigma);
    }
}
