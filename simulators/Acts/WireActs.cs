using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>Cables let down from windows.</summary>
internal static class WireActs
{
    /// <summary>A cable from a flat to a parked e-bike, for some minutes. P3 after ten minutes, P2 at night.</summary>
    public static void Charge(Stage stage, string scene, Camera camera, double minutes, string note)
    {
        var from = stage.NowMs;
        var to = from + (long)(minutes * LocalTime.Minute);
        var zone = "wall-" + (1 + (int)(Rng.Hash(stage.Seed, camera.Id, from) % 3));
        camera.See(stage, new Camera.Sighting("cable", from, to, 0.86, zone, 0.41));
        camera.See(stage, new Camera.Sighting("eBike", from, to, 0.91, zone, 0.47));
        var due = from + (10 * LocalTime.Minute);
        var night = LocalTime.IsNight(due) || LocalTime.IsNight(to);
        var expected = to - from >= 12 * LocalTime.Minute ? "case" : to < due ? "none" : "joined";
        stage.At(expected == "none" ? to : due, () => stage.Tell(new Truth(scene, "FlyingWireCharging", night ? "P2" : "P3", camera.Place, zone, camera.Id, from, to, due, expected, note)));
    }

    /// <summary>A clothes line, and a bicycle somewhere else: no hazard.</summary>
    public static void ClothesLine(Stage stage, string scene, Camera camera)
    {
        var from = stage.NowMs;
        var to = from + (40 * LocalTime.Minute);
        camera.See(stage, new Camera.Sighting("cable", from, to, 0.72, "wall-1", 0.2));
        camera.See(stage, new Camera.Sighting("bicycle", from, to, 0.8, "wall-2", 0.8));
        stage.At(to, () => stage.Tell(new Truth(scene, "FlyingWireCharging", "P3", camera.Place, "wall-1", camera.Id, from, to, to, "none", "clothes line without an e-bike")));
    }

    /// <summary>A charger on the stairwell's public circuit: a step, for hours a slow rise with the battery's voltage, then the taper. Seen by the line monitor alone, after the taper.</summary>
    public static void PublicCircuit(Stage stage, string scene, LineMonitor line, double watts = double.NaN)
    {
        var from = stage.NowMs;
        var to = from + (long)(line.Rng.Between(1.5, 3) * LocalTime.Hour);
        const long tail = 40 * LocalTime.Minute;
        line.Add(new LineMonitor.Load(from, to, double.IsNaN(watts) ? line.Rng.Between(110, 260) : watts, tail, Rise: 0.05 * (to - from) / LocalTime.Hour));
        var due = to + tail;
        stage.At(due, () => stage.Tell(new Truth(scene, "FlyingWireCharging", "P3", line.Place, null, line.Id, from, due, due, "case", "charger on the public circuit")));
    }

    /// <summary>An e-bike battery charged inside a rented flat. P2 after fifteen minutes.</summary>
    public static void Indoors(Stage stage, string scene, LoadDetector detector)
    {
        var from = stage.NowMs;
        var to = from + (long)(detector.Rng.Between(1, 4) * LocalTime.Hour);
        detector.Charge(to);
        var due = from + (16 * LocalTime.Minute);
        stage.At(due, () => stage.Tell(new Truth(scene, "EbikeIndoors", "P2", detector.Place, null, detector.Id, from, to, due, "case", "battery charging in a rented flat")));
    }
}
