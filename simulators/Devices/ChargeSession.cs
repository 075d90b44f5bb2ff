using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>One charge of one battery: constant current, then taper, then float. Power at the wall over time.</summary>
/// <remarks>
/// Lead-acid 36/48 V three-stage: constant current for about two thirds, taper, float at some 3 W. Lithium: constant current for about
/// five sixths, a short taper, then off. Mean 5 h, standard deviation 1.5 h; a few run overlong.
/// </remarks>
internal sealed class ChargeSession
{
    public ChargeSession(Rng rng, long startMs, bool lithium, double winter, double hours = double.NaN)
    {
        StartMs = startMs;
        Lithium = lithium;
        Hours = double.IsNaN(hours) ? Math.Clamp(rng.Normal(5, 1.5) * (1 + winter), 0.8, 7.8) : hours;
        PeakW = Lithium ? rng.Between(120, 400) : rng.Between(90, 180);
        Card = $"card-{rng.Below(5_200):0000}";

        // Plugged until someone comes: mostly by morning, sometimes at once.
        RemovedMs = startMs + (long)((Hours + rng.Exponential(1.8)) * LocalTime.Hour);
    }

    public long StartMs { get; }

    public bool Lithium { get; }

    /// <summary>Time to full [h].</summary>
    public double Hours { get; }

    public double PeakW { get; }

    public string Card { get; }

    public long RemovedMs { get; set; }

    public bool IsFull(long ms) => Share(ms) >= 1;

    /// <summary>Power at the wall without noise [W].</summary>
    public double PowerAt(long ms)
    {
        var share = Share(ms);
        var knee = Lithium ? 0.84 : 0.66;
        if (share >= 1) return Lithium ? 1.5 : 3;
        if (share <= knee) return PeakW * (0.94 + (0.06 * share / knee));

        // Falls to a fifth (lead-acid) or a twelfth (lithium) by the end.
        var depth = Math.Log(Lithium ? 12 : 5);
        return PeakW * Math.Exp(-depth * (share - knee) / (1 - knee));
    }

    private double Share(long ms) => (ms - StartMs) / (Hours * LocalTime.Hour);
}
