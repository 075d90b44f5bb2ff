using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>A gateway: a life sign each minute. It speaks for its children on one connection.</summary>
internal sealed class Gateway(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    public override long PeriodMs => 60_000;

    public override void Step(Stage stage)
    {
        stage.Send(this, Status, Begin(stage).Value("online", 1).Value("rssi", -60 + Rng.Normal(0, 3)).Finish(), isEvent: false);
        NextMs = stage.NowMs + PeriodMs;
    }
}

/// <summary>Transmitter of a fire panel: normal each minute, alarms and faults at once.</summary>
internal sealed class FirePanel(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    public override long PeriodMs => 60_000;

    public override void Step(Stage stage)
    {
        Send(stage, Begin(stage).Value("online", 1).Value("state", "normal"));
        NextMs = stage.NowMs + PeriodMs;
    }
}

/// <summary>Tells an e-bike charger from other loads of a rented room: probability each minute.</summary>
internal sealed class LoadDetector(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private long chargingUntilMs;

    public override long PeriodMs => 60_000;

    /// <summary>An e-bike battery charges in the room until a time.</summary>
    public void Charge(long untilMs) => chargingUntilMs = untilMs;

    public override void Step(Stage stage)
    {
        var charging = stage.NowMs < chargingUntilMs;
        var waveform = charging ? Rng.Normal(0.96, 0.012) : Rng.Chance(0.01) ? Rng.Between(0.3, 0.8) : Rng.Between(0.01, 0.2);
        var power = (charging ? 150 : 0) + 90 + Rng.Normal(0, 20);
        Send(stage, Begin(stage).Value("waveform", Math.Clamp(waveform, 0, 1), 2).Value("power", Math.Max(0, power), 1));
        NextMs = stage.NowMs + PeriodMs;
    }
}

/// <summary>A parking bay: on every change and each hour.</summary>
internal sealed class ParkingBay(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private bool occupied;
    private long sinceMs;

    public override long PeriodMs => LocalTime.Hour;

    public override void Start(Stage stage)
    {
        base.Start(stage);
        occupied = Rng.Chance(0.6);
        sinceMs = stage.NowMs;
    }

    public override void Step(Stage stage)
    {
        var hour = LocalTime.HourOf(stage.NowMs);
        var full = hour is >= 19 or < 7 ? 0.92 : 0.45;
        if (Rng.Chance(0.3))
        {
            var next = Rng.Chance(full);
            if (next != occupied) sinceMs = stage.NowMs;
            occupied = next;
        }

        Send(stage, Begin(stage).Value("occupied", occupied ? 1 : 0).Value("dwell", (stage.NowMs - sinceMs) / 1_000));
        NextMs = stage.NowMs + (long)Rng.Between(0.6 * PeriodMs, PeriodMs);
    }
}

/// <summary>The human sources of a place: the premises register and the tag a patrol scans. A life sign a day, notes as people make them.</summary>
internal sealed class HumanSource(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    public override long PeriodMs => LocalTime.Day;

    public override void Step(Stage stage)
    {
        stage.Send(this, Status, Begin(stage).Value("online", 1).Finish(), isEvent: false);
        NextMs = stage.NowMs + PeriodMs;
    }

    /// <summary>An entry of the register: <c>closed</c>, <c>corrected</c>, <c>registered</c>, <c>suspected</c>, <c>unregistered</c>.</summary>
    public void Enter(Stage stage, string state) =>
        stage.Send(this, Event, Begin(stage).Member("type", "register").Value("state", state).Finish(), isEvent: true);
}
