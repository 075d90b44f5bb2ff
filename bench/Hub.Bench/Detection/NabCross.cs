using System.Globalization;
using System.Reflection;
using Hub.Rules.Detectors.Generic;

namespace Hub.Bench.Detection;

/// <summary>
/// How far the generic detector's figure on the given series may be believed on others: random halves within each folder, the threshold chosen on one half and judged on
/// the other, and each folder judged by a threshold chosen on the rest. A changed setting is told beside the shipped one on the very same halves.
/// </summary>
internal static class NabCross
{
    private const int Repeats = 200;
    private const double Lowest = 1.4;
    private const double Step = 0.1;
    private const int Thresholds = 18;

    /// <param name="series">All series.</param>
    /// <param name="changes">NAME=VALUE of <see cref="GenericSettings"/>; none for the shipped setting alone.</param>
    public static int Run(List<NabBench.Series> series, string[] changes)
    {
        var halves = Halves(series);
        var shipped = Rows(series, GenericSettings.Default);
        var (free, fixedOnly) = Judge("shipped", series, shipped, halves);
        Folders(series, shipped);
        if (changes.Length == 0) return 0;
        var changed = GenericSettings.Default with { };
        foreach (var change in changes) if (!Set(changed, change)) return 2;
        var other = Rows(series, changed);
        var (changedFree, changedFixed) = Judge(string.Join(' ', changes), series, other, halves);
        Folders(series, other);
        Console.WriteLine($"changed against shipped, same halves: threshold chosen {Against(changedFree, free)}; own threshold {Against(changedFixed, fixedOnly)}");
        return 0;
    }

    private static (double[] Chosen, double[] Fixed) Judge(string name, List<NabBench.Series> series, Table rows, List<bool[]> halves)
    {
        var chosen = new double[Repeats];
        var steady = new double[Repeats];
        for (var r = 0; r < Repeats; r++)
        {
            var half = halves[r];
            chosen[r] = Final(series, rows.Scores[Best(series, rows, i => half[i])], i => !half[i]);
            steady[r] = Final(series, rows.Own, i => !half[i]);
        }

        Console.WriteLine($"{name}: all {Final(series, rows.Own, _ => true):F1} at its threshold {rows.Threshold:0.0}; thresholds from {Lowest:0.0} by {Step:0.0}: " +
            string.Join(' ', rows.Scores.Select(s => Final(series, s, _ => true).ToString("F1", CultureInfo.InvariantCulture))));
        Console.WriteLine($"  {Repeats} halves, threshold chosen on the other half: {Spread(chosen)}");
        Console.WriteLine($"  {Repeats} halves, its own threshold: {Spread(steady)}");
        return (chosen, steady);
    }

    private static void Folders(List<NabBench.Series> series, Table rows)
    {
        var sums = new double[series.Count];
        foreach (var folder in series.Select(Folder).Distinct())
        {
            var best = Best(series, rows, i => Folder(series[i]) != folder);
            var windows = series.Where(s => Folder(s) == folder).Sum(s => s.Windows.Count);
            var raw = 0.0;
            for (var i = 0; i < series.Count; i++) if (Folder(series[i]) == folder) raw += sums[i] = rows.Scores[best][i];
            Console.WriteLine($"  without {folder,-21} threshold {Lowest + (best * Step):0.0}, there {(windows == 0 ? $"{raw:F2} raw, no windows" : NabScore.Final(raw, windows, NabScore.Profiles[0]).ToString("F1", CultureInfo.InvariantCulture))}");
        }

        Console.WriteLine($"  every folder by a threshold chosen without it, together: {Final(series, sums, _ => true):F1}");
    }

    // The middle of the best three neighbours: a lone peak is luck.
    private static int Best(List<NabBench.Series> series, Table rows, Func<int, bool> which)
    {
        var finals = rows.Scores.ConvertAll(s => Final(series, s, which));
        var (best, most) = (1, double.NegativeInfinity);
        for (var t = 1; t < Thresholds - 1; t++)
        {
            var mean = (finals[t - 1] + finals[t] + finals[t + 1]) / 3;
            if (mean > most) (best, most) = (t, mean);
        }

        return best;
    }

    private static Table Rows(List<NabBench.Series> series, GenericSettings settings)
    {
        var scores = Enumerable.Range(0, Thresholds).Select(t => Raw(series, settings with { Threshold = Lowest + (t * Step) })).ToList();
        return new Table(settings.Threshold, Raw(series, settings), scores);
    }

    private static double[] Raw(List<NabBench.Series> series, GenericSettings settings) =>
        [.. series.Select(s => NabScore.Of(NabBench.Alarms(s, new GenericDetector(settings)), s.Windows, NabScore.Profiles[0]).Score)];

    private static List<bool[]> Halves(List<NabBench.Series> series)
    {
        var chance = 88_172_645_463_325_252UL; // xorshift: the same halves on every machine
        ulong Next()
        {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            return chance ^= chance << 17;
        }

        var groups = Enumerable.Range(0, series.Count).GroupBy(i => Folder(series[i])).Select(g => g.ToArray()).ToList();
        var halves = new List<bool[]>();
        for (var r = 0; r < Repeats; r++)
        {
            var half = new bool[series.Count];
            foreach (var group in groups)
            {
                for (var i = group.Length - 1; i > 0; i--)
                {
                    var j = (int)(Next() % (ulong)(i + 1));
                    (group[i], group[j]) = (group[j], group[i]);
                }

                var size = (group.Length + (int)((Next() >> 20) & 1)) / 2;
                for (var i = 0; i < size; i++) half[group[i]] = true;
            }

            halves.Add(half);
        }

        return halves;
    }

    private static double Final(List<NabBench.Series> series, double[] raw, Func<int, bool> which)
    {
        var (sum, windows) = (0.0, 0);
        for (var i = 0; i < raw.Length; i++)
        {
            if (!which(i)) continue;
            sum += raw[i];
            windows += series[i].Windows.Count;
        }

        return NabScore.Final(sum, windows, NabScore.Profiles[0]);
    }

    private static string Spread(double[] figures)
    {
        var sorted = figures.Order().ToArray();
        return $"median {sorted[Repeats / 2]:F1}, a tenth below {sorted[Repeats / 10]:F1}, a tenth above {sorted[Repeats * 9 / 10]:F1}";
    }

    private static string Against(double[] changed, double[] shipped)
    {
        var differences = changed.Zip(shipped, (c, s) => c - s).ToArray();
        return $"{differences.Average():+0.0;-0.0} on average, better in {100.0 * differences.Count(d => d > 0) / Repeats:F0} %";
    }

    private static bool Set(GenericSettings settings, string change)
    {
        var parts = change.Split('=');
        var property = typeof(GenericSettings).GetProperty(parts[0], BindingFlags.Public | BindingFlags.Instance);
        if (parts.Length == 2 && property is not null && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var value))
        {
            property.SetValue(settings, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
            return true;
        }

        var known = typeof(GenericSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name);
        Console.WriteLine($"{change}: expected NAME=NUMBER with NAME one of {string.Join(", ", known)}");
        return false;
    }

    private static string Folder(NabBench.Series series) => series.Name[..series.Name.IndexOf('/')];

    /// <summary>Raw score of each series at its own threshold and at each of the thresholds tried.</summary>
    private sealed record Table(double Threshold, double[] Own, List<double[]> Scores);
}
