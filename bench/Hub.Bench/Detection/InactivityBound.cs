namespace Hub.Bench.Detection;

/// <summary>
/// What could be found at one false alarm a week by the best limit for each hour in which a silence begins, chosen with the future known. No detector that goes by begin and length
/// alone does better hour by hour; one that must learn its limits does worse, for an hour in which no silence happened to begin costs this bound nothing.
/// </summary>
internal static class InactivityBound
{
    private const int Hours = 24;
    private const double HourMs = 3_600_000;
    private const long GoalMs = 6 * 3_600_000;

    public static double Found(InactivityHome home, IReadOnlyList<long> cuts)
    {
        var budget = Math.Max(1, (int)home.Weeks);
        var silences = Lists();
        var lengths = Lists();
        for (var i = 1; i < home.Events.Count; i++)
            if (home.Events[i].At >= home.Start) silences[Hour(home.Events[i - 1].At)].Add((home.Events[i].At - home.Events[i - 1].At) / HourMs);
        foreach (var cut in cuts)
        {
            var last = home.Events.TakeWhile(e => e.At <= cut).Last().At;
            lengths[Hour(last)].Add((cut + GoalMs - last) / HourMs);
        }

        // best[k]: most found with k false alarms, hour after hour.
        var best = new int[budget + 1];
        for (var hour = 0; hour < Hours; hour++)
        {
            silences[hour].Sort((a, b) => b.CompareTo(a));
            var found = Enumerable.Range(0, budget + 1).Select(k => lengths[hour].Count(l => l > (k < silences[hour].Count ? silences[hour][k] : 0))).ToArray();
            best = [.. Enumerable.Range(0, budget + 1).Select(k => Enumerable.Range(0, k + 1).Max(j => best[k - j] + found[j]))];
        }

        return best[budget] / (double)cuts.Count;
    }

    private static List<double>[] Lists() => [.. Enumerable.Range(0, Hours).Select(_ => new List<double>())];

    private static int Hour(long at) => (int)(at / (long)HourMs % Hours);
}
