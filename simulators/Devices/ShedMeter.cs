using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>Meter of a shed: the sum of its ports, light at night, what leaks. 60 s. Units: W, V, A, mA, °C.</summary>
internal sealed class ShedMeter(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private ChargerPort[] ports = [];

    public override long PeriodMs => 60_000;

    public override void Start(Stage stage)
    {
        base.Start(stage);
        ports = [.. stage.All<ChargerPort>().Where(p => p.Surroundings == Place)];
    }

    public override void Step(Stage stage)
    {
        var sum = 0.0;
        foreach (var port in ports) sum += port.PowerW;
        var light = LocalTime.HourOf(stage.NowMs) is >= 18 or < 6 ? 160 : 20;
        var power = (sum + light) * (1.015 + Rng.Normal(0, 0.005));
        var voltage = 221 + Rng.Normal(0, 1);
        Send(stage, Begin(stage)
            .Value("power", power, 1).Value("voltage", voltage, 1).Value("current", power / voltage, 2)
            .Value("residual", 35 + (sum / 200) + Rng.Normal(0, 3), 0).Value("cable_temp", Weather.Sheltered(stage.NowMs) + 4 + (sum / 700) + Rng.Normal(0, 0.3), 1));
        NextMs = stage.NowMs + PeriodMs;
    }

    public override bool Obey(Stage stage, string command)
    {
        if (command is not ("cut" or "restore")) return false;
        foreach (var port in ports) port.Obey(stage, command);
        return true;
    }
}
