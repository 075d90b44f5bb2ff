using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>Water meter, door contact, motion sensor and button of an elder who lives alone. 48 uploads a day. Water in m³ per half hour.</summary>
internal sealed class ElderKit(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private long quietFromMs = long.MaxValue;
    private long quietToMs;
    private bool away;
    private long leakFromMs = long.MaxValue;
    private long leakToMs;

    public override long PeriodMs => 30 * LocalTime.Minute;

    /// <summary>No water, door or motion between two times. Someone who left told so: the away flag is set.</summary>
    public void Quiet(Stage stage, long toMs, bool saidAway)
    {
        (quietFromMs, quietToMs, away) = (stage.NowMs, toMs, saidAway);
        if (saidAway) stage.Wake(this, stage.NowMs + 1);
    }

    /// <summary>A tap or cistern runs until a time, some 0.05 m³ each half hour.</summary>
    public void Leak(long fromMs, long toMs) => (leakFromMs, leakToMs) = (fromMs, toMs);

    public override void Step(Stage stage)
    {
        var now = stage.NowMs;
        var quiet = now > quietFromMs + 1 && now < quietToMs;
        var back = away && now >= quietToMs;
        if (back) away = false;
        var hour = LocalTime.HourOf(now);
        var active = !quiet && (hour is >= 6.5 and < 21.5 || Rng.Chance(0.06));

        // 0.13 m³ a day each; a short span without any is common, twelve hours are not.
        var share = Rhythm.Water.At(hour) / 2;
        var water = active && Rng.Chance(Math.Min(1, 0.35 + (share * 6))) ? 0.13 * share * Rng.Between(0.6, 2.4) : 0;
        if (now >= leakFromMs && now < leakToMs) water += 0.05 + Rng.Normal(0, 0.002);

        // Who comes home opens the door and turns on the tap.
        if (back) water += 0.02;

        // The last thing heard of someone who leaves is the door.
        var leaving = away && now <= quietFromMs + 1;
        var door = leaving || back || (active && Rng.Chance(0.12)) ? 1 : 0;
        var body = Begin(stage).Value("water", water, 4).Value("door", door).Value("motion", leaving || back || (active && Rng.Chance(0.8)) ? 1 : 0)
            .Value("sos", 0).Value("away", away ? 1 : 0).Battery(100 - (int)(Rng.Hash(0, Id) % 70)).Finish();
        stage.Send(this, Telemetry, body, isEvent: false);
        if (Rng.Chance(0.01)) stage.Send(this, Telemetry, body, isEvent: false);
        NextMs = now + PeriodMs;
    }
}
