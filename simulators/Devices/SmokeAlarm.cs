using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>A home or corridor smoke alarm on NB-IoT: one life sign a day, alarms at once, and now and then the same message twice.</summary>
internal sealed class SmokeAlarm(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private long clearMs;

    public override long PeriodMs => LocalTime.Day;

    private int Battery => 100 - (int)(Rng.Hash(0, Id) % 78);

    public override void Step(Stage stage)
    {
        var body = Begin(stage).Value("smoke", Math.Max(0, 0.01 + Rng.Normal(0, 0.004)), 3).Value("temperature", 20 + Rng.Normal(0, 1.5), 1)
            .Value("state", "normal").Battery(Battery).Finish();
        stage.Send(this, Status, body, isEvent: false);
        if (Rng.Chance(0.01)) stage.Send(this, Status, body, isEvent: false);
        NextMs = stage.NowMs + PeriodMs + (long)Rng.Between(-60_000, 60_000);
    }

    /// <summary>Sounds now; sends smoke and temperature each 15 s while it lasts, then that it is normal again.</summary>
    public void Alarm(Stage stage, long clearAtMs, double smoke, double temperatureC)
    {
        clearMs = clearAtMs;
        Raise(stage, "smoke");
        Report(stage, smoke, temperatureC);
    }

    private void Report(Stage stage, double smoke, double temperatureC)
    {
        var cleared = stage.NowMs >= clearMs;
        Send(stage, Begin(stage).Value("smoke", cleared ? 0.02 : smoke, 3).Value("temperature", cleared ? 22 : temperatureC, 1).Value("state", cleared ? "normal" : "alarm"));
        if (!cleared) stage.At(Math.Min(clearMs, stage.NowMs + 15_000), () => Report(stage, smoke, temperatureC));
    }

    public override bool Obey(Stage stage, string command) => command is "silence" or "siren" or "test";
}
