namespace Hub.Bench.Detection;

/// <summary>Ways to choose the instants at which a home's stream is cut. All are at home, after seven days.</summary>
internal static class InactivityCuts
{
    private const long Minute = 60_000;
    private const int Most = 600;

    public static IReadOnlyList<(string Name, Func<InactivityHome, List<long>> Choose)> Ways { get; } =
    [
        ("any instant", h => Every(h, 90, _ => true)),
        ("8 to 20 h", h => Every(h, 90, t => Hour(t) is >= 8 and < 20)),
        ("7 to 22 h", h => Every(h, 30, t => Hour(t) is >= 7 and < 22)),
        ("awake", h => Every(h, 90, h.Awake)),
        ("after an event", AfterEvents),
    ];

    /// <summary>The instants of each way.</summary>
    public static IReadOnlyList<IReadOnlyList<long>> Of(InactivityHome home) => [.. Ways.Select(w => w.Choose(home))];

    private static List<long> Every(InactivityHome home, int minutes, Func<long, bool> also)
    {
        var cuts = new List<long>();
        for (var t = home.Start; t < home.End; t += minutes * Minute) if (home.AtHome(t) && also(t)) cuts.Add(t);
        return cuts;
    }

    // Right after each event; evenly thinned where there are many.
    private static List<long> AfterEvents(InactivityHome home)
    {
        var all = home.Events.Select(e => e.At).Where(t => t >= home.Start && t < home.End && home.AtHome(t + 1000)).Select(t => t + 1000).ToList();
        return all.Count <= Most ? all : [.. Enumerable.Range(0, Most).Select(i => all[(int)((long)i * all.Count / Most)])];
    }

    private static int Hour(long at) => (int)(at / (60 * Minute) % 24);
}
