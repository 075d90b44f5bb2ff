using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>Doors forced, lenses covered, devices gone, people lingering.</summary>
internal static class DoorActs
{
    public static void Forced(Stage stage, string scene, DoorReader door)
    {
        door.Raise(stage, "forced");
        stage.Tell(new Truth(scene, door.Record.Kind == "shedDoor" ? "ShedTheft" : "GateAnomaly", "P2", door.Place, null, door.Id, stage.NowMs, stage.NowMs + LocalTime.Minute, stage.NowMs, "case", "forced open"));
    }

    /// <summary>A lens covered for some minutes. P3 after one.</summary>
    public static void Cover(Stage stage, string scene, Camera camera, double minutes = 6)
    {
        var from = stage.NowMs;
        var to = from + (long)(minutes * LocalTime.Minute);
        camera.See(stage, new Camera.Sighting("coveredLens", from, to, 0.97, "frame", 0.5, SeenShare: 1));
        var due = from + (camera.Role == "lift" ? 62 : 91) * LocalTime.Second;
        stage.At(due, () => stage.Tell(new Truth(scene, "Tamper", "P3", camera.Place, null, camera.Id, from, to, due, "case", "lens covered")));
    }

    /// <summary>A smoke alarm taken from its base. A fire device: P2.</summary>
    public static void Removed(Stage stage, string scene, SmokeAlarm alarm)
    {
        alarm.Raise(stage, "removed");
        stage.Tell(new Truth(scene, "Tamper", "P2", alarm.Place, null, alarm.Id, stage.NowMs, stage.NowMs + LocalTime.Hour, stage.NowMs, "case", "alarm head removed"));
    }

    /// <summary>Someone lingers a quarter of an hour in a shed at night. P4; no person, only a track.</summary>
    public static void Linger(Stage stage, string scene, Camera camera, double minutes = 15)
    {
        var from = stage.NowMs;
        var to = from + (long)(minutes * LocalTime.Minute);
        camera.See(stage, new Camera.Sighting("person", from, to, 0.9, "bays", 0.5, SeenShare: 1, Track: $"t{from / 1000 % 100_000}"));
        var due = from + (10 * LocalTime.Minute) + (30 * LocalTime.Second);
        var dark = LocalTime.HourOf(from) is >= 23 or < 4.7;
        stage.At(due, () => stage.Tell(new Truth(scene, "Loitering", "P4", camera.Place, "bays", camera.Id, from, to, due, dark ? "case" : "none", "one track lingers in a shed")));
    }

    /// <summary>A device falls silent for some hours.</summary>
    public static void Lost(Stage stage, string scene, DeviceModel model, double hours)
    {
        var from = stage.NowMs;
        var to = from + (long)(hours * LocalTime.Hour);
        model.SilentUntilMs = to;
        var kind = Hub.Core.Devices.DeviceKinds.Of(model.Record.Kind);
        var due = from + ((kind.OfflineAfterSeconds + kind.PeriodSeconds) * LocalTime.Second);
        if (to > due)
            stage.At(due, () => stage.Tell(new Truth(scene, "DeviceOutage", kind.LifeSafety ? "P3" : "P4", model.Place, null, model.Id, from, to, due, "case", $"{kind.Id} silent for {hours:F1} h")));
    }

    /// <summary>A heat head whose element is stuck for some hours. P3; told after two hours and a half.</summary>
    public static void Stuck(Stage stage, string scene, ShedSensor head, double hours = 6)
    {
        var from = stage.NowMs;
        var to = from + (long)(hours * LocalTime.Hour);
        head.StuckUntilMs = to;
        var due = from + (150 * LocalTime.Minute);
        stage.At(due, () => stage.Tell(new Truth(scene, "SensorFault", "P3", head.Place, null, head.Id, from, to, due, "case", "heat head stuck at one value")));
    }

    /// <summary>A clock that is off from the beginning: told once a quarter of an hour has been heard.</summary>
    public static void ClockOff(Stage stage, DeviceModel model)
    {
        var kind = Hub.Core.Devices.DeviceKinds.Of(model.Record.Kind);
        var (from, due) = (stage.NowMs, stage.NowMs + (15 * LocalTime.Minute));
        stage.At(due, () =>
        {
            // Who falls silent meanwhile is an outage.
            if (stage.NowMs >= model.SilentUntilMs)
                stage.Tell(new Truth("base", "SensorFault", kind.LifeSafety ? "P3" : "P4", model.Place, null, model.Id, from, due + LocalTime.Hour, due, "case", $"clock off by {model.SkewMs / 1_000} s"));
        });
    }

    /// <summary>Everything behind a gateway falls silent at once: one parent case.</summary>
    public static void LostTogether(Stage stage, string scene, IReadOnlyList<DeviceModel> models, string place, double minutes, string note)
    {
        var from = stage.NowMs;
        var to = from + (long)(minutes * LocalTime.Minute);
        foreach (var model in models) model.SilentUntilMs = to;
        var due = from + (4 * LocalTime.Minute);
        if (models.Count > 0)
            stage.At(due, () => stage.Tell(new Truth(scene, "DeviceOutage", "P3", place, null, models[0].Id, from, to, due, "case", note)));
    }
}
