using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>Gas and wiring.</summary>
internal static class HomeActs
{
    /// <summary>Gas at 7 %LEL a minute for four minutes; the valve closes, or sticks and makes it a P1.</summary>
    public static void Gas(Stage stage, string scene, GasDetector detector, bool valveSticks, string note)
    {
        var from = stage.NowMs;
        var to = from + (4 * LocalTime.Minute);
        detector.Leak(stage, to, lelPerMinute: 7, valveSticks);
        var due = from + (110 * LocalTime.Second);
        stage.At(due, () => stage.Tell(new Truth(scene, "GasLeak", "P1", detector.Place, null, detector.Id, from, to + (10 * LocalTime.Minute), due, "case", note)));
    }

    /// <summary>Insulation gives way: 430 mA of leakage for half an hour. P3.</summary>
    public static void Leakage(Stage stage, string scene, LineMonitor line)
    {
        var from = stage.NowMs;
        var to = from + (30 * LocalTime.Minute);
        line.Add(new LineMonitor.Load(from, to, 0, ResidualMa: 340));
        var due = from + (2 * LocalTime.Minute);
        stage.At(due, () => stage.Tell(new Truth(scene, "LineFault", "P3", line.Place, null, line.Id, from, to, due, "case", "leakage over 300 mA")));
    }

    /// <summary>A loose terminal: 30 minutes at 78 °C. P2.</summary>
    public static void HotCable(Stage stage, string scene, LineMonitor line)
    {
        var from = stage.NowMs;
        var to = from + (30 * LocalTime.Minute);
        line.Add(new LineMonitor.Load(from, to, 0, CableK: 62));
        var due = from + (3 * LocalTime.Minute);
        stage.At(due, () => stage.Tell(new Truth(scene, "LineFault", "P2", line.Place, null, line.Id, from, to, due, "case", "a terminal at more than 70 °C")));
    }
}
