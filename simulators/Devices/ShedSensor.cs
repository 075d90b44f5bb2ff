using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>Smoke, heat or gas head of a shed. 10 s. Units: dB/m, °C, ppm.</summary>
internal sealed class ShedSensor(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private long fireFromMs = long.MaxValue;
    private long fireToMs;
    private double celsius = 20;

    public override long PeriodMs => 10_000;

    /// <summary>The head goes on speaking but its element no longer moves, until then.</summary>
    public long StuckUntilMs { get; set; }

    /// <summary>A burning battery beneath, between two times.</summary>
    public void Fire(long fromMs, long toMs) => (fireFromMs, fireToMs) = (fromMs, toMs);

    public override void Step(Stage stage)
    {
        var now = stage.NowMs;
        var burning = now >= fireFromMs && now < fireToMs ? Math.Min((now - fireFromMs) / (double)LocalTime.Minute, 10) : 0;
        var body = Begin(stage);
        switch (Role)
        {
            case "smoke":
                body.Value("smoke", Math.Max(0, 0.012 + (burning * 0.25) + Rng.Normal(0, 0.004)), 3);
                break;
            case "heat":
                celsius = now < StuckUntilMs ? celsius : Weather.Sheltered(now) + 2 + (burning * 9) + Rng.Normal(0, 0.15);
                body.Value("temperature", celsius, 1);
                break;
            default:
                body.Value("co", Math.Max(0, 1.2 + (burning * 40) + Rng.Normal(0, 0.4)), 1).Value("h2", Math.Max(0, 0.6 + (burning * 60) + Rng.Normal(0, 0.3)), 1);
                break;
        }

        Send(stage, body);
        NextMs = now + PeriodMs;
    }
}
