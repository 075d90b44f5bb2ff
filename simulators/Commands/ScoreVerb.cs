using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hub.Simulators.Drivers;
using Hub.Simulators.Engine;
using Hub.Simulators.Scoring;
using Spectre.Console;

namespace Hub.Simulators.Commands;

/// <summary><c>score</c>: reads a hub's cases and holds them against the truth.</summary>
internal static class ScoreVerb
{
    private static readonly JsonSerializerOptions plain = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Build()
    {
        var hub = Verbs.Option<string>("--hub", "HTTP address of the hub.", "http://127.0.0.1:8080").Address("http", "https");
        var token = Verbs.Option<string>("--token", "Token with the right to read cases, restricted ones too.", required: true);
        var truth = Verbs.Option<string>("--truth", "Ground truth written by 'run'.", required: true);
        var json = Verbs.Option<bool>("--json", "JSON instead of a table.");
        var detail = Verbs.Option<bool>("--detail", "Names what was missed and what was false.");
        var command = new Command("score", "Precision, recall and time to case of a running hub, by anomaly type.") { hub, token, truth, json, detail };
        command.SetAction(async (parsed, stop) =>
        {
            var lines = await ReadAsync(parsed.GetValue(truth)!, stop).ConfigureAwait(false);
            using var api = new HubApi(new Uri(parsed.GetValue(hub)!), parsed.GetValue(token)!);
            var cases = await api.CasesAsync(stop).ConfigureAwait(false);
            var card = Scorer.Score(lines, [.. cases.Select(FoundCase.Of)]);
            if (parsed.GetValue(json)) PrintJson(card, cases.Count);
            else PrintTable(card, cases.Count);
            if (parsed.GetValue(detail)) PrintDetail(card);
            return 0;
        });
        return command;
    }

    private static async Task<List<Truth>> ReadAsync(string path, CancellationToken stop)
    {
        var number = 0;
        try
        {
            var truths = new List<Truth>();
            foreach (var line in await File.ReadAllLinesAsync(path, stop).ConfigureAwait(false))
            {
                number++;
                if (line.Length > 0) truths.Add(Truth.FromLine(line));
            }

            return truths;
        }
        catch (JsonException e)
        {
            throw new SimulatorException($"{path}:{number}: not a line of ground truth: {e.Message}", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SimulatorException($"the truth file {path} cannot be read: {e.Message}", inner: e);
        }
    }

    private static void PrintTable(ScoreCard card, int cases)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var head in new[] { "type", "injected", "found", "joined", "missed", "false", "doubles", "precision", "recall", "median s", "p95 s" })
            table.AddColumn(new TableColumn(head) { Alignment = head == "type" ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (var r in card.Rows())
        {
            table.AddRow(
                r.Type, Whole(r.Injected), Whole(r.Found), Whole(r.Joined), Whole(r.Missed), Whole(r.False), Whole(r.Doubles),
                Percent(r.Precision), Percent(r.Recall), Seconds(r.MedianSeconds), Seconds(r.P95Seconds));
        }

        // A table cut by an unknown terminal width would lose figures in a log.
        if (!AnsiConsole.Profile.Capabilities.Interactive) AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{cases} cases against {card.Verdicts.Count} lines of truth; recall P1 {Percent(card.RecallOf("P1"))}, P2 {Percent(card.RecallOf("P2"))}, P3 {Percent(card.RecallOf("P3"))}, P4 {Percent(card.RecallOf("P4"))}");
    }

    private static void PrintJson(ScoreCard card, int cases) => Console.WriteLine(JsonSerializer.Serialize(
        new { cases, truth = card.Verdicts.Count, recallP1 = card.RecallOf("P1"), recallP2 = card.RecallOf("P2"), recallP3 = card.RecallOf("P3"), recallP4 = card.RecallOf("P4"), types = card.Rows() }, plain));

    private static void PrintDetail(ScoreCard card)
    {
        foreach (var t in card.Missed) Console.WriteLine($"missed  {t.Severity} {t.Type} {t.Place} {At(t.From)} ({t.Scene}: {t.Note})");
        foreach (var v in card.Verdicts.Where(v => v.Truth.Expected == "none" && v.Case is not null && !v.Joined))
            Console.WriteLine($"false   {v.Case!.Severity} {v.Case.Type} {v.Case.Place} {At(v.Case.OpenedMs)} {v.Case.Id} ({v.Truth.Scene}: {v.Truth.Note})");
        foreach (var c in card.Unexplained) Console.WriteLine($"false   {c.Severity} {c.Type} {c.Place} {At(c.OpenedMs)} {c.Id}");
    }

    private static string At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToOffset(TimeSpan.FromHours(8)).ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Whole(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double share) => double.IsNaN(share) ? "–" : share.ToString("P1", CultureInfo.InvariantCulture);

    private static string Seconds(double s) => double.IsNaN(s) ? "–" : s.ToString("F1", CultureInfo.InvariantCulture);
}
