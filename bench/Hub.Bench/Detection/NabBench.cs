using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Generic;

namespace Hub.Bench.Detection;

/// <summary>The generic detector on the Numenta Anomaly Benchmark: NAB FOLDER, where FOLDER holds data/ and windows.json.</summary>
internal static class NabBench
{
    public static int Run(string[] args)
    {
        if (args.Length == 0) return Usage();
        var series = Read(args[0]);
        var details = args.Contains("--files");
        if (args.Contains("--cross")) return NabCross.Run(series, [.. args[1..].Where(a => a.Contains('='))]);
        Console.WriteLine($"{series.Count} files, {series.Sum(s => s.Values.Length):N0} rows, {series.Sum(s => s.Windows.Count)} windows");
        var results = series.ConvertAll(s => Alarms(s, new GenericDetector()));
        Table(series, results, "all files", _ => true);
        Table(series, results, "1st, 3rd, … file", i => i % 2 == 0);
        Table(series, results, "2nd, 4th, … file", i => i % 2 == 1);
        for (var i = 0; details && i < series.Count; i++)
        {
            var (score, found, stray) = NabScore.Of(results[i], series[i].Windows, NabScore.Profiles[0]);
            Console.WriteLine($"  {series[i].Name,-55} {score,7:F2}  {found}/{series[i].Windows.Count} found, {stray} false");
        }

        return 0;
    }

    public static List<Series> Read(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "windows.json")));
        var all = new List<Series>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "data"), "*.csv.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(Path.GetDirectoryName(path)) + "/" + Path.GetFileName(path)[..^3];
            var times = new List<long>();
            var values = new List<double>();
            using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
            reader.ReadLine();
            while (reader.ReadLine() is { } line)
            {
                var comma = line.IndexOf(',');
                times.Add(Time(line[..comma]));
                values.Add(double.Parse(line.AsSpan(comma + 1), CultureInfo.InvariantCulture));
            }

            var windows = new List<(int, int)>();
            foreach (var pair in json.RootElement.GetProperty(name).EnumerateArray())
            {
                var (from, to) = (Time(pair[0].GetString()!), Time(pair[1].GetString()!));
                windows.Add((times.FindIndex(t => t >= from), times.FindLastIndex(t => t <= to)));
            }

            all.Add(new Series(name, [.. times], [.. values], windows));
        }

        return all;
    }

    public static bool[] Alarms(Series series, Detector detector)
    {
        var alarms = new bool[series.Values.Length];
        for (var i = 0; i < alarms.Length; i++)
        {
            var finding = detector.Observe(series.Times[i], [series.Values[i]]);
            alarms[i] = finding.Score >= finding.Threshold;
        }

        return alarms;
    }

    public static double Standard(List<Series> series, List<bool[]> results, Func<int, bool> which, NabScore.Profile profile)
    {
        var (sum, windows) = (0.0, 0);
        for (var i = 0; i < series.Count; i++)
        {
            if (!which(i)) continue;
            sum += NabScore.Of(results[i], series[i].Windows, profile).Score;
            windows += series[i].Windows.Count;
        }

        return NabScore.Final(sum, windows, profile);
    }

    private static void Table(List<Series> series, List<bool[]> results, string title, Func<int, bool> which)
    {
        var figures = NabScore.Profiles.Select(p => $"{p.Name} {Standard(series, results, which, p):F1}");
        var (found, windows, stray) = (0, 0, 0);
        for (var i = 0; i < series.Count; i++)
        {
            if (!which(i)) continue;
            var one = NabScore.Of(results[i], series[i].Windows, NabScore.Profiles[0]);
            (found, windows, stray) = (found + one.Found, windows + series[i].Windows.Count, stray + one.False);
        }

        Console.WriteLine($"{title}: {string.Join(", ", figures)}; {found} of {windows} windows, {stray} false rows");
    }

    private static long Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();

    private static int Usage()
    {
        Console.WriteLine("nab FOLDER [--files | --cross [NAME=VALUE …]]: FOLDER holds data/*/*.csv.gz and windows.json; NAME is one of the detector's settings");
        return 2;
    }

    public sealed record Series(string Name, long[] Times, double[] Values, List<(int First, int Last)> Windows);
}
