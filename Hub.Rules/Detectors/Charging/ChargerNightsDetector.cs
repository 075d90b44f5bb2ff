using System.Globalization;
using Hub.Core;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>
/// The same e-bike charger night after night on the line of a flat or a stairwell. What <see cref="FlatChargerDetector"/> says of each load is added up over nights, by the power of
/// the load: score in nats, alarms at the threshold. One night of active power is a lead; a habit is evidence.
/// </summary>
/// <remarks>The threshold lies above what one night may say. A night goes from noon to noon and is counted when it is over. A night of which little was heard says nothing either way.</remarks>
internal sealed class ChargerNightsDetector : Detector
{
    private const long NoonMs = 12 * 3_600_000;
    private const long DayMs = 86_400_000;
    private const int LeastRows = 60;

    private readonly FlatChargerDetector loads;
    private readonly double threshold;
    private ChargerNights nights = new();
    private RowClock clock;
    private long night = long.MinValue;
    private int rows;
    private bool told;

    public ChargerNightsDetector(double threshold = 3.5, FlatChargerDetector? loads = null)
    {
        this.threshold = threshold;
        this.loads = loads ?? new FlatChargerDetector();
        this.loads.Ended = load => nights.Load(load.Watts, load.Score);
    }

    public override ReadOnlySpan<string> Channels => loads.Channels;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        if (clock.Take(atMs) == RowOrder.Late) return Now(false);
        var now = Math.DivRem(atMs - NoonMs, DayMs, out var rest) - (rest < 0 ? 1 : 0);
        var alarm = now != night && night != long.MinValue && Close();
        night = now;
        if (rows < int.MaxValue) rows++;
        Likeliest = loads.Observe(atMs, values).Score;
        return Now(alarm);
    }

    /// <summary>Log-odds of the likeliest load that is on [nats].</summary>
    internal double Likeliest { get; private set; } = -12;

    public override string Explain() => nights.Score <= 0
        ? "no load of one power that looks like a charger night after night"
        : string.Create(CultureInfo.InvariantCulture, $"a load of about {nights.Watts:0} W on {nights.Hits} of {nights.Nights} nights, evidence {nights.Score:0.0} of {threshold:0.0} nats");

    public override LocalText Why() => new(
        string.Create(CultureInfo.InvariantCulture, $"{nights.Nights} 夜中有 {nights.Hits} 夜出现约 {nights.Watts:0} W 的充电负载"),
        string.Create(CultureInfo.InvariantCulture, $"a charger of about {nights.Watts:0} W on {nights.Hits} of {nights.Nights} nights"));

    private bool Close()
    {
        // Hardly heard is not the same as nothing plugged in.
        if (rows >= LeastRows) nights.Close();
        rows = 0;
        var above = nights.Score >= threshold;
        var alarm = above && !told;
        told = above || (told && nights.Score >= threshold / 2);
        return alarm;
    }

    private Finding Now(bool alarm) => new(nights.Score, threshold, alarm);

    internal override void Save(StateWriter state)
    {
        clock.Save(state);
        loads.Save(state);
        nights.Save(state);
        state.Long(night);
        state.Int(rows);
        state.Bool(told);
    }

    internal override void Restore(ref StateReader state)
    {
        clock.Restore(ref state);
        loads.Restore(ref state);
        nights.Restore(ref state);
        night = state.Long();
        rows = state.Int();
        told = state.Bool();
    }
}
