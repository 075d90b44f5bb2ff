using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>Smoke, true and otherwise.</summary>
internal static class FireActs
{
    /// <summary>Smoke without fire: the head sounds for less than 90 s and clears. The hub must still say P1 at once; a person dismisses it.</summary>
    public static void Nuisance(Stage stage, string scene, SmokeAlarm alarm, string note)
    {
        var from = stage.NowMs;
        var to = from + (long)alarm.Rng.Between(35_000, 75_000);
        alarm.Alarm(stage, to, alarm.Rng.Between(0.15, 0.35), 27);
        stage.Tell(new Truth(scene, "FireSuspected", "P1", alarm.Place, null, alarm.Id, from, to, from, "case", note));
    }

    /// <summary>A fire in a flat: its head, then the corridor's, heat, and a camera that sees smoke.</summary>
    public static void Flat(Stage stage, string scene, SmokeAlarm alarm, string note)
    {
        var from = stage.NowMs;
        var to = from + (9 * LocalTime.Minute);
        alarm.Alarm(stage, to, 2.4, 61);
        var others = stage.All<SmokeAlarm>().Where(a => a != alarm && a.Surroundings == alarm.Surroundings && a.Role == "corridor").Take(2).ToArray();
        for (var i = 0; i < others.Length; i++)
        {
            var other = others[i];
            stage.At(from + ((40 + (35 * i)) * LocalTime.Second), () => other.Alarm(stage, to, 1.1, 34));
        }

        foreach (var camera in stage.All<Camera>().Where(c => c.Role == "corridor" && c.Place == alarm.Surroundings))
            camera.See(stage, new Camera.Sighting("smoke", from + LocalTime.Minute, to, 0.82, "stairs", 0.5));
        stage.Tell(new Truth(scene, "FireConfirmed", "P1", alarm.Surroundings, null, alarm.Id, from, to, from, "case", note));
    }

    /// <summary>One head sounds and goes on sounding, nobody answers: after 180 s it counts as confirmed.</summary>
    public static void Unanswered(Stage stage, string scene, SmokeAlarm alarm)
    {
        var from = stage.NowMs;
        var to = from + (4 * LocalTime.Minute);
        alarm.Alarm(stage, to, 0.6, 31);
        stage.Tell(new Truth(scene, "FireConfirmed", "P1", alarm.Place, null, alarm.Id, from, to, from, "case", "one head, nobody answers"));
    }
}
