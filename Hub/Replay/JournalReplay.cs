using System.Text;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Ingest;
using Hub.Journal;
using Hub.Rules;

namespace Hub.Replay;

/// <summary>What a replay gave.</summary>
/// <param name="Messages">Messages read.</param>
/// <param name="Readings">Readings judged.</param>
/// <param name="Events">Case events, lane by lane in the order of the journal.</param>
/// <param name="Cases">The cases as they stand at the end.</param>
internal sealed record ReplayOutcome(long Messages, long Readings, IReadOnlyList<CaseEvent> Events, IReadOnlyList<GridCase> Cases);

/// <summary>Takes the journal through decoder, rules and case desk once more, into memory. The same code as the live road, and nothing else.</summary>
internal sealed class JournalReplay(
    IJournal journal, DeviceRegistry registry, ChannelTable channels, RuleBook rules, IngestOptions options, CasePolicy policy, TimeProvider clock)
{
    /// <summary>Finds the rules that the journal names, so that each stretch is judged by those in force then; null judges all of it by the rules given.</summary>
    public Func<string, RuleBook?>? Versions { get; init; }

    /// <param name="from">Arrival time to begin judging at; null for the beginning.</param>
    /// <param name="to">Arrival time to end before; null for the end.</param>
    /// <param name="progress">Told the share done (0 to 1) and the messages read.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<ReplayOutcome> RunAsync(DateTimeOffset? from, DateTimeOffset? to, Action<double, long>? progress, CancellationToken stop)
    {
        var store = new MemoryCaseStore();
        using var desk = new CaseDesk(store, registry, policy, clock);
        await desk.OpenAsync(stop);
        var total = Math.Max(1, Enumerable.Range(0, journal.Lanes).Sum(journal.Head));
        long messages = 0, readings = 0, done = 0;
        for (var lane = 0; lane < journal.Lanes; lane++)
        {
            using var reader = new LaneReader(journal, lane, registry, channels, options);
            var of = lane;
            var engine = new RuleEngine(rules, registry, lane, new EngineOptions { Owns = device => LaneMap.Of(device, journal.Lanes) == of });
            while (reader.TryRead())
            {
                var batch = Judge(reader, ref engine, from?.ToUnixTimeMilliseconds() ?? long.MinValue, to?.ToUnixTimeMilliseconds() ?? long.MaxValue, out var ended);
                await desk.ApplyAsync(batch, stop);
                progress?.Invoke((done + reader.Position) / (double)total, messages + reader.Counts.Messages);
                if (ended) break;
            }

            done += reader.Position;
            messages += reader.Counts.Messages;
            readings += reader.Counts.Readings;
        }

        progress?.Invoke(1, messages);
        var events = await store.EventsAfterAsync(0, int.MaxValue, stop);
        var (cases, _) = await store.ListAsync(new CaseQuery(IncludeRestricted: true, Limit: int.MaxValue), stop);
        return new ReplayOutcome(messages, readings, events, cases);
    }

    private LaneBatch Judge(LaneReader reader, ref RuleEngine engine, long fromMs, long toMs, out bool ended)
    {
        var alerts = new List<Alert>();
        var answers = new List<CommandAnswer>();
        ended = false;
        for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
        {
            if (reader.ClockMs >= toMs)
            {
                ended = true;
                break;
            }

            if (item == LaneItem.Directive) Obey(reader, ref engine);
            if (reader.ClockMs < fromMs) continue;
            if (item == LaneItem.Tick) engine.Tick(reader.TickMs, reader.Position, alerts);
            if (item != LaneItem.Observation) continue;
            var observation = reader.Observation;
            if (observation is { Kind: MessageKind.Ack, CommandId: { } id })
                answers.Add(new CommandAnswer(observation.Position, observation.Device.Id, id, observation.CommandResult ?? "ok", observation.ArrivalMs));
            engine.Judge(observation, alerts);
        }

        return new LaneBatch { Lane = reader.Lane, Position = reader.Position, ClockMs = Math.Min(reader.ClockMs, toMs), Alerts = alerts, Answers = answers, Counts = reader.Counts };
    }

    private void Obey(LaneReader reader, ref RuleEngine engine)
    {
        if (reader.Directive == DirectiveKind.Suppressions) engine.Suppress(Encoding.UTF8.GetString(reader.DirectiveBody), reader.TickMs);
        if (Versions is null || reader.Directive != DirectiveKind.Rules) return;
        var fingerprint = Encoding.ASCII.GetString(reader.DirectiveBody);
        if (!string.Equals(fingerprint, engine.Fingerprint, StringComparison.Ordinal) && Versions(fingerprint) is { } book) engine = engine.Under(book);
    }
}
