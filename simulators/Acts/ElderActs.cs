using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Acts;

/// <summary>Elders who live alone.</summary>
internal static class ElderActs
{
    /// <summary>Silence at home. With the away flag nothing is to be raised; without it a P2 when twelve quiet hours hold six of the day.</summary>
    public static void Quiet(Stage stage, string scene, ElderKit kit, double hours, bool away, string note)
    {
        var from = stage.NowMs;
        var to = from + (long)(hours * LocalTime.Hour);
        kit.Quiet(stage, to, away);
        var due = DueOf(from) + kit.PeriodMs;
        var expected = away ? "none" : to > due ? "case" : to < due - (2 * kit.PeriodMs) ? "none" : "joined";
        stage.At(expected == "case" ? due : to, () => stage.Tell(new Truth(scene, "ElderInactive", "P2", kit.Place, null, kit.Id, from, to, due, expected, note)));
    }

    /// <summary>The button.</summary>
    public static void Sos(Stage stage, string scene, ElderKit kit)
    {
        kit.Raise(stage, "sos", key: "sos", value: 1);
        stage.Tell(new Truth(scene, "ElderSos", "P1", kit.Place, null, kit.Id, stage.NowMs, stage.NowMs + LocalTime.Minute, stage.NowMs, "case", "the button was pressed"));
    }

    /// <summary>Water that never stops: 2 m³ are through in twenty hours.</summary>
    public static void Leak(Stage stage, string scene, ElderKit kit)
    {
        var from = stage.NowMs;
        var to = from + (30 * LocalTime.Hour);
        kit.Leak(from, to);
        var due = from + (22 * LocalTime.Hour);
        stage.At(due, () => stage.Tell(new Truth(scene, "WaterLeak", "P3", kit.Place, null, kit.Id, from, to, due, "case", "a cistern runs")));
    }

    /// <summary>First time at which the last twelve hours were quiet and held six hours between 6 and 22 h; at the latest after a day.</summary>
    internal static long DueOf(long from)
    {
        for (var t = from + (12 * LocalTime.Hour); t < from + LocalTime.Day; t += LocalTime.Minute)
        {
            var daytime = 0;
            for (var m = t - (12 * LocalTime.Hour); m < t; m += 5 * LocalTime.Minute)
                if (LocalTime.HourOf(m) is >= 6 and < 22) daytime += 5;
            if (daytime >= 360) return t;
        }

        return from + LocalTime.Day;
    }
}
