using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>A kitchen gas detector with a valve: 60 s, each 3 s once above 5 %LEL. Units: %LEL, ppm.</summary>
internal sealed class GasDetector(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private long leakFromMs = long.MaxValue;
    private long leakToMs;
    private double leakPerMinute;
    private bool valveSticks;
    private bool alarmed;
    private double lel;

    public override long PeriodMs => lel > 5 ? 3_000 : 60_000;

    private bool ValveOpen => !alarmed || valveSticks;

    /// <summary>Gas comes out from now until a time; the valve closes at the alarm unless it sticks.</summary>
    public void Leak(Stage stage, long untilMs, double lelPerMinute, bool stickingValve)
    {
        (leakFromMs, leakToMs, leakPerMinute, valveSticks, alarmed) = (stage.NowMs, untilMs, lelPerMinute, stickingValve, false);
        stage.Wake(this, stage.NowMs + 1);
    }

    public override void Step(Stage stage)
    {
        var now = stage.NowMs;
        var cooking = Rhythm.Cooking.At(LocalTime.HourOf(now)) > 0 && Rng.Chance(0.2) ? Rng.Between(0, 1.8) : 0;
        var leak = now < leakFromMs ? 0 : Math.Min(leakPerMinute * (Math.Min(now, leakToMs) - leakFromMs) / LocalTime.Minute, 60) * Math.Exp(-Math.Max(0, now - leakToMs) / (4.0 * LocalTime.Minute));
        lel = Math.Max(0, 0.4 + cooking + leak + Rng.Normal(0, 0.15));
        if (lel >= 10 && !alarmed)
        {
            alarmed = true;
            Raise(stage, "gas", key: "lel", value: lel);
        }

        if (leak < 0.5 && now > leakToMs) (alarmed, leakFromMs) = (false, long.MaxValue);
        Send(stage, Begin(stage).Value("lel", lel, 1).Value("co", Math.Max(0, 0.8 + (cooking * 3) + Rng.Normal(0, 0.4)), 1).Value("valve", ValveOpen ? 1 : 0));
        NextMs = now + (leak > 1 ? 3_000 : PeriodMs);
    }

    public override bool Obey(Stage stage, string command)
    {
        if (command is not ("closeValve" or "cut")) return false;
        alarmed = true;
        return !valveSticks;
    }
}
