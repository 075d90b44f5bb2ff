using System.Globalization;
using Hub.Core;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Health;

/// <summary>
/// Whether a sensor still measures: silent, stuck at one value, full of spikes, or of another unit than before; and adrift from its peers where their median is given.
/// Score: how far the furthest sign has come as a share of its limit; 1 alarms.
/// </summary>
/// <remarks>It judges the device, not what it watches: a value may be as strange as it likes. State about 0.6 KB.</remarks>
internal sealed class HealthDetector : Detector
{
    private const int Signs = 5;
    private const int Drift = 4;
    private const double MostShare = 9;
    private static readonly string[] channels = ["value", "peers"];
    private static readonly string[] names = ["silent", "stuck", "spikes", "another unit", "adrift from its peers"];

    private static readonly string[] signs = ["silent", "stuck", "spikes", "unit", "drift"];

    private readonly double[] shares = new double[Signs];
    private RowClock clock;
    private Silence silence = new();
    private Standstill standstill;
    private Spikes spikes = new();
    private UnitChange unit = new();
    private PeerDrift drift;
    private double last = double.NaN;
    private int told;

    public override ReadOnlySpan<string> Channels => channels;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        var order = clock.Take(atMs);
        if (order == RowOrder.Late) return Now(false);
        if (order == RowOrder.Restarted) silence.Forget();
        var x = values[0];
        if (!double.IsFinite(x) || Math.Abs(x) > 1e12) return Now(false);
        last = x;
        silence.Heard(atMs);
        shares[0] = 0;
        shares[1] = standstill.Take(atMs, x);
        shares[2] = spikes.Take(atMs, x);
        shares[3] = unit.Take(x);
        if (double.IsFinite(values[1]) && Math.Abs(values[1]) <= 1e12) shares[4] = drift.Take(atMs, x - values[1]);
        return Now(Decide());
    }

    public override Finding Advance(long nowMs)
    {
        if (!RowClock.Possible(nowMs)) return Now(false);
        shares[0] = silence.Share(nowMs);
        return Now(Decide());
    }

    public override string Explain()
    {
        var worst = Worst();
        return string.Create(CultureInfo.InvariantCulture,
            $"{names[worst]} at {shares[worst] * 100:0} % of the limit; last value {last:G5}, a reading every {silence.PeriodS:0.#} s, same value {standstill.Run} times (longest before {standstill.Longest}), {spikes.Count} spikes in a day, usual {unit.Usual:G5}");
    }

    public override string Sign => signs[Worst()];

    public override LocalText Why() => Worst() switch
    {
        0 => new("不再上报", "is no longer reported"),
        1 => new(string.Create(CultureInfo.InvariantCulture, $"连续 {standstill.Run} 次为 {last:G5}，以往最多 {standstill.Longest} 次：传感器卡死"),
            string.Create(CultureInfo.InvariantCulture, $"stuck: {standstill.Run} times {last:G5} in a row, before never more than {standstill.Longest}")),
        2 => new(string.Create(CultureInfo.InvariantCulture, $"一天内 {spikes.Count} 次毛刺，当前 {last:G5}：接线或传感器松动"),
            string.Create(CultureInfo.InvariantCulture, $"{spikes.Count} spikes within a day, now {last:G5}: a loose wire or sensor")),
        3 => new(string.Create(CultureInfo.InvariantCulture, $"由通常的 {unit.Usual:G5} 变为 {last:G5}：单位或量程已改变"),
            string.Create(CultureInfo.InvariantCulture, $"from its usual {unit.Usual:G5} to {last:G5}: another unit or scale")),
        _ => new(string.Create(CultureInfo.InvariantCulture, $"当前 {last:G5}，逐日偏离同处同类设备"),
            string.Create(CultureInfo.InvariantCulture, $"now {last:G5}, leaves its neighbours of the same kind day by day")),
    };

    // What is certainly broken comes before what may drift.
    private int Worst()
    {
        var worst = 0;
        for (var i = 1; i < Drift; i++) if (shares[i] > shares[worst]) worst = i;
        return shares[Drift] > shares[worst] && Math.Round(shares[worst], 4) < 1 ? Drift : worst;
    }

    // Each sign alarms once and may again when it has gone back to half.
    private bool Decide()
    {
        var alarm = false;
        for (var i = 0; i < Signs; i++)
        {
            if (Math.Round(shares[i], 4) >= 1)
            {
                alarm |= (told & (1 << i)) == 0;
                told |= 1 << i;
            }
            else if (shares[i] < 0.5) told &= ~(1 << i);
        }

        return alarm;
    }

    private Finding Now(bool alarm)
    {
        var score = 0.0;
        foreach (var share in shares) score = Math.Max(score, Math.Min(share, MostShare));
        return new Finding(Math.Round(score, 4), 1, alarm);
    }

    internal override void Save(StateWriter state)
    {
        clock.Save(state);
        silence.Save(state);
        standstill.Save(state);
        spikes.Save(state);
        unit.Save(state);
        drift.Save(state);
        foreach (var share in shares) state.Double(share);
        state.Double(last);
        state.Int(told);
    }

    internal override void Restore(ref StateReader state)
    {
        clock.Restore(ref state);
        silence.Restore(ref state);
        standstill.Restore(ref state);
        spikes.Restore(ref state);
        unit.Restore(ref state);
        drift.Restore(ref state);
        for (var i = 0; i < Signs; i++) shares[i] = state.Double();
        last = state.Double();
        told = state.Int();
    }
}
