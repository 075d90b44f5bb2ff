using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>One charging port of a shed: sessions in the day's rhythm, a socket that warms with the current, a relay that obeys.</summary>
/// <remarks>10 s while charging, 60 s else. Warming: 0.028 K/W, time constant 15 min. Units: W, V, A, kWh, °C.</remarks>
internal sealed class ChargerPort(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    /// <summary>Starts of charging per port and day: with 1,440 ports some 950 sessions, 40 % of ports busy at 22 h.</summary>
    public const double SessionsPerDay = 0.66;

    /// <summary>Share of sessions that run past the eight or ten hours of the rule: 30 a day over all ports.</summary>
    private const double OverlongShare = 0.032;

    // One bike is wheeled out before the next is plugged in.
    private const long ChangeMs = 3 * LocalTime.Minute;
    private const double KelvinPerWatt = 0.028;
    private const double TimeConstantMs = 15 * LocalTime.Minute;

    private ChargeSession? session;
    private HeatRun? heat;
    private bool cut;
    private double temperature = double.NaN;
    private double energy;
    private long lastMs;
    private long freeFromMs;

    public override long PeriodMs => IsBusy ? 10_000 : 60_000;

    /// <summary>Power drawn as of the last step [W].</summary>
    public double PowerW { get; private set; }

    /// <summary>The running session, or null.</summary>
    public ChargeSession? Session => session;

    public bool IsCut => cut;

    private bool IsBusy => (session is not null && !cut && !session.IsFull(lastMs)) || heat is not null;

    public override void Start(Stage stage)
    {
        base.Start(stage);
        lastMs = stage.NowMs;

        // Whoever began to charge within the last hours is charging now.
        for (var hoursAgo = 9.0; hoursAgo > 0; hoursAgo -= 0.25)
        {
            var at = stage.NowMs - (long)(hoursAgo * LocalTime.Hour);
            if (session is null && Rng.Chance(StartRate(at) * 0.25)) Begin(stage, at);
            if (session is not null && session.RemovedMs < at) session = null;
        }

        if (IsBusy) NextMs = stage.NowMs + (long)(Rng.Next() * PeriodMs);
    }

    public override void Step(Stage stage)
    {
        var now = stage.NowMs;
        if (session is not null && now >= session.RemovedMs) (session, cut, freeFromMs) = (null, false, now + ChangeMs);
        if (session is null && heat is null && now >= freeFromMs && Rng.Chance(StartRate(now) * (now - lastMs) / LocalTime.Hour)) Begin(stage, now);
        if (heat is not null && now > heat.EndMs) heat = null;
        Advance(now);

        var voltage = 221 + Rng.Normal(0, 1.2);
        Send(stage, Begin(stage)
            .Value("power", PowerW, 1).Value("voltage", voltage, 1).Value("current", PowerW / voltage, 2).Value("energy", energy, 3)
            .Value("port_temp", temperature + Rng.Normal(0, 0.12), 1).Value("relay", cut ? 0 : 1).Value("state", StateNow(now)));
        NextMs = now + PeriodMs;
    }

    /// <summary>Begins a session now, whatever the rhythm says. <paramref name="hours"/> NaN draws a length.</summary>
    public ChargeSession Begin(Stage stage, long atMs, double hours = double.NaN)
    {
        var overlong = double.IsNaN(hours) && Rng.Chance(OverlongShare);
        session = new ChargeSession(Rng, atMs, Record.Attributes!["battery"] == "lithium", Weather.WinterCharging(atMs), overlong ? Rng.Between(8.6, 12) : hours);
        (energy, cut) = (0, false);
        if (overlong) Overlong(stage, session);
        return session;
    }

    /// <summary>A battery that heats itself: from a temperature upwards at a rate to a peak, then cooling. Cutting the current does not stop it at once.</summary>
    public void Overheat(Stage stage, double fromC, double kelvinPerMinute, double peakC)
    {
        heat = new HeatRun(stage.NowMs, fromC, kelvinPerMinute, peakC);
        temperature = fromC;
        stage.Wake(this, stage.NowMs + 1);
    }

    public override bool Obey(Stage stage, string command)
    {
        if (command is not ("cut" or "restore")) return false;
        cut = command == "cut";
        stage.Wake(this, stage.NowMs + 200);
        return true;
    }

    private static double StartRate(long ms)
    {
        // Busy ports cannot start, so the idle ones start a little more often.
        var hour = LocalTime.HourOf(ms);
        var idleShare = hour is >= 19 or < 4 ? 0.66 : 0.86;
        return SessionsPerDay * (1 + Weather.WinterCharging(ms) - 0.1) * Rhythm.Charging.At(hour) / idleShare;
    }

    private void Advance(long now)
    {
        var draws = session is not null && !cut;
        PowerW = draws ? Math.Max(0, session!.PowerAt(now) * (1 + Rng.Normal(0, 0.008))) : 0;
        energy += PowerW * (now - lastMs) / LocalTime.Hour / 1_000;
        var ambient = Weather.Sheltered(now);
        var target = ambient + (KelvinPerWatt * PowerW) + (draws ? 1.5 : 0);
        temperature = double.IsNaN(temperature) ? target : target + ((temperature - target) * Math.Exp(-(now - lastMs) / TimeConstantMs));
        if (heat is not null) temperature = heat.At(now, ambient);
        lastMs = now;
    }

    private string StateNow(long now) =>
        session is null ? "idle" : cut ? "plugged" : session.IsFull(now) ? "full" : "charging";

    private void Overlong(Stage stage, ChargeSession s)
    {
        // A hub can count from what it saw, not from before the simulation began.
        var limit = Math.Max(s.StartMs, stage.NowMs) + ((s.Lithium ? 8 : 10) * LocalTime.Hour);
        if (s.StartMs + (s.Hours * LocalTime.Hour) <= limit) return;
        stage.At(limit, () =>
        {
            if (session == s && !cut)
                stage.Tell(new Truth("base", "OverlongCharge", "P4", Place, null, Id, s.StartMs, limit + LocalTime.Hour, limit, "case", $"{(s.Lithium ? "lithium" : "lead-acid")} session of {s.Hours:F1} h"));
        });
    }

    private sealed record HeatRun(long StartMs, double FromC, double KelvinPerMinute, double PeakC)
    {
        private long PeakMs => StartMs + (long)((PeakC - FromC) / KelvinPerMinute * LocalTime.Minute);

        public long EndMs => PeakMs + (45 * LocalTime.Minute);

        public double At(long ms, double ambient) => ms <= PeakMs
            ? FromC + (KelvinPerMinute * (ms - StartMs) / LocalTime.Minute)
            : ambient + ((PeakC - ambient) * Math.Exp(-(ms - PeakMs) / (12.0 * LocalTime.Minute)));
    }
}
