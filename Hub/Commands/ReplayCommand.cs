using System.CommandLine;
using System.Text;
using Hub.Cases;
using Hub.Core;
using Hub.Replay;
using Hub.Road;
using Hub.Rules;
using Hub.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Commands;

/// <summary><c>hub replay</c>: judges the journal again, under the rules in force or others, and shows the cases that come of it.</summary>
internal static class ReplayCommand
{
    public static Command Build(VerbContext context)
    {
        var from = new Option<DateTimeOffset?>("--from") { Description = "Arrival time to begin at (ISO 8601); the beginning of the journal when not given." };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Arrival time to end before; the end of the journal when not given." };
        var rules = new Option<string?>("--rules") { Description = "Folder of rule packs to try on all of it; without it each stretch is judged by the rules that were in force then." };
        var json = new Option<bool>("--json") { Description = "Case events as JSON lines, in the canonical form that is hashed." };
        var replay = new Command("replay", "Judges the journal again at full speed; changes nothing.") { from, to, rules, json };
        replay.SetAction((p, stop) => RunAsync(context, p.GetValue(from), p.GetValue(to), p.GetValue(rules), p.GetValue(json), stop));
        return replay;
    }

    private static async Task<int> RunAsync(VerbContext context, DateTimeOffset? from, DateTimeOffset? to, string? rules, bool json, CancellationToken stop)
    {
        var settings = context.Settings();
        if (!Directory.Exists(settings.DataDir)) throw new StartException($"Hub:DataDir '{settings.DataDir}' does not exist; there is nothing to replay");
        if (from >= to) throw new StartException($"--from {from:O} is not before --to {to:O}");
        var channels = new ChannelTable();
        var book = rules is null ? Opening.Rules(settings, channels) : Load(rules, channels, settings);
        using var folder = DataFolder.Open(settings.DataDir);
        var clocks = Clocks.From(settings, context.Real);
        await using var database = await Opening.DatabaseAsync(folder, clocks);
        await using var journal = Opening.Journal(settings, folder, clocks, NullLoggerFactory.Instance);
        var registry = await Ingest.DeviceRegistry.LoadAsync(new Adapters.Sqlite.SqliteRegistryStore(database), stop);

        var shelf = new RuleShelf(folder.In("rules"));
        var began = context.Real.GetTimestamp();
        using var progress = json ? null : new ProgressLine("replaying", context.Real);
        var replay = new JournalReplay(journal, registry, channels, book, IngestSettings.From(settings), Opening.Policy(settings), clocks.Network)
        {
            Versions = rules is null ? fingerprint => shelf.Find(fingerprint, channels, settings.Zone) : null,
        };
        var outcome = await replay.RunAsync(from, to, (share, messages) => progress?.Report(share, $"{messages:N0} messages"), stop);
        var seconds = context.Real.GetElapsedTime(began).TotalSeconds;
        if (json)
        {
            foreach (var e in outcome.Events) Console.WriteLine(Encoding.UTF8.GetString(CaseJson.Canonical(e)));
            return 0;
        }

        Console.WriteLine($"{outcome.Messages:N0} messages, {outcome.Readings:N0} readings in {seconds:F1} s: {outcome.Messages / Math.Max(seconds, 0.001):N0} messages/s");
        foreach (var group in outcome.Cases.GroupBy(c => (c.Type, c.Severity)).OrderBy(g => g.Key.Severity).ThenBy(g => g.Key.Type, StringComparer.Ordinal))
            Console.WriteLine($"{group.Key.Severity} {group.Key.Type}: {group.Count()} case(s)");
        return 0;
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
