using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Core.Ports;

namespace Hub.Commands;

/// <summary>Writes a comparison of two sets of rules for a terminal or a program.</summary>
internal static class ReplayReport
{
    private const int MostShown = 20;

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Json(BacktestReport report) => JsonSerializer.Serialize(report, json);

    public static void Write(TextWriter output, BacktestReport r, TimeZoneInfo zone)
    {
        output.WriteLine($"{r.Messages:N0} messages, {r.Readings:N0} readings in {r.Seconds:F1} s: {r.Messages / Math.Max(r.Seconds, 0.001):N0} messages/s, judged by both sets");
        output.WriteLine($"{At(r.FromMs, zone)} to {At(r.ToMs, zone)}; rules {r.Fingerprint[..12]} against {r.TriedFingerprint[..12]}");
        output.WriteLine();
        Line(output, "rule", "version", "cases", "gained", "lost", "earlier", "later", "shift", "alerts", "precision", "recall");
        foreach (var row in r.Rules.Append(r.Total)) Line(output, row);
        if (r.Workload.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("cases a day by grid worker");
            foreach (var load in r.Workload.Take(MostShown))
                output.WriteLine($"  {load.Title.En,-36} {load.Worker,-16} {Number(load.NowPerDay),8} -> {Number(load.TriedPerDay)}");
            Rest(output, r.Workload.Count);
        }

        if (r.Changes.Count == 0) return;
        output.WriteLine();
        output.WriteLine("differences");
        foreach (var c in r.Changes.Take(MostShown))
            output.WriteLine($"  {c.Kind,-8} {c.Severity} {c.Rule,-28} {When(c, zone)}  {c.Title.En}{(c.Case ? "" : " (on trial)")}{(c.Verdict.Length > 0 ? $" [{c.Verdict}]" : "")}");
        Rest(output, r.Changes.Count + r.ChangesLeftOut);
    }

    private static void Line(TextWriter output, BacktestRow row) => Line(
        output, (row.Changed ? "* " : "") + (row.Rule.Length > 0 ? row.Rule : "total"),
        row.Version == row.TriedVersion ? row.Version : $"{Or(row.Version)}>{Or(row.TriedVersion)}",
        $"{row.Cases.Now}>{row.Cases.Tried}", $"{row.Cases.Gained}", $"{row.Cases.Lost}", $"{row.Cases.Earlier}", $"{row.Cases.Later}",
        row.Cases.ShiftSeconds is { } s ? $"{Number(s)} s" : "", $"{row.Alerts.Now}>{row.Alerts.Tried}",
        Pair(row.Now.Precision, row.Tried.Precision), Pair(row.Now.Recall, row.Tried.Recall));

    private static void Line(TextWriter output, params string[] cells) => output.WriteLine(string.Join(' ', cells.Select((c, i) => i switch { 0 => c.PadRight(32), 1 => c.PadRight(14), _ => c.PadLeft(11) })).TrimEnd());

    private static void Rest(TextWriter output, int count)
    {
        if (count > MostShown) output.WriteLine($"  ... and {count - MostShown} more (--json has them)");
    }

    private static string When(BacktestChange c, TimeZoneInfo zone) => (c.NowMs, c.TriedMs) switch
    {
        (0, var at) => At(at, zone),
        (var at, 0) => At(at, zone),
        var (now, tried) => $"{At(now, zone)} by {Number((tried - now) / 1000.0)} s",
    };

    private static string Or(string version) => version.Length > 0 ? version : "-";

    private static string Pair(double? now, double? tried) => now is null && tried is null ? "" : $"{Share(now)}>{Share(tried)}";

    private static string Share(double? share) => share is { } s ? s.ToString("P0", CultureInfo.InvariantCulture) : "-";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string At(long ms, TimeZoneInfo zone) =>
        ms is <= 0 or long.MaxValue ? "-" : TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
