using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>A card room that draws a crowd at night. A lead for police only when a person said so too.</summary>
internal static class ChessActs
{
    /// <summary>Nights of visitors, load and a watcher at a stairwell; with a human source, complaints, a patrol note and a register entry as well.</summary>
    public static void Room(Stage stage, string scene, DoorReader door, int nights, bool humanSource)
    {
        var from = stage.NowMs;
        var firstNight = LocalTime.StartOf(LocalTime.DayOf(from)) + (20 * LocalTime.Hour);
        if (firstNight < from) firstNight += LocalTime.Day;
        for (var night = 0; night < nights; night++) Night(stage, door, firstNight + (night * LocalTime.Day));
        var to = firstNight + ((nights - 1) * LocalTime.Day) + (8 * LocalTime.Hour);
        if (humanSource) Sources(stage, door, firstNight);

        // 25 for visitors, 15 for long stays, 10 for load, 10 for the watcher: 60 after four nights; people add 40.
        var due = firstNight + ((humanSource ? 3 : nights) * LocalTime.Day) + (8 * LocalTime.Hour);
        stage.At(Math.Min(due, to), () => stage.Tell(new Truth(
            scene, "ChessRoomLead", humanSource ? "P3" : "P4", door.Place, null, door.Id, from, to + (2 * LocalTime.Day), due, humanSource ? "case" : "none",
            humanSource ? "crowded nights, complaints, patrol note, unregistered" : "crowded nights, but no person said so: no lead from sensors alone")));
    }

    private static void Night(Stage stage, DoorReader door, long start)
    {
        // Some fourteen arrive within the first hour and a half, stay, and leave after two.
        stage.At(start, () => door.Crowd(14 / 90.0, inShare: 0.97, start + (90 * LocalTime.Minute)));
        stage.At(start + (6 * LocalTime.Hour), () => door.Crowd(14 / 60.0, inShare: 0.03, start + (7 * LocalTime.Hour)));
        foreach (var line in stage.All<LineMonitor>().Where(l => l.Place == door.Place))
            AddLoad(line, start);
        foreach (var camera in stage.All<Camera>().Where(c => c.Place == door.Place).Take(1))
            camera.See(stage, new Camera.Sighting("watcher", start + LocalTime.Hour, start + LocalTime.Hour + (50 * LocalTime.Minute), 0.85, "door", 0.5, Track: "w1"));
    }

    // Heaters and tables come and go, so the load is never level for long: a charger's would be.
    private static void AddLoad(LineMonitor line, long start)
    {
        double[] watts = [560, 430, 610, 470, 640, 500];
        const long span = 24 * LocalTime.Minute;
        for (var i = 0; i < 16; i++) line.Add(new LineMonitor.Load(start + (i * span), start + ((i + 1) * span) - 1, watts[i % watts.Length]));
    }

    private static void Sources(Stage stage, DoorReader door, long firstNight)
    {
        foreach (var source in stage.All<HumanSource>().Where(s => s.Place == door.Place))
        {
            if (source.Role == "register")
            {
                stage.At(firstNight, () => source.Enter(stage, "unregistered"));
                foreach (var day in new[] { 1, 2 })
                    stage.At(firstNight + (day * LocalTime.Day) + (3 * LocalTime.Hour), () => source.Raise(stage, "complaint"));
            }
            else
            {
                stage.At(firstNight + (2 * LocalTime.Day) + (2 * LocalTime.Hour), () => source.Raise(stage, "patrolNote"));
            }
        }
    }
}
