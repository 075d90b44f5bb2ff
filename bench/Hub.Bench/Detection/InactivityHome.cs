using System.Globalization;

namespace Hub.Bench.Detection;

/// <summary>A recorded home of one person: when something moved, and when its resident said to be out or asleep.</summary>
internal sealed record InactivityHome(string Name, IReadOnlyList<(long At, bool Entrance)> Events, IReadOnlyList<(long From, long To)> Out, IReadOnlyList<(long From, long To)> Asleep, long AnnotatedTo)
{
    private const long Day = 86_400_000;

    /// <summary>Where learning ends.</summary>
    public long Start => Events[0].At + (7 * Day);

    /// <summary>Where the annotations or the events end.</summary>
    public long End => Math.Min(Events[^1].At, AnnotatedTo);

    /// <summary>Weeks after learning.</summary>
    public double Weeks => (Events[^1].At - Start) / (7.0 * Day);

    public bool AtHome(long at) => !Inside(Out, at);

    public bool Awake(long at) => !Inside(Asleep, at);

    /// <param name="path">NAME_sensors.csv; NAME_activities.csv lies beside it.</param>
    /// <param name="ends">Whether the end of a sensor's span is an event too.</param>
    /// <param name="entrance">Whether the front door is told apart.</param>
    public static InactivityHome Read(string path, bool ends, bool entrance)
    {
        var events = new List<(long At, bool Entrance)>();
        foreach (var (from, to, name) in Rows(path))
        {
            var door = entrance && (name.Contains("Front door", StringComparison.Ordinal) || name.Contains("Entrance", StringComparison.Ordinal) || name.Contains("Foyer,Door", StringComparison.Ordinal));
            events.Add((from, door));
            if (ends) events.Add((to, door));
        }

        var activities = Rows(path.Replace("_sensors", "_activities", StringComparison.Ordinal));
        return new InactivityHome(
            Path.GetFileName(path)[..^"_sensors.csv".Length],
            [.. events.OrderBy(e => e.At)],
            [.. activities.Where(a => IsOut(a.Name)).Select(a => (a.From, a.To))],
            [.. activities.Where(a => a.Name is "go-to-bed" or "Sleeping").Select(a => (a.From, a.To))],
            activities.Max(a => a.To));
    }

    private static bool IsOut(string name) => name.StartsWith("leav", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Going", StringComparison.Ordinal);

    private static bool Inside(IReadOnlyList<(long From, long To)> spans, long at) => spans.Any(s => at >= s.From && at < s.To);

    private static List<(long From, long To, string Name)> Rows(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(l => l.Split(',', 3)).Select(c => (Time(c[0]), Time(c[0]) + (long.Parse(c[1], CultureInfo.InvariantCulture) * 1000), c[2]))];

    private static long Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
