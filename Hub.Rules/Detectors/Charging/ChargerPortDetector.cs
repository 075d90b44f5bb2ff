using System.Globalization;
using Hub.Core;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>
/// One charger port: follows each charge from plugging in to full and holds it against the limits of a port and against the port's own past. Score: how far
/// the furthest of its eight rules has come, as a share of its limit; 1 alarms.
/// </summary>
/// <remarks>Readings may come every ten seconds or only when the power changes: what was read last holds for half an hour. State about 1 KB.</remarks>
internal sealed class ChargerPortDetector(PortLimits? limits = null) : Detector
{
    private const long BridgedMs = 30 * 60_000;
    private const double MostShare = 9;
    private const int Rules = 8;
    private static readonly string[] channels = ["power", "port_temp", "ambient", "neighbours"];
    private static readonly string[] names = ["overlong", "no taper", "overload", "step up", "bad contact", "too hot", "warmer than its power explains", "thermal runaway"];

    private static readonly string[] signs = ["overlong", "noTaper", "overload", "step", "contact", "hot", "warm", "runaway"];

    private readonly PortLimits limits = limits ?? PortLimits.Default;
    private readonly double[] shares = new double[Rules];
    private readonly int[] quietMinutes = new int[Rules];
    private RowClock clock;
    private ChargeSession session = new();
    private PortHistory history;
    private PortThermal thermal = new();
    private PortRunaway runaway = new();
    private ContactSwings swings;
    private long minute = long.MinValue;
    private double sum;
    private int readings;
    private double last = double.NaN;
    private double celsius = double.NaN;
    private double ambient = double.NaN;
    private double neighbours = double.NaN;
    private long overloadSinceMs = long.MinValue;
    private int told;
    private bool strange;
    private double score;

