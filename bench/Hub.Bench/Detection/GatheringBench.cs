using System.Globalization;
using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Gathering;

namespace Hub.Bench.Detection;

/// <summary>The gathering detector on counts of one door with known events: gathering FOLDER, where FOLDER holds counts.csv and events.csv.</summary>
internal static class GatheringBench
{
    private const long SlotMs = 30 * 60_000;

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.WriteLine("gathering FOLDER: FOLDER holds counts.csv (slot, in_count, out_count) and events.csv (start, end)");
            return 2;
        }

        var rows = ReadRows(Path.Combine(args[0], "counts.csv"));
        var events = ReadEvents(Path.Combine(args[0], "events.csv"));
        Report("all, cold start", rows, events, new GatheringDetector(), 0);
        var half = rows.Count / 2;
        Report("first half, cold start", rows[..half], events, new GatheringDetector(), 0);
        Report("second half, cold start", rows[half..], events, new GatheringDetector(), 0);
        Report("second half, the first one learnt", rows, events, new GatheringDetector(), half);
        return 0;
    }

    public static List<(long At, double In, double Out)> ReadRows(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(l => l.Split(',')).Select(c => (Time(c[0]), double.Parse(c[1], CultureInfo.InvariantCulture), double.Parse(c[2], CultureInfo.InvariantCulture)))];

    public static List<(long From, long To)> ReadEvents(string path) => [.. File.ReadLines(path).Skip(1).Select(l => l.Split(',')).Select(c => (Time(c[0]), Time(c[1])))];

    /// <summary>Scores of all rows from <paramref name="from"/>.</summary>
    public static List<(long At, double Score, double Threshold)> Scores(List<(long At, double In, double Out)> rows, Detector detector, int from)
    {
        var scores = new List<(long, double, double)>();
        for (var i = 0; i < rows.Count; i++)
        {
            var f = detector.Observe(rows[i].At, [rows[i].In, rows[i].Out]);
            if (i >= from) scores.Add((rows[i].At, f.Score, f.Threshold));
        }

        return scores;
    }

    /// <summary>Alarm runs (one empty slot does not part them) and events that one of them touches, give or take a slot.</summary>
    public static (int Runs, int Found, int Events, double Flagged) Count(List<(long At, double Score, double Threshold)> scores, List<(long From, long To)> events, double? threshold)
    {
        var runs = new List<(long From, long To)>();
        var flagged = 0;
        foreach (var (at, score, own) in scores)
        {
            if (!(score >= (threshold ?? own))) continue;
            flagged++;
            if (runs.Count > 0 && at - runs[^1].To <= 2 * SlotMs) runs[^1] = (runs[^1].From, at);
            else runs.Add((at, at));
        }

        var (first, last) = (scores[0].At, scores[^1].At);
        var within = events.Where(e => e.From >= first && e.To <= last + SlotMs).ToList();
        return (runs.Count, within.Count(e => runs.Any(r => r.To + SlotMs >= e.From - SlotMs && r.From <= e.To + SlotMs)), within.Count, (double)flagged / scores.Count);
    }

    public static void Report(string title, List<(long At, double In, double Out)> rows, List<(long From, long To)> events, Detector detector, int from)
    {
        var scores = Scores(rows, detector, from);
        var weeks = scores.Count / 336.0;
        var fixedOne = Count(scores, events, null);
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{title}: {weeks:F1} weeks; at the fixed threshold {fixedOne.Runs / weeks:F1} runs a week find {fixedOne.Found}/{fixedOne.Events}, {fixedOne.Flagged:P0} of slots;"));
        foreach (var budget in (double[])[3, 3.5, 4.5, 5.5, 6.5])
        {
            var best = (Found: 0, Threshold: 0.0);
            for (var t = 12.0; t > -4; t -= 0.1)
            {
                var c = Count(scores, events, t);
                if (c.Runs / weeks <= budget && c.Flagged < 0.2 && c.Found > best.Found) best = (c.Found, t);
            }

            Console.Write(string.Create(CultureInfo.InvariantCulture, $"  ≤{budget}: {best.Found} (at {best.Threshold:F1})"));
        }

        Console.WriteLine();
    }

    private static long Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
