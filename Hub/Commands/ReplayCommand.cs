using System.CommandLine;
using System.Text;
using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Cases.Feedback;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Replay;
using Hub.Road;
using Hub.Rules;
using Hub.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Commands;

/// <summary><c>hub replay</c>: judges the journal again. Without <c>--rules</c> it shows the cases that come of it, with it what other rules would change.</summary>
internal static class ReplayCommand
{
    private sealed record Asked(DateTimeOffset? From, DateTimeOffset? To, string? Rules, double WarmHours, bool Json, bool Events);

    public static Command Build(VerbContext context)
    {
        var from = new Option<DateTimeOffset?>("--from") { Description = "Arrival time to begin at (ISO 8601); the beginning of the journal when not given." };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Arrival time to end before; the end of the journal when not given." };
        var rules = new Option<string?>("--rules") { Description = "Folder of rule packs to set beside the configured ones: what they would gain, lose, raise earlier or later. Without it each stretch is judged by the rules that were in force then." };
        var warm = new Option<double>("--warm") { Description = "With --rules and --from: hours before it that are judged too, so that windows are full, and not counted.", DefaultValueFactory = _ => 24 };
        var json = new Option<bool>("--json") { Description = "With --rules the comparison as one JSON document; else case events as JSON lines, in the canonical form that is hashed." };
        var events = new Option<bool>("--events") { Description = "With --rules: the case events that those rules give, as JSON lines, and no comparison." };
        warm.Validators.Add(r =>
        {
            if (r.GetValue(warm) is var hours && !(hours >= 0 && hours <= 24 * 366)) r.AddError($"--warm is {hours}; allowed is 0 to {24 * 366} hours");
        });
        var replay = new Command("replay", "Judges the journal again at full speed; changes nothing.") { from, to, rules, warm, json, events };
        replay.SetAction((p, stop) => RunAsync(context, new Asked(p.GetValue(from), p.GetValue(to), p.GetValue(rules), p.GetValue(warm), p.GetValue(json), p.GetValue(events)), stop));
        return replay;
    }

    private static async Task<int> RunAsync(VerbContext context, Asked asked, CancellationToken stop)
    {
        var settings = context.Settings();
        if (!Directory.Exists(settings.DataDir)) throw new StartException($"Hub:DataDir '{settings.DataDir}' does not exist; there is nothing to replay");
        if (asked.From >= asked.To) throw new StartException($"--from {asked.From:O} is not before --to {asked.To:O}");
        var channels = new ChannelTable();
        var compare = asked is { Rules: not null, Events: false };
        var book = asked.Rules is null || compare ? Opening.Rules(settings, channels) : Load(asked.Rules, channels, settings);
        var tried = compare ? Load(asked.Rules!, channels, settings) : book;
        using var folder = DataFolder.Open(settings.DataDir);
        var clocks = Clocks.From(settings, context.Real);
        await using var database = await Opening.DatabaseAsync(folder, clocks);
        await using var journal = Opening.Journal(settings, folder, clocks, NullLoggerFactory.Instance);
        var registry = await DeviceRegistry.LoadAsync(new SqliteRegistryStore(database), stop);

        var began = context.Real.GetTimestamp();
        using var progress = asked.Json || asked.Events ? null : new ProgressLine("replaying", context.Real);
        void Tell(double share, long messages) => progress?.Report(share, $"{messages:N0} messages");
        if (compare)
        {
            using var now = new Take(book, registry, Opening.Policy(settings), clocks.Network);
            using var then = new Take(tried, registry, Opening.Policy(settings), clocks.Network);
            var twin = new TwinReplay(journal, registry, channels, IngestSettings.From(settings)) 
            {
                SuppressionsAt = (atMs, s) => PastSuppressions.AtAsync(new SqliteSuppressionStore(database), atMs, s),
                Width = Environment.ProcessorCount,
            };
            var trial = new Backtest([], asked.From?.ToUnixTimeMilliseconds() ?? 0, asked.To?.ToUnixTimeMilliseconds() ?? long.MaxValue, (long)(asked.WarmHours * 3_600_000), "hub replay");
            var both = await RunAsync(twin, now, then, trial, Tell, stop);
            trial = trial with { FromMs = Math.Max(trial.FromMs, both.WarmFromMs), ToMs = Math.Min(trial.ToMs, both.LastMs) };
            var said = await Verdicts.ReadAsync(new SqliteCaseStore(database), trial.FromMs, trial.ToMs, stop);
            var report = Backtester.ReportOf(trial, book, tried, both, said, registry, context.Real.GetElapsedTime(began).TotalSeconds);
            progress?.Dispose();
            if (asked.Json) Console.WriteLine(ReplayReport.Json(report));
            else ReplayReport.Write(Console.Out, report, settings.Zone);
            return 0;
        }

        var shelf = new RuleShelf(folder.In("rules"));
        var replay = new JournalReplay(journal, registry, channels, book, IngestSettings.From(settings), Opening.Policy(settings), clocks.Network)
        {
            Versions = asked.Rules is null ? fingerprint => shelf.Find(fingerprint, channels, settings.Zone) : null,
        };
        var outcome = await replay.RunAsync(asked.From, asked.To, Tell, stop);
        Show(outcome, asked, context.Real.GetElapsedTime(began).TotalSeconds);
        return 0;
    }

    private static async Task<TwinOutcome> RunAsync(TwinReplay twin, Take now, Take then, Backtest trial, Action<double, long> tell, CancellationToken stop)
    {
        try
        {
            return await twin.RunAsync(now, then, trial.FromMs, trial.ToMs, trial.WarmMs, tell, stop);
        }
        catch (BacktestFault e)
        {
            throw new StartException(e.Message, e);
        }
    }

    private static void Show(ReplayOutcome outcome, Asked asked, double seconds)
    {
        if (asked.Json || asked.Events)
        {
            foreach (var e in outcome.Events) Console.WriteLine(Encoding.UTF8.GetString(CaseJson.Canonical(e)));
            return;
        }

        Console.WriteLine($"{outcome.Messages:N0} messages, {outcome.Readings:N0} readings in {seconds:F1} s: {outcome.Messages / Math.Max(seconds, 0.001):N0} messages/s");
        foreach (var group in outcome.Cases.GroupBy(c => (c.Type, c.Severity)).OrderBy(g => g.Key.Severity).ThenBy(g => g.Key.Type, StringComparer.Ordinal))
            Console.WriteLine($"{group.Key.Severity} {group.Key.Type}: {group.Count()} case(s)");
    }

    private static RuleBook Load(string directory, ChannelTable channels, HubSettings settings)
    {
        try
        {
            return RuleBook.Load(Path.GetFullPath(directory), channels, settings.Zone);
        }
        catch (RulePackException e)
        {
            throw new StartException(e.Message, e);
        }
    }
}
