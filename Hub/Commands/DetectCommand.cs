using System.CommandLine;
using System.Globalization;
using System.Text;
using Hub.Rules.Detectors;
using Hub.Settings;

namespace Hub.Commands;

/// <summary><c>hub detect</c>: one detector over a recorded series in event time, so that anyone can try it on data of their own.</summary>
internal static class DetectCommand
{
    public static Command Build(VerbContext context)
    {
        var detector = new Option<string>("--detector") { Description = $"Detector: {string.Join(", ", Detectors.All.Select(d => d.Name))}.", Required = true };
        var input = new Option<string>("--in") { Description = "CSV, plain or gzip: a time first (ISO 8601 with or without zone, or epoch milliseconds or seconds), then named columns.", Required = true };
        var warm = new Option<string?>("--warm") { Description = "CSV of the time before: learnt from first, not written." };
        var output = new Option<string>("--out") { Description = "CSV to write: ts,score,threshold,alarm,explain, one row for each row read; - for standard output.", Required = true };
        var detect = new Command("detect", "Runs one detector over a recorded series.") { detector, input, warm, output };
        detect.SetAction((p, stop) => Task.FromResult(Run(p.GetValue(detector)!, p.GetValue(input)!, p.GetValue(warm), p.GetValue(output)!, context.Real, stop)));
        return detect;
    }

    private static int Run(string name, string input, string? warm, string output, TimeProvider clock, CancellationToken stop)
    {
        if (Detectors.Find(name) is not { } kind)
        {
            var near = Suggestion.For(name, Detectors.All.Select(d => d.Name));
            Console.Error.WriteLine($"hub: there is no detector '{name}'{(near is null ? "" : $"; did you mean '{near}'?")}");
            Console.Error.WriteLine($"hub: detectors are {string.Join(", ", Detectors.All.Select(d => d.Name))}");
            return 2;
        }

        foreach (var (option, path) in (ReadOnlySpan<(string, string?)>)[("--in", input), ("--warm", warm)])
        {
            if (path is null || !IsSame(path, output)) continue;
            Console.Error.WriteLine($"hub: --out '{output}' is the file of {option}, which would be lost; name another");
            return 2;
        }

        var detector = kind.Create();
        using var series = SeriesFile.Open(input);
        var binding = Bind(kind, detector, series, input);
        if (warm is not null)
        {
            using var past = SeriesFile.Open(warm);
            Feed(detector, past, Bind(kind, detector, past, warm), null, null, stop);
        }

        try
        {
            using var writer = output == "-" ? new StreamWriter(Console.OpenStandardOutput()) : new StreamWriter(output, append: false, new UTF8Encoding(false), 1 << 16);
            using var progress = output == "-" ? null : new ProgressLine("detecting", clock);
            writer.Write("ts,score,threshold,alarm,explain\n");
            var (rows, alarms) = Feed(detector, series, binding, writer, progress, stop);
            progress?.Report(1, string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows, {alarms:N0} alarm(s)"));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--out '{output}' cannot be written: {e.Message}", e);
        }
    }

    private static bool IsSame(string one, string other) => string.Equals(Real(one), Real(other), StringComparison.Ordinal);

    private static string Real(string path) => File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path) : Path.GetFullPath(path);

    // Which column feeds which of the detector's channels; -1 where the series has none.
    private static int[] Bind(DetectorKind kind, Detector detector, SeriesFile series, string path)
    {
        var channels = detector.Channels;
        var columns = new int[channels.Length];
        if (channels is ["value"])
        {
            columns[0] = series.FirstNumeric();
            if (columns[0] < 0) throw new StartException($"{path}: found no column of numbers among {string.Join(", ", series.Columns)}; expected one after the time");
            return columns;
        }

        if (series.Headless) throw new StartException($"{path} line 1: found a row of numbers where the columns are named; put a line such as 'ts,{string.Join(',', channels.ToArray())}' before it");
        for (var i = 0; i < columns.Length; i++) columns[i] = series.IndexOf(channels[i]);
        for (var i = 0; i < kind.Needed; i++)
            if (columns[i] < 0) throw new StartException($"{path}: found the columns {string.Join(", ", series.Columns)}; the detector {kind.Name} needs '{channels[i]}'");
        if (columns.All(c => c < 0)) throw new StartException($"{path}: found the columns {string.Join(", ", series.Columns)}; the detector {kind.Name} needs one of {string.Join(", ", channels!)}");
        return columns;
    }

    private static (long Rows, long Alarms) Feed(Detector detector, SeriesFile series, int[] columns, StreamWriter? writer, ProgressLine? progress, CancellationToken stop)
    {
        var values = new double[columns.Length];
        long rows = 0, alarms = 0;
        while (series.Next())
        {
            if ((++rows & 0xfff) == 0)
            {
                stop.ThrowIfCancellationRequested();
                progress?.Report(series.Share, string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows"));
            }

            for (var i = 0; i < columns.Length; i++)
            {
                var value = series.Number(columns[i]);
                values[i] = double.IsFinite(value) ? value : double.NaN;
            }

            var finding = detector.Observe(series.AtMs, values);
            if (finding.Alarm) alarms++;
            if (writer is null) continue;
            writer.Write(Csv.Quote(series.Cells[0]));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $",{Figure(finding.Score)},{Figure(finding.Threshold)},{(finding.Alarm ? 1 : 0)},"));
            writer.Write(Csv.Quote(detector.Explain()));
            writer.Write('\n');
        }

        return (rows, alarms);
    }

    private static string Figure(double value) => double.IsNaN(value) ? "nan" : value.ToString("0.####", CultureInfo.InvariantCulture);
}
