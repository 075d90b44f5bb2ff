using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>E-bikes in lifts.</summary>
internal static class LiftActs
{
    /// <summary>The lift speaks up, holds its door, and the bike is pushed out again: an event, no case.</summary>
    public static void Refused(Stage stage, string scene, Camera camera)
    {
        var from = stage.NowMs;
        var to = from + (14 * LocalTime.Second);
        camera.See(stage, new Camera.Sighting("eBike", from, to, 0.92, "car", 0.5));
        CountCampaign(stage, scene, camera);
        stage.At(to + LocalTime.Minute, () => stage.Tell(new Truth(scene, "EbikeIndoors", "P3", camera.Place, null, camera.Id, from, to, to, "none", "refused at the door and left")));
    }

    /// <summary>The bike stays in and the lift goes up. P3.</summary>
    public static void Rides(Stage stage, string scene, Camera camera)
    {
        var from = stage.NowMs;
        var to = from + (70 * LocalTime.Second);
        camera.See(stage, new Camera.Sighting("eBike", from, to, 0.92, "car", 0.5));
        CountCampaign(stage, scene, camera);
        stage.At(from + (36 * LocalTime.Second), () => camera.Raise(stage, "eBike", 0.94, "car", key: "moved", value: 1));
        var due = from + (37 * LocalTime.Second);
        stage.At(due, () => stage.Tell(new Truth(scene, "EbikeIndoors", "P3", camera.Place, null, camera.Id, from, to, due, "case", "stayed in and rode up")));
    }

    /// <summary>The third bike in a week makes a campaign case of the lift, refused or not; allowed, not asked for.</summary>
    private static void CountCampaign(Stage stage, string scene, Camera camera)
    {
        var now = stage.NowMs;
        camera.Bikes.RemoveAll(at => now - at > 7 * LocalTime.Day);
        camera.Bikes.Add(now);
        if (camera.Bikes.Count >= 3)
            stage.Tell(new Truth(scene, "EbikeIndoors", "P3", camera.Place, null, camera.Id, now, now + LocalTime.Minute, now, "joined", $"e-bike number {camera.Bikes.Count} of a week in this lift"));
    }
}
