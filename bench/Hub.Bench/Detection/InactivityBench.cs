using System.Globalization;
using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Inactivity;

namespace Hub.Bench.Detection;

/// <summary>The inactivity detector on homes of one person: inactivity FOLDER, where FOLDER holds NAME_sensors.csv and NAME_activities.csv.</summary>
/// <remarks>False alarms: the unchanged stream after 7 days. Found: the stream cut at an instant at home, every 90 minutes; time until the alarm.</remarks>
internal static class InactivityBench
{
    private const long Hour = 3_600_000;
    private const long Learning = 7 * 24 * Hour;

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.WriteLine("inactivity FOLDER: FOLDER holds NAME_sensors.csv and NAME_activities.csv (start, duration_s, name)");
            return 2;
        }

        foreach (var ends in (bool[])[true, false])
        {
            Console.WriteLine(ends ? "beginnings and ends of sensor spans as events" : "beginnings only");
            var all = new List<(int Hour, double Delay)>();
            foreach (var path in Directory.EnumerateFiles(args[0], "*_sensors.csv").Order(StringComparer.Ordinal)) all.AddRange(Home(path, ends));
            Console.WriteLine($"  all homes: {Found(all)}");
        }

        return 0;
    }

    private static List<(int Hour, double Delay)> Home(string path, bool ends)
    {
        var events = new List<long>();
        foreach (var (from, to, _) in Read(path))
        {
            events.Add(from);
            if (ends) events.Add(to);
        }

        events.Sort();
        var activities = Read(path.Replace("_sensors", "_activities", StringComparison.Ordinal));
        var away = activities.Where(a => a.Name.StartsWith("leave", StringComparison.OrdinalIgnoreCase) || a.Name.StartsWith("Leaving", StringComparison.Ordinal) || a.Name.StartsWith("Going", StringComparison.Ordinal)).ToList();
        var (start, end) = (events[0] + Learning, Math.Min(events[^1], activities.Max(a => a.To)));

        var detector = new InactivityDetector();
        var alarms = events.Count(e => detector.Observe(e, [1, double.NaN]) is var f && e >= start && f.Score >= f.Threshold);
        var weeks = (events[^1] - start) / (7.0 * 24 * Hour);
        var cuts = new List<(int, double)>();
        for (var cut = start; cut < end; cut += 3 * Hour / 2)
            if (!away.Exists(a => cut >= a.From && cut < a.To)) cuts.Add(((int)(cut / Hour % 24), Delay(events, cut)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Path.GetFileName(path)[..^12],-12} {alarms} false in {weeks:F1} weeks ({alarms / weeks:F1} a week); {Found(cuts)}"));
        return cuts;
    }

    private static double Delay(List<long> events, long cut)
    {
        var detector = new InactivityDetector();
        foreach (var e in events)
        {
            if (e > cut) break;
            detector.Observe(e, [1, double.NaN]);
        }

        for (var t = cut; t < cut + (24 * Hour); t += Hour / 4)
            if (detector.Advance(t) is var f && f.Score >= f.Threshold) return (t - cut) / (double)Hour;
        return 24;
    }

    private static string Found(List<(int Hour, double Delay)> cuts)
    {
        return $"{Share("all hours", cuts)}; {Share("8 to 20 h", cuts.FindAll(c => c.Hour is >= 8 and < 20))}";

        static string Share(string title, List<(int Hour, double Delay)> some)
        {
            var delays = some.Select(c => c.Delay).Order().ToList();
            return string.Create(CultureInfo.InvariantCulture, $"{title}: {some.Count} cuts, {delays.Count(d => d <= 6) / (double)delays.Count:P0} found within 6 h, median {delays[delays.Count / 2]:F1} h");
        }
    }

    private static List<(long From, long To, string Name)> Read(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(l => l.Split(',', 3)).Select(c => (Time(c[0]), Time(c[0]) + (long.Parse(c[1], CultureInfo.InvariantCulture) * 1000), c[2]))];

    private static long Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
