using System.Globalization;
using System.Text;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Fire;

/// <summary>
/// Fire at one point from any of temperature, smoke, carbon monoxide and humidity, read every second to every minute. Score in nats; 0 and above says
/// "verify now", 1 "probable", 3 "confirmed". The stronger sign counts whole and the others in part, so a further sensor never lowers it.
/// </summary>
/// <remarks>
/// It adds an earlier lead to the alarm of a certified head and never stands in its way. The tables are engineering judgement checked on real room fires; see docs/detection.md.
/// </remarks>
internal sealed class FireDetector : Detector
{
    private const int Heat = 0;
    private const int Smoke = 1;
    private const int Monoxide = 2;
    private const int Sources = 3;
    private const double Prior = -2;
    private const double HalfLifeS = 300;
    private const double RestingScore = -1;
    private const long RestingMs = 300_000;
    private const double SecondSourceWeight = 0.7;
    private static readonly string[] channels = ["temperature", "smoke", "co", "humidity"];

    // Smoke as a share of the level at which a point smoke alarm acts; carbon monoxide in ppm above the usual.
    private static readonly (double, double)[] smokeTable = [(0.25, 0), (0.5, 1.2), (1, 2), (2, 3.5), (4, 4.5)];
    private static readonly (double, double)[] monoxideTable = [(8, 0), (15, 1), (35, 2), (50, 3), (100, 4)];

    private readonly double[] held = new double[Sources];
    private RowClock clock;
    private HeatTrack heat = new();
    private GasTrack smoke = new();
    private GasTrack monoxide = new();
    private MonoxideDose dose;
    private GasTrack steam = new();
    private bool percent;
    private long beforeMs = long.MinValue;
    private bool burning;
    private long restingSinceMs = long.MinValue;
    private double score = Prior;

    public override ReadOnlySpan<string> Channels => channels;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        var order = clock.Take(atMs);
        if (order == RowOrder.Late) return new Finding(score, 0, false);
        if (order == RowOrder.Restarted)
        {
            heat.Forget();
            restingSinceMs = long.MinValue;
            beforeMs = long.MinValue;
        }

        var fade = beforeMs == long.MinValue ? 1 : Math.Exp(-Math.Log(2) * (atMs - beforeMs) / 1000.0 / HalfLifeS);
        beforeMs = atMs;
        for (var i = 0; i < Sources; i++) held[i] *= fade;
        if (double.IsFinite(values[0])) Hold(Heat, heat.Take(atMs, values[0]));
        Damp(atMs, values[3]);
        if (double.IsFinite(values[2])) Hold(Monoxide, Gas(atMs, values[2]));
        if (double.IsFinite(values[1])) Hold(Smoke, Haze(atMs, values[1]));
        score = Math.Round(Prior + Joined(), 4);
        return new Finding(score, 0, Decide(atMs));
    }

    public override string Explain()
    {
        var text = new StringBuilder(LevelName);
        if (!double.IsNaN(heat.Celsius))
            text.Append(CultureInfo.InvariantCulture, $"; {heat.Celsius:0.0} °C, {heat.Rise:0.0} K up in a minute (alarming from {heat.Needed:0.0}), usual {heat.Usual:0.0} °C: {held[Heat]:+0.0;-0.0;0}");
        if (!double.IsNaN(smoke.Value))
            text.Append(CultureInfo.InvariantCulture, $"; smoke {smoke.Value:0.000} {(percent ? "%/m" : "dB/m")}, {smoke.Above:0.000} above usual (alarming from {SmokeLevel:0.00}){(Steam ? ", steam likely" : "")}: {held[Smoke]:+0.0;-0.0;0}");
        if (!double.IsNaN(monoxide.Value))
            text.Append(CultureInfo.InvariantCulture, $"; CO {monoxide.Value:0} ppm, {monoxide.Above:0} above usual: {held[Monoxide]:+0.0;-0.0;0}");
        return text.Append(CultureInfo.InvariantCulture, $"; beforehand {Prior:0}").ToString();
    }

    private string LevelName => score < 0 ? "nothing" : Confirmed ? "confirmed" : score >= 1 ? "probable" : "verify now";

    // Two kinds of sign that would each do alone, or plain heat, need no further word.
    private bool Confirmed => score >= 3 || heat.Hot || (held[Heat] >= 2 ? 1 : 0) + (held[Smoke] >= 2 ? 1 : 0) + (held[Monoxide] >= 2 ? 1 : 0) >= 2;

    // 0.15 dB/m, which is 3.4 %/m. A head that rests above a twelfth of a unit does not count in dB/m.
    private double SmokeLevel => Math.Max(percent ? 3.4 : 0.15, 8 * smoke.Noise);

    // A shower or a kettle: air turns damp within minutes, with neither warmth nor carbon monoxide of a fire.
    private bool Steam => steam.Above >= 6 && held[Monoxide] <= 0.2 && heat.Rise < 0.7 * heat.Needed;

    private void Hold(int source, double evidence) => held[source] = Math.Max(held[source], evidence);

    private void Damp(long atMs, double humidity)
    {
        if (humidity is >= 0 and <= 100) steam.Take(atMs, humidity, 4);
    }

    private double Gas(long atMs, double ppm)
    {
        if (!(ppm is >= -50 and <= 20_000)) return 0;
        monoxide.Take(atMs, Math.Max(0, ppm), 12);
        return Math.Max(Curve.At(monoxideTable, monoxide.Above), dose.Take(atMs, ppm) ? 3 : 0);
    }

    private double Haze(long atMs, double value)
    {
        if (!(value is >= -1 and <= 100)) return 0;
        smoke.Take(atMs, Math.Max(0, value), percent ? 1.2 : 0.06);
        percent |= value > 8 || (smoke.Known >= 30 && smoke.Usual > 0.08);
        var evidence = Curve.At(smokeTable, smoke.Above / SmokeLevel);
        return Steam ? Math.Max(0, evidence - 1) : evidence;
    }

    private double Joined()
    {
        var strongest = Math.Max(held[Heat], Math.Max(held[Smoke], held[Monoxide]));
        return strongest + (SecondSourceWeight * (held[Heat] + held[Smoke] + held[Monoxide] - strongest));
    }

    // One alarm a fire: the next only after five minutes in which nothing is left of it.
    private bool Decide(long atMs)
    {
        if (score >= RestingScore) restingSinceMs = long.MinValue;
        else if (restingSinceMs == long.MinValue) restingSinceMs = atMs;
        else if (atMs - restingSinceMs >= RestingMs) burning = false;
        if (score < 0 || burning) return false;
        burning = true;
        return true;
    }

    internal override void Save(StateWriter state)
    {
        foreach (var evidence in held) state.Double(evidence);
        clock.Save(state);
        heat.Save(state);
        smoke.Save(state);
        monoxide.Save(state);
        dose.Save(state);
        steam.Save(state);
        state.Bool(percent);
        state.Long(beforeMs);
        state.Bool(burning);
        state.Long(restingSinceMs);
        state.Double(score);
    }

    internal override void Restore(ref StateReader state)
    {
        for (var i = 0; i < Sources; i++) held[i] = state.Double();
        clock.Restore(ref state);
        heat.Restore(ref state);
        smoke.Restore(ref state);
        monoxide.Restore(ref state);
        dose.Restore(ref state);
        steam.Restore(ref state);
        percent = state.Bool();
        beforeMs = state.Long();
        burning = state.Bool();
        restingSinceMs = state.Long();
        score = state.Double();
    }
}
