using System.Globalization;
using Hub.Rules.Detectors.Inactivity;

namespace Hub.Bench.Detection;

/// <summary>The inactivity detector on homes of one person: inactivity FOLDER, where FOLDER holds NAME_sensors.csv and NAME_activities.csv.</summary>
/// <remarks>
/// False alarms: the unchanged stream after seven days, as rows with an alarm. Found: the stream cut at an instant at home, nothing more comes, and an alarm within six hours.
/// Which instants are chosen decides much, so several ways stand side by side, and beside each what a limit by hour of the day could find at one false alarm a week had it known the future.
/// </remarks>
internal static class InactivityBench
{
    private const long Hour = 3_600_000;

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.WriteLine("inactivity FOLDER: FOLDER holds NAME_sensors.csv and NAME_activities.csv (start, duration_s, name)");
            return 2;
        }

        Table("beginnings and ends of sensor spans as events", args[0], ends: true, entrance: false);
        Table("beginnings only", args[0], ends: false, entrance: false);
        Table("beginnings and ends, the front door as the entrance", args[0], ends: true, entrance: true);
        return 0;
    }

    private static void Table(string title, string folder, bool ends, bool entrance)
    {
        Console.WriteLine(title);
        Console.WriteLine($"  {"",-12} {"false",-24} {string.Join(" ", InactivityCuts.Ways.Select(w => $"{w.Name,24}"))}");
        var sums = new (double Found, double Bound)[InactivityCuts.Ways.Count];
        var homes = 0;
        var (days, cost) = (0.0, TimeSpan.Zero);
        foreach (var path in Directory.EnumerateFiles(folder, "*_sensors.csv").Order(StringComparer.Ordinal))
        {
            var home = InactivityHome.Read(path, ends, entrance);
            Alarms(home);
            var before = Environment.CpuUsage.TotalTime;
            var alarms = Alarms(home);
            cost += Environment.CpuUsage.TotalTime - before;
            days += 7 * (home.Weeks + 1);
            var cells = new List<string>();
            for (var w = 0; w < sums.Length; w++)
            {
                var cuts = InactivityCuts.Ways[w].Choose(home);
                var delays = cuts.Select(c => Delay(home, c)).Order().ToList();
                var found = delays.Count(d => d <= 6) / (double)delays.Count;
                var bound = InactivityBound.Found(home, cuts);
                sums[w] = (sums[w].Found + found, sums[w].Bound + bound);
                cells.Add(string.Create(CultureInfo.InvariantCulture, $"{found,5:P0} {delays[delays.Count / 2],4:F1} h ({bound:P0}) of {cuts.Count,-4}").PadLeft(24));
            }

            homes++;
            var falses = string.Create(CultureInfo.InvariantCulture, $"{alarms} in {home.Weeks:F1} weeks, {alarms / home.Weeks:F2} a week");
            Console.WriteLine($"  {home.Name,-12} {falses,-24} {string.Join(" ", cells)}");
        }

        Console.WriteLine($"  {"mean",-12} {"",-24} {string.Join(" ", sums.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Found / homes,5:P0}        ({s.Bound / homes:P0})        ").PadLeft(24)))}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {cost.TotalMicroseconds / days:F0} µs of processor time a home and day"));
    }

    private static int Alarms(InactivityHome home)
    {
        var detector = new InactivityDetector();
        var alarms = 0;
        foreach (var e in home.Events) if (detector.Observe(e.At, [1, e.Entrance ? 1 : double.NaN]).Alarm && e.At >= home.Start) alarms++;
        return alarms;
    }

    private static double Delay(InactivityHome home, long cut)
    {
        var detector = new InactivityDetector();
        foreach (var e in home.Events)
        {
            if (e.At > cut) break;
            detector.Observe(e.At, [1, e.Entrance ? 1 : double.NaN]);
        }

        for (var t = cut; t < cut + (24 * Hour); t += Hour / 4)
            if (detector.Advance(t) is var f && f.Score > 0 && f.Score >= f.Threshold) return (t - cut) / (double)Hour;
        return 24;
    }
}
