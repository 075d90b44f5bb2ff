using System.Globalization;
using Hub.Rules.Detectors.Inactivity;

namespace Hub.Bench.Detection;

/// <summary>The inactivity detector on homes of one person: inactivity FOLDER [--leave-out], where FOLDER holds NAME_sensors.csv and NAME_activities.csv, or inactivity simulated.</summary>
/// <remarks>
/// False alarms: the unchanged stream after seven days, as rows with an alarm. Found: the stream cut at an instant at home, nothing more comes, and an alarm within six hours.
/// Which instants are chosen decides much, so several ways stand side by side, and beside each what a limit by hour of the day could find at one false alarm a week had it known the future.
/// </remarks>
internal static class InactivityBench
{
    private const int HomesOfAKind = 8;
    private static readonly int[] daysWatched = [14, 19, 21, 28];

    public static int Run(string[] args)
    {
        if (args is ["simulated"]) return Simulated();
        if (args is [var folder, "--leave-out"]) return LeaveOut(folder);
        if (args is not [var homes])
        {
            Console.WriteLine("inactivity FOLDER [--leave-out]: FOLDER holds NAME_sensors.csv and NAME_activities.csv (start, duration_s, name); inactivity simulated");
            return 2;
        }

        Table("beginnings and ends of sensor spans as events", Recorded(homes, ends: true, entrance: false));
        Table("beginnings only", Recorded(homes, ends: false, entrance: false));
        Table("beginnings and ends, the front door as the entrance", Recorded(homes, ends: true, entrance: true));
        return 0;
    }

    private static List<InactivityHome> Recorded(string folder, bool ends, bool entrance) =>
        [.. Directory.EnumerateFiles(folder, "*_sensors.csv").Order(StringComparer.Ordinal).Select(p => InactivityHome.Read(p, ends, entrance))];

    private static void Table(string title, List<InactivityHome> homes)
    {
        Console.WriteLine(title);
        Console.WriteLine($"  {"",-12} {"false",-24} {string.Join(" ", InactivityCuts.Ways.Select(w => $"{w.Name,24}"))}");
        var cuts = homes.ConvertAll(InactivityCuts.Of);
        var trials = homes.ConvertAll(h => InactivityTrial.Of(h, InactivitySettings.Default, cuts[homes.IndexOf(h)]));
        var bounds = homes.ConvertAll(h => cuts[homes.IndexOf(h)].Select(c => InactivityBound.Found(h, c)).ToList());
        var ways = Enumerable.Range(0, InactivityCuts.Ways.Count).ToList();
        for (var i = 0; i < homes.Count; i++)
        {
            var cells = ways.Select(w => Text($"{trials[i].Found(w),5:P0} {trials[i].Median(w),4:F1} h ({bounds[i][w]:P0}) of {cuts[i][w].Count,-4}").PadLeft(24));
            Console.WriteLine($"  {homes[i].Name,-12} {Text($"{trials[i].Alarms} in {trials[i].Weeks:F1} weeks, {trials[i].AlarmsPerWeek:F2} a week"),-24} {string.Join(" ", cells)}");
        }

        Console.WriteLine($"  {"mean",-12} {"",-24} {string.Join(" ", ways.Select(w => Text($"{trials.Average(t => t.Found(w)),5:P0}        ({bounds.Average(b => b[w]):P0})        ").PadLeft(24)))}");
        Console.WriteLine(Text($"  {Cost(homes):F0} µs of processor time a home and day"));
    }

    private static double Cost(List<InactivityHome> homes)
    {
        var before = Environment.CpuUsage.TotalTime;
        var none = Array.Empty<IReadOnlyList<long>>();
        foreach (var home in homes) InactivityTrial.Of(home, InactivitySettings.Default, none);
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / homes.Sum(h => 7 * (h.Weeks + 1));
    }

