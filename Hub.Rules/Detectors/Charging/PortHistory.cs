using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>What charges at one port usually last and take: running mean and spread of their logarithms, half of it from the last twenty.</summary>
internal struct PortHistory
{
    /// <summary>Charges after which the port's own past counts.</summary>
    public const int KnownAfter = 15;

    private const double LeastGain = 0.035;
    private const double LeastSpread = 0.15;
    private double hours;
    private double hoursSpread;
    private double energy;
    private double energySpread;

    /// <summary>Charges seen.</summary>
    public int Sessions { get; private set; }

    public readonly bool Known => Sessions >= KnownAfter;

    /// <summary>Duration that one charge in two hundred passes [h].</summary>
    public readonly double LongHours => Math.Exp(hours + (2.6 * Math.Max(LeastSpread, Math.Sqrt(hoursSpread))));

    /// <summary>Energy that one charge in two hundred passes [Wh].</summary>
    public readonly double LargeEnergy => Math.Exp(energy + (2.6 * Math.Max(LeastSpread, Math.Sqrt(energySpread))));

    /// <summary>A charge has ended. One of a few minutes or that raised an alarm teaches nothing.</summary>
    public void Learn(in ChargeSession session)
    {
        if (session.Age < 20 || session.Energy < 5) return;
        if (Sessions < 10_000) Sessions++;
        var gain = Math.Max(LeastGain, 1.0 / Sessions);
        Move(ref hours, ref hoursSpread, Math.Log(session.Age / 60.0), gain);
        Move(ref energy, ref energySpread, Math.Log(session.Energy), gain);
    }

    public readonly void Save(StateWriter state)
    {
        state.Int(Sessions);
        state.Double(hours);
        state.Double(hoursSpread);
        state.Double(energy);
        state.Double(energySpread);
    }

    public void Restore(ref StateReader state)
    {
        Sessions = state.Int();
        hours = state.Double();
        hoursSpread = state.Double();
        energy = state.Double();
        energySpread = state.Double();
    }

    private static void Move(ref double mean, ref double spread, double value, double gain)
    {
        var off = value - mean;
        mean += gain * off;
        spread = (1 - gain) * (spread + (gain * off * off));
    }
}
