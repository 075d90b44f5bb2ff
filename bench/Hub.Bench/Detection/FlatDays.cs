using Hub.Rules.Detectors;

namespace Hub.Bench.Detection;

/// <summary>The charger on a flat's line on days made of real appliances: FOLDER with labels.csv and watts_by_minute.csv.gz.</summary>
internal static class FlatDays
{
    public sealed record Day(string Id, double[] Watts, int From, int To);

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.WriteLine("flat-charger FOLDER: labels.csv and watts_by_minute.csv.gz");
            return 2;
        }

        var days = Read(args[0]);
        Report("each day by itself", days, false);
        Report("one day after another", days, true);
        return 0;
    }

    public static List<Day> Read(string folder)
    {
        var labels = Table.Read(Path.Combine(folder, "labels.csv"));
        var table = Table.Read(Path.Combine(folder, "watts_by_minute.csv.gz"));
        return [.. Enumerable.Range(0, labels.Rows).Select(i =>
        {
            var column = table.Column(labels.Text(i, "day_id"));
            var watts = Enumerable.Range(0, table.Rows).Select(r => table.Number(r, column)).ToArray();
            var with = labels.Number(i, "ebike") == 1;
            return new Day(labels.Text(i, "day_id"), watts, with ? (int)labels.Number(i, "start_min") : -1, with ? (int)labels.Number(i, "end_min") + 1 : -1);
        })];
    }

    private static void Report(string title, List<Day> days, bool joined)
    {
        var detector = Detectors.Find("flat-charger")!.Create();
        var (with, found, stray, delay) = (0, 0, 0, new List<double>());
        var missed = new List<string>();
        for (var d = 0; d < days.Count; d++)
        {
            if (!joined) detector = Detectors.Find("flat-charger")!.Create();
            var first = -1;
            for (var i = 0; i < days[d].Watts.Length; i++)
            {
                var finding = detector.Observe((((joined ? d : 0) * 1_440L) + i) * 60_000, [days[d].Watts[i]]);
                if (first < 0 && finding.Score >= finding.Threshold) first = i;
            }

            if (days[d].To > 0) with++;
            if (days[d].To > 0 && first >= 0)
            {
                found++;
                delay.Add(first - days[d].From);
            }
            else if (days[d].To > 0) missed.Add(days[d].Id);
            else if (first >= 0)
            {
                stray++;
                missed.Add($"{days[d].Id}!");
            }
        }

        delay.Sort();
        Console.WriteLine($"flat-charger, {title}: {found} of {with} days with a charger found ({found / (double)with:P0}), {stray} false days of {days.Count - with}; {delay[delay.Count / 2]:0} minutes after it was plugged in (median); missed, false!: {string.Join(' ', missed)}");
    }
}