    private static int Simulated()
    {
        Console.WriteLine($"  {HomesOfAKind} homes of each kind, watched for {string.Join(", ", daysWatched)} days");
        Console.WriteLine($"  {"",-16} {"false a week",12} {"over one",9} {string.Join(" ", InactivityCuts.Ways.Select(w => $"{w.Name,15}"))}");
        var all = new List<InactivityTrial>();
        for (var kind = 0; kind < InactivityResident.Kinds.Count; kind++)
        {
            var trials = Homes(kind, HomesOfAKind).ConvertAll(h => InactivityTrial.Of(h, InactivitySettings.Default, InactivityCuts.Of(h)));
            Line(InactivityResident.Kinds[kind], trials);
            all.AddRange(trials);
        }

        Line("all", all);
        return 0;

        static void Line(string name, List<InactivityTrial> trials)
        {
            var found = Enumerable.Range(0, InactivityCuts.Ways.Count).Select(w => Text($"{trials.Where(t => t.Delays[w].Count > 0).Average(t => t.Found(w)),15:P0}"));
            Console.WriteLine(Text($"  {name,-16} {FalseAWeek(trials),12:F2} {trials.Count(t => t.AlarmsPerWeek > 1.02),3} of {trials.Count,-2} {string.Join(" ", found)}"));
        }
    }

    // One home is left out, the setting chosen on the others and on simulated ones, and tried on it.
    private static int LeaveOut(string folder)
    {
        var homes = Recorded(folder, ends: true, entrance: false);
        var others = Enumerable.Range(0, InactivityResident.Kinds.Count).SelectMany(k => Homes(k, 1)).ToList();
        var tried = Settings().Select(s => (Setting: s, Homes: Trials(homes, s), Simulated: Trials(others, s))).ToList();
        for (var left = 0; left < homes.Count; left++)
        {
            var (setting, on, _) = tried.Where(t => t.Homes.Where((_, i) => i != left).All(h => h.AlarmsPerWeek <= 1.02) && FalseAWeek(t.Simulated) <= 0.8)
                .MaxBy(t => t.Homes.Where((_, i) => i != left).Average(h => h.Mean) + t.Simulated.Average(h => h.Mean));
            var found = InactivityCuts.Ways.Select((w, i) => Text($"{w.Name} {on[left].Found(i):P0}"));
            Console.WriteLine(Text($"  {homes[left].Name,-12} {on[left].Alarms} false, {on[left].AlarmsPerWeek:F2} a week; {string.Join(", ", found)} (begin {setting.BeginSpread}, length {setting.LengthSpreadPerHour}, budget {setting.Budget})"));
        }

        var within = tried.Where(t => t.Homes.All(h => h.AlarmsPerWeek <= 1.02)).Select(t => t.Homes.Average(h => h.Mean)).ToList();
        Console.WriteLine(Text($"  {within.Count} of {tried.Count} settings keep every home within one a week; they find {within.Min():P0} to {within.Max():P0}, all ways and homes alike"));
        return 0;

        static List<InactivityTrial> Trials(List<InactivityHome> some, InactivitySettings s) => some.ConvertAll(h => InactivityTrial.Of(h, s, InactivityCuts.Of(h)));
    }

    private static IEnumerable<InactivitySettings> Settings() =>
        from begin in (double[])[0.8, 1.15, 2]
        from length in (double[])[0.05, 0.07, 0.12]
        from budget in (double[])[0.5, 0.7, 0.9]
        select InactivitySettings.Default with { BeginSpread = begin, LengthSpreadPerHour = length, Budget = budget };

    private static List<InactivityHome> Homes(int kind, int count) =>
        [.. Enumerable.Range(0, count).Select(n => InactivityResident.Live(kind, n, daysWatched[n % daysWatched.Length]))];

    private static double FalseAWeek(List<InactivityTrial> trials) => trials.Sum(t => t.Alarms) / trials.Sum(t => t.Weeks);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
