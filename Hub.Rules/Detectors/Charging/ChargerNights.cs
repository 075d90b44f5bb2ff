using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>
/// Evidence for one and the same charger over many nights: log-odds of the loads of each night, added up by their power in eighteen bins of 12 %. A night without a load of that
/// power takes some off, so that one odd night is forgotten and a habit is not.
/// </summary>
/// <remarks>Of each night's log-odds <see cref="Usual"/> is taken off, then they are clipped: no night proves it alone, and none denies it. State 300 bytes.</remarks>
internal struct ChargerNights
{
    public const int Bins = 18;
    public const double Least = -0.6;
    public const double Most = 3;

    /// <summary>What the likeliest of a night's harmless loads may say.</summary>
    public const double Usual = 1;

    private const double FirstWatts = 70;
    private const double Ratio = 1.12;
    private const float None = float.NegativeInfinity;

    [InlineArray(Bins)]
    private struct ByPower
    {
        private float first;
    }

    private ByPower sums;
    private ByPower tonight;
    private ByPower hits;
    private ByPower nights;

    public ChargerNights() => ((Span<float>)tonight).Fill(None);

    /// <summary>Highest sum of all powers [nats].</summary>
    public readonly double Score => Math.Round(sums[Strongest()], 4);

    /// <summary>Power of the strongest bin [W].</summary>
    public readonly double Watts => FirstWatts * Math.Pow(Ratio, Strongest() + 0.5);

    /// <summary>Nights that spoke for it, of <see cref="Nights"/>.</summary>
    public readonly int Hits => (int)hits[Strongest()];

    /// <summary>Nights since the evidence began.</summary>
    public readonly int Nights => (int)nights[Strongest()];

    /// <summary>A load of that power has ended.</summary>
    /// <param name="watts">Its power when it came on.</param>
    /// <param name="odds">Log-odds that it was a charger [nats].</param>
    public void Load(double watts, double odds)
    {
        var bin = BinOf(watts);
        tonight[bin] = Math.Max(tonight[bin], (float)odds);
    }

    /// <summary>The night is over.</summary>
    public void Close()
    {
        for (var i = 0; i < Bins; i++)
        {
            // A battery that is emptier draws a little more: the neighbours count too.
            var best = Math.Max(tonight[i], Math.Max(i > 0 ? tonight[i - 1] : None, i < Bins - 1 ? tonight[i + 1] : None));
            var says = Math.Clamp(best - (float)Usual, (float)Least, (float)Most);
            sums[i] = Math.Max(0, sums[i] + says);
            if (sums[i] == 0) (hits[i], nights[i]) = (0, 0);
            else (hits[i], nights[i]) = (Math.Min(hits[i] + (says > 0 ? 1 : 0), 9_999), Math.Min(nights[i] + 1, 9_999));
        }

        ((Span<float>)tonight).Fill(None);
    }

    public readonly void Save(StateWriter state)
    {
        for (var i = 0; i < Bins; i++)
        {
            state.Double(sums[i]);
            state.Double(tonight[i]);
            state.Double(hits[i]);
            state.Double(nights[i]);
        }
    }

    public void Restore(ref StateReader state)
    {
        for (var i = 0; i < Bins; i++) (sums[i], tonight[i], hits[i], nights[i]) = ((float)state.Double(), (float)state.Double(), (float)state.Double(), (float)state.Double());
    }

    private readonly int Strongest()
    {
        var best = 0;
        for (var i = 1; i < Bins; i++) if (sums[i] > sums[best]) best = i;
        return best;
    }

    private static int BinOf(double watts) => Math.Clamp((int)(Math.Log(Math.Max(watts, 1) / FirstWatts) / Math.Log(Ratio)), 0, Bins - 1);
}