    public override ReadOnlySpan<string> Channels => channels;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        var order = clock.Take(atMs);
        if (order == RowOrder.Late) return new Finding(score, 1, false);
        var now = Math.DivRem(atMs, 60_000, out var rest) - (rest < 0 ? 1 : 0);
        if (order == RowOrder.Restarted || (minute != long.MinValue && (now - minute) * 60_000 > BridgedMs)) Forget();
        if (minute == long.MinValue) minute = now;
        for (; minute < now; minute++) CloseMinute();
        if (values[2] is > -50 and < 80) ambient = values[2];
        neighbours = values.Length > 3 && values[3] is > -50 and < 80 ? values[3] : double.NaN;
        if (values[0] is > -1_000 and < 100_000) Power(atMs, Math.Max(0, values[0]));
        if (values[1] is > -50 and < 1_300) Temperature(atMs, values[1]);
        return Decide();
    }

    public override string Explain()
    {
        var worst = Worst();
        var beyond = string.Join(", ", Enumerable.Range(0, Rules).Where(i => i == worst || shares[i] >= 1).OrderByDescending(i => shares[i]).Select(Share));
        var past = history.Known ? string.Create(CultureInfo.InvariantCulture, $"; of {history.Sessions} charges here one in 200 lasts over {history.LongHours:0.0} h or takes over {history.LargeEnergy:0} Wh") : "";
        var warmth = double.IsNaN(celsius) ? "" : string.Create(CultureInfo.InvariantCulture, $"; port {celsius:0.0} °C{(double.IsNaN(thermal.Expected) ? "" : $", expected {thermal.Expected:0.0}")}, {Math.Max(0, runaway.Rise):0.0} K/min");
        return string.Create(CultureInfo.InvariantCulture,
            $"{session.Phase.ToString().ToLowerInvariant()}, {(session.Charging ? session.Age / 60.0 : 0):0.0} h, {session.Energy:0} Wh, {(double.IsNaN(last) ? 0 : last):0} W, highest {session.Peak:0} W{warmth}{past}; {beyond} of the limit");
    }

    public override string Sign => signs[Worst()];

    private int Worst()
    {
        var worst = 0;
        for (var i = 1; i < Rules; i++) if (shares[i] > shares[worst]) worst = i;
        return worst;
    }

    public override LocalText Why()
    {
        var worst = Worst();
        var hours = (session.Age / 60.0).ToString("0.0", CultureInfo.InvariantCulture);
        return worst switch
        {
            0 => new($"已充 {hours} 小时，超时", $"overlong, {hours} h so far"),
            1 => new($"充电 {hours} 小时、{session.Energy:0} Wh 仍未正常降流", $"no proper taper after {hours} h and {session.Energy:0} Wh"),
            2 => new("超过端口额定功率", "more power than the port is rated for"),
            3 => new(string.Create(CultureInfo.InvariantCulture, $"功率比半小时前升高 {shares[3] * limits.Step * 100:0}%"), string.Create(CultureInfo.InvariantCulture, $"{shares[3] * limits.Step * 100:0} % more power than half an hour ago")),
            4 => new($"10 分钟内功率跳变 {swings.Count} 次，疑似接触不良", $"{swings.Count} swings of the power in 10 min, probably bad contact"),
            5 => new("端口过热", "port too hot"),
            6 => new(double.IsNaN(thermal.Expected) ? "温升超出功率所能解释" : string.Create(CultureInfo.InvariantCulture, $"按功率应为 {thermal.Expected:0} °C，实际更高"), double.IsNaN(thermal.Expected) ? "warmer than its power explains" : string.Create(CultureInfo.InvariantCulture, $"warmer than the {thermal.Expected:0} °C that its power explains")),
            _ => new(string.Create(CultureInfo.InvariantCulture, $"每分钟升温 {Math.Max(0, runaway.Rise):0.0} °C，快速升温"), string.Create(CultureInfo.InvariantCulture, $"warming by {Math.Max(0, runaway.Rise):0.0} °C a minute")),
        };
    }

    private string Share(int rule) => string.Create(CultureInfo.InvariantCulture, $"{names[rule]} at {shares[rule] * 100:0} %");

    private void Forget()
    {
        session.Forget();
        thermal.Forget();
        runaway.Forget();
        swings = default;
        (sum, readings, last, celsius, ambient, overloadSinceMs, told, strange) = (0, 0, double.NaN, double.NaN, double.NaN, long.MinValue, 0, false);
        minute = long.MinValue;
        Array.Clear(shares);
    }

    private void Power(long atMs, double watts)
    {
        if (!double.IsNaN(last)) swings.Take(atMs, last, watts);
        if (watts <= limits.Watts) overloadSinceMs = long.MinValue;
        else if (overloadSinceMs == long.MinValue) overloadSinceMs = atMs;
        // A minute above the rating; inrush does not count.
        var held = overloadSinceMs != long.MinValue && atMs - overloadSinceMs >= 60_000;
        shares[2] = held ? watts / limits.Watts : Math.Min(watts / limits.Watts, 0.99);
        shares[4] = swings.Count / (double)limits.Swings;
        last = watts;
        sum += watts;
        readings++;
    }

    private void Temperature(long atMs, double value)
    {
        celsius = value;
        runaway.Take(atMs, value);
        shares[5] = value / limits.Celsius;
        var steady = value >= limits.WarmCelsius && session.Mean(5) <= (1.02 * session.Mean(5, 5)) + 1 ? runaway.Steady / limits.SteadyRise : 0;
        shares[7] = Math.Max(0, Math.Max(runaway.Rise / limits.Rise, steady));
    }

    private void CloseMinute()
    {
        if (double.IsNaN(last)) return;
        var watts = readings > 0 ? sum / readings : last;
        (sum, readings) = (0, 0);
        session.Minute(watts);
        thermal.Minute(watts, celsius, ambient, neighbours);
        swings.Forget(minute * 60_000);
        shares[4] = swings.Count / (double)limits.Swings;
        shares[6] = thermal.TooWarm / limits.TooWarm;
        if (session.JustEnded && !strange) history.Learn(session);
        if (!session.Charging) strange = false;
        Hold();
        for (var i = 0; i < Rules; i++) Rearm(i);
    }

    // What the course of the charge says; nothing when none is on.
    private void Hold()
    {
        (shares[0], shares[1], shares[3]) = (0, 0, 0);
        if (!session.Charging) return;
        var hours = session.Age / 60.0;
        var longest = history.Known ? Math.Clamp(history.LongHours, limits.LeastHours * 1.5, limits.Hours) : limits.Hours;
        shares[0] = hours / longest;
        if (session.Phase == ChargePhase.Constant)
        {
            shares[1] = hours / limits.ConstantHours;
            if (history.Known && hours >= limits.LeastHours) shares[1] = Math.Max(shares[1], session.Energy / (1.2 * history.LargeEnergy));
        }
        else
        {
            shares[1] = session.TaperMinutes / 60.0 / limits.TaperHours;
            // Power that climbs again while the battery should take less: balancing or the charger is at fault.
            if (session.TaperMinutes >= 30 && session.Peak > 0) shares[1] = Math.Max(shares[1], (session.Mean(10) - session.Lowest) / (0.15 * session.Peak));
        }

        if (session.Age >= 40 && session.Mean(5, 30) > 20) shares[3] = Math.Max(0, (session.Mean(3) / session.Mean(5, 30)) - 1) / limits.Step;
    }

    // A rule that alarmed may do so again after half an hour far below its limit.
    private void Rearm(int rule)
    {
        quietMinutes[rule] = shares[rule] < 0.7 ? Math.Min(quietMinutes[rule] + 1, 30) : 0;
        if (quietMinutes[rule] >= 30) told &= ~(1 << rule);
    }

    private Finding Decide()
    {
        var alarm = false;
        score = 0;
        for (var i = 0; i < Rules; i++)
        {
            var share = Math.Round(Math.Min(shares[i], MostShare), 4);
            score = Math.Max(score, share);
            if (share < 1) continue;
            strange = true;
            alarm |= (told & (1 << i)) == 0;
            told |= 1 << i;
        }

        return new Finding(score, 1, alarm);
    }

    internal override void Save(StateWriter state)
    {
        clock.Save(state);
        session.Save(state);
        history.Save(state);
        thermal.Save(state);
        runaway.Save(state);
        swings.Save(state);
        foreach (var share in shares) state.Double(share);
        foreach (var minutes in quietMinutes) state.Int(minutes);
        state.Long(minute);
        state.Double(sum);
        state.Int(readings);
        state.Double(last);
        state.Double(celsius);
        state.Double(ambient);
        state.Double(neighbours);
        state.Long(overloadSinceMs);
        state.Int(told);
        state.Bool(strange);
        state.Double(score);
    }

    internal override void Restore(ref StateReader state)
    {
        clock.Restore(ref state);
        session.Restore(ref state);
        history.Restore(ref state);
        thermal.Restore(ref state);
        runaway.Restore(ref state);
        swings.Restore(ref state);
        for (var i = 0; i < Rules; i++) shares[i] = state.Double();
        for (var i = 0; i < Rules; i++) quietMinutes[i] = state.Int();
        minute = state.Long();
        sum = state.Double();
        readings = state.Int();
        last = state.Double();
        celsius = state.Double();
        ambient = state.Double();
        neighbours = state.Double();
        overloadSinceMs = state.Long();
        told = state.Int();
        strange = state.Bool();
        score = state.Double();
    }
}
