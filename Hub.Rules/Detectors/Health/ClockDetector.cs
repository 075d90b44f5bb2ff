using System.Globalization;
using Hub.Core;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Health;

/// <summary>
/// Whether a device's clock is right: its stamp minus the time of arrival, in seconds, message by message. Messages may be late for many reasons, never early, and a backlog
/// is over some time; so the clock is off by what <b>every</b> message of ten minutes, and of at least five, was off by. Score: seconds off; 60 alarms.
/// </summary>
/// <remarks>Limits: 5 s to be watched, 60 s a fault (remote fire monitoring keeps the sum of clock errors within 5 s, GB 50440).</remarks>
internal sealed class ClockDetector : Detector
{
    private const double Fault = 60;
    private const long BlockMs = 600_000;
    private const int LeastMessages = 5;
    private const double MostSeconds = 1e9;
    private static readonly string[] channels = ["skew"];
    private RowClock clock;
    private long beganMs = long.MinValue;
    private int count;
    private double least;
    private double most;
    private double off = double.NaN;
    private int rested;
    private bool told;

    public override ReadOnlySpan<string> Channels => channels;

    /// <summary>Seconds the clock stands ahead; below 0 behind. NaN while too little was heard.</summary>
    public double Off => off;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        if (clock.Take(atMs) == RowOrder.Late || !(Math.Abs(values[0]) <= MostSeconds)) return Now(false);
        if (beganMs == long.MinValue || atMs < beganMs) (beganMs, count) = (atMs, 0);
        (least, most) = count == 0 ? (values[0], values[0]) : (Math.Min(least, values[0]), Math.Max(most, values[0]));
        if (count < int.MaxValue) count++;
        if (atMs - beganMs < BlockMs || count < LeastMessages) return Now(false);

        // All behind: by the least of it, for any of them may have been delayed too. All ahead: by the least of that.
        // Of both signs, and still as far ahead as before: a backlog of one that is ahead, for nothing arrives early.
        if (!(least <= 0 && off > 0 && most > off / 2)) off = most < 0 ? most : least > 0 ? least : 0;
        rested = count;
        (beganMs, count) = (long.MinValue, 0);
        var alarm = Math.Abs(off) >= Fault && !told;
        told = alarm || (told && Math.Abs(off) >= Fault / 2);
        return Now(alarm);
    }

    public override string Explain() => double.IsNaN(off)
        ? "too few messages with a stamp"
        : string.Create(CultureInfo.InvariantCulture, $"the clock is {Math.Abs(off):0.#} s {(off < 0 ? "behind" : "ahead")}: each of {rested} messages was off by at least that");

    public override LocalText Why()
    {
        var seconds = Math.Abs(off).ToString("0", CultureInfo.InvariantCulture);
        return new LocalText($"时钟{(off < 0 ? "慢" : "快")} {seconds} 秒（连续 {rested} 条报文均如此）", $"its clock is {seconds} s {(off < 0 ? "behind" : "ahead")} ({rested} messages in a row)");
    }

    private Finding Now(bool alarm) => double.IsNaN(off) ? Finding.Silent : new Finding(Math.Round(Math.Abs(off), 3), Fault, alarm);

    internal override void Save(StateWriter state)
    {
        clock.Save(state);
        state.Long(beganMs);
        state.Int(count);
        state.Double(least);
        state.Double(most);
        state.Double(off);
        state.Int(rested);
        state.Bool(told);
    }

    internal override void Restore(ref StateReader state)
    {
        clock.Restore(ref state);
        beganMs = state.Long();
        count = state.Int();
        least = state.Double();
        most = state.Double();
        off = state.Double();
        rested = state.Int();
        told = state.Bool();
    }
}
