using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>Batteries that heat themselves.</summary>
internal static class BatteryActs
{
    /// <summary>A charging battery runs from 58 to 72 °C at 2.5 K a minute: cut at 60, pre-fire at 65. Cools from its peak.</summary>
    public static void Overheat(Stage stage, string scene, ChargerPort port)
    {
        var from = stage.NowMs;
        Prepare(port, stage);
        port.Overheat(stage, fromC: 58, kelvinPerMinute: 2.5, peakC: 72);

        // 58 to 60 takes 48 s, then 30 s of hold.
        var due = from + (90 * LocalTime.Second);
        stage.At(due, () => stage.Tell(new Truth(scene, "BatteryThermal", "P1", port.Place, null, port.Id, from, from + (40 * LocalTime.Minute), due, "case", "58 to 72 °C at 2.5 K/min")));
    }

    private static void Prepare(ChargerPort port, Stage stage)
    {
        if (port.IsCut || port.Session is null || port.Session.IsFull(stage.NowMs + LocalTime.Hour)) port.Begin(stage, stage.NowMs - LocalTime.Hour, hours: 5);
        port.Session!.RemovedMs = Math.Max(port.Session.RemovedMs, stage.NowMs + LocalTime.Hour);
    }

    /// <summary>The battery burns: 90 °C in the port, smoke, heat and carbon monoxide in the shed.</summary>
    public static void Burn(Stage stage, string scene, ChargerPort port)
    {
        var from = stage.NowMs;
        Prepare(port, stage);
        port.Overheat(stage, fromC: 62, kelvinPerMinute: 9, peakC: 88);
        stage.At(from + LocalTime.Minute, () => stage.Tell(new Truth(scene, "BatteryThermal", "P1", port.Place, null, port.Id, from, from + (20 * LocalTime.Minute), from + LocalTime.Minute, "case", "62 to 88 °C at 9 K/min")));
        var smokeAt = from + (2 * LocalTime.Minute);
        foreach (var sensor in stage.All<ShedSensor>().Where(s => s.Place == port.Surroundings))
        {
            sensor.Fire(smokeAt, from + (12 * LocalTime.Minute));
            if (sensor.Role is "smoke") stage.At(smokeAt + (20 * LocalTime.Second), () => sensor.Raise(stage, "smoke"));
        }

        var due = smokeAt + (20 * LocalTime.Second);
        stage.At(due, () => stage.Tell(new Truth(scene, "BatteryThermal", "P1", port.Surroundings, null, port.Id, from, from + (20 * LocalTime.Minute), due, "joined", "the shed as a whole")));
        stage.At(due, () => stage.Tell(new Truth(scene, "GasLeak", "P1", port.Surroundings, null, port.Id, from, from + (20 * LocalTime.Minute), due, "joined", "carbon monoxide of the fire")));
        stage.At(due, () => stage.Tell(new Truth(scene, "FireSuspected", "P1", port.Surroundings, null, port.Id, from, from + (20 * LocalTime.Minute), due, "case", "battery fire in the shed")));
    }
}
