using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>What stands where it should not: lanes, exits, bays.</summary>
internal static class GroundActs
{
    /// <summary>A vehicle in a fire lane. P3 from five minutes, P2 from fifteen or while something burns in the estate.</summary>
    public static void Lane(Stage stage, string scene, Camera camera, double minutes, bool duringFire, string note)
    {
        var from = stage.NowMs;
        var to = from + (long)(minutes * LocalTime.Minute);
        camera.See(stage, new Camera.Sighting("vehicle", from, to, 0.93, "lane", 0.5, Track: $"t{from / 1000 % 100_000}"));
        var due = from + (5 * LocalTime.Minute) + (30 * LocalTime.Second);
        var severity = duringFire || minutes >= 16 ? "P2" : "P3";
        var expected = minutes >= 6.5 ? "case" : minutes < 4.5 ? "none" : "joined";
        stage.At(expected == "case" ? due : to, () => stage.Tell(new Truth(scene, "FireLaneBlocked", severity, camera.Place, "lane", camera.Id, from, to, due, expected, note)));
    }

    /// <summary>Goods left in an exit. P3 after half an hour.</summary>
    public static void Pile(Stage stage, string scene, Camera camera)
    {
        var from = stage.NowMs;
        var to = from + (long)(camera.Rng.Between(0.8, 3) * LocalTime.Hour);
        camera.See(stage, new Camera.Sighting("object", from, to, 0.85, "exit", 0.3));
        var due = from + (31 * LocalTime.Minute);
        stage.At(due, () => stage.Tell(new Truth(scene, "PiledGoods", "P3", camera.Place, "exit", camera.Id, from, to, due, "case", "goods in the exit")));
    }

    /// <summary>A car outside the bays. P4 after a quarter of an hour.</summary>
    public static void Parking(Stage stage, string scene, Camera camera)
    {
        var from = stage.NowMs;
        var minutes = camera.Rng.Between(6, 60);
        var to = from + (long)(minutes * LocalTime.Minute);
        camera.See(stage, new Camera.Sighting("vehicle", from, to, 0.9, "no-parking", 0.6));
        var due = from + (16 * LocalTime.Minute);
        var expected = minutes >= 17 ? "case" : minutes < 14 ? "none" : "joined";
        stage.At(expected == "case" ? due : to, () => stage.Tell(new Truth(scene, "DisorderlyParking", "P4", camera.Place, "no-parking", camera.Id, from, to, due, expected, "car outside the bays")));
    }
}
