using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>How far a charge at a port has come.</summary>
internal enum ChargePhase
{
    /// <summary>Nothing is charging.</summary>
    Idle,

    /// <summary>Constant current: power rises slowly with the voltage of the battery.</summary>
    Constant,

    /// <summary>Constant voltage: the battery takes less and less.</summary>
    Taper,

    /// <summary>Full; the charger may keep a trickle.</summary>
    Float,
}

/// <summary>One charge at one port, followed minute by minute.</summary>
internal struct ChargeSession
{
    private const int Kept = 40;
    private const double LeastWatts = 25;
    private const double DoneWatts = 8;
    private const double OffWatts = 2;
    private const int DoneMinutes = 10;
    private const int UnpluggedMinutes = 2;

    [InlineArray(Kept)]
    private struct Minutes
    {
        private float first;
    }

    private Minutes ring;
    private int seen;
    private double idle;
    private int aboveStart;
    private int belowDone;
    private int falling;
    private double before5;

    public ChargeSession()
    {
    }

    public ChargePhase Phase { get; private set; }

    /// <summary>Minutes since it was plugged in.</summary>
    public int Age { get; private set; }

    /// <summary>Minutes in which the battery took less and less.</summary>
    public int TaperMinutes { get; private set; }

    /// <summary>Energy so far [Wh].</summary>
    public double Energy { get; private set; }

    /// <summary>Highest mean power of ten minutes [W].</summary>
    public double Peak { get; private set; }

    /// <summary>Lowest mean power of ten minutes since it began to take less [W].</summary>
    public double Lowest { get; private set; }

    /// <summary>Whether the minute taken last ended a charge.</summary>
    public bool JustEnded { get; private set; }

    public readonly bool Charging => Phase is ChargePhase.Constant or ChargePhase.Taper;

    /// <summary>Mean of so many minutes that ended so long ago [W]; at most forty back.</summary>
    public readonly double Mean(int minutes, int ago = 0)
    {
        var sum = 0.0;
        var count = 0;
        for (var i = ago; i < Math.Min(ago + minutes, Math.Min(seen, Kept)); i++, count++) sum += ring[(seen - 1 - i) % Kept];
        return count == 0 ? 0 : sum / count;
    }

    /// <summary>Takes the mean power of the next minute [W].</summary>
    public void Minute(double watts)
    {
        JustEnded = false;
        ring[seen % Kept] = (float)watts;
        // The number wraps where it changes neither the slot nor how much is known.
        seen = seen == 3 * Kept ? (2 * Kept) + 1 : seen + 1;
        if (Phase is ChargePhase.Idle or ChargePhase.Float) Rest(watts);
        else Charge(watts);
    }

    /// <summary>Too long nothing was heard: what was known of the charge does not hold any more.</summary>
    public void Forget()
    {
        var kept = idle;
        this = new ChargeSession { idle = kept };
    }

    public readonly void Save(StateWriter state)
    {
        state.Int((int)Phase);
        for (var i = 0; i < Kept; i++) state.Double(ring[i]);
        state.Int(seen);
        state.Double(idle);
        state.Int(aboveStart);
        state.Int(belowDone);
        state.Int(falling);
        state.Double(before5);
        state.Int(Age);
        state.Int(TaperMinutes);
        state.Double(Energy);
        state.Double(Peak);
        state.Double(Lowest);
        state.Bool(JustEnded);
    }

    public void Restore(ref StateReader state)
    {
        Phase = (ChargePhase)state.Int();
        for (var i = 0; i < Kept; i++) ring[i] = (float)state.Double();
        seen = Math.Clamp(state.Int(), 0, 3 * Kept);
        idle = state.Double();
        aboveStart = state.Int();
        belowDone = state.Int();
        falling = state.Int();
        before5 = state.Double();
        Age = state.Int();
        TaperMinutes = state.Int();
        Energy = state.Double();
        Peak = state.Double();
        Lowest = state.Double();
        JustEnded = state.Bool();
    }

    private void Rest(double watts)
    {
        if (watts < OffWatts) Phase = ChargePhase.Idle;
        if (watts < LeastWatts) idle += 0.05 * (watts - idle);
        aboveStart = watts > Math.Max(LeastWatts, 5 * idle) ? aboveStart + 1 : 0;
        if (aboveStart < 2) return;
        Phase = ChargePhase.Constant;
        Age = aboveStart;
        (TaperMinutes, Energy, Peak, Lowest, belowDone, falling, aboveStart) = (0, 2 * watts / 60, 0, 0, 0, 0, 0);
        before5 = watts;
    }

    private void Charge(double watts)
    {
        Age++;
        Energy += watts / 60;
        var ten = Mean(Math.Min(10, Age));
        if (ten > Peak) Peak = ten;
        if (Age % 5 == 0)
        {
            var five = Mean(5);
            falling = five < before5 ? falling + 1 : 0;
            before5 = five;
        }

        if (Phase == ChargePhase.Constant && ten < 0.92 * Peak && falling >= 3)
        {
            Phase = ChargePhase.Taper;
            Lowest = ten;
        }
        else if (Phase == ChargePhase.Taper)
        {
            TaperMinutes++;
            Lowest = Math.Min(Lowest, ten);
            if (ten > 0.97 * Peak) (Phase, TaperMinutes) = (ChargePhase.Constant, 0);
        }

        // A charger that is full still takes something for minutes; nothing at all is a bike that was unplugged, and the next may follow at once.
        belowDone = watts < Math.Max(DoneWatts, 0.1 * Peak) ? belowDone + 1 : 0;
        var unplugged = Age > UnpluggedMinutes && Mean(UnpluggedMinutes) < OffWatts;
        if (belowDone < DoneMinutes && !unplugged) return;
        Age -= unplugged ? Math.Max(UnpluggedMinutes, belowDone) : DoneMinutes;
        Phase = watts < OffWatts ? ChargePhase.Idle : ChargePhase.Float;
        JustEnded = true;
    }
}
