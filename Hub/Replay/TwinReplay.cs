using System.Text;
using Hub.Cases;
using Hub.Core;
using Hub.Ingest;
using Hub.Journal;

namespace Hub.Replay;

/// <summary>What two sets of rules made of the same stretch of the journal.</summary>
/// <param name="Now">Of the rules in force.</param>
/// <param name="Tried">Of the rules tried.</param>
/// <param name="WarmFromMs">Arrival of the first record judged; 0 when there was none.</param>
/// <param name="LastMs">Arrival of the last.</param>
/// <param name="Messages">Messages judged.</param>
/// <param name="Readings">Readings in them.</param>
internal sealed record TwinOutcome(Side Now, Side Tried, long WarmFromMs, long LastMs, long Messages, long Readings);

/// <summary>What one set raised within the span.</summary>
internal sealed record Side(IReadOnlyList<Raised> Alerts, IReadOnlyList<GridCase> Cases);

/// <summary>Takes a stretch of the journal through two sets of rules at once: each message is decoded once and judged twice, so both see exactly the same.</summary>
internal sealed class TwinReplay(IJournal journal, DeviceRegistry registry, ChannelTable channels, IngestOptions options)
{
    private const long DeskPaceMs = 10_000; // limits of cases run out by the lane's clock; a batch without alerts need not tell the desk more often

    /// <summary>Suppressions in force at an instant, as the journal writes them; empty for none. A stretch that is entered in the middle begins with them.</summary>
    public Func<long, CancellationToken, Task<string>> SuppressionsAt { get; init; } = (_, _) => Task.FromResult("");

    /// <summary>Called between batches; completes when the trial may go on. The live road comes first.</summary>
    public Func<CancellationToken, Task> GiveWay { get; init; } = _ => Task.CompletedTask;

    /// <param name="now">The rules in force.</param>
    /// <param name="tried">The rules tried.</param>
    /// <param name="fromMs">First arrival that counts.</param>
    /// <param name="toMs">Last arrival, exclusive.</param>
    /// <param name="warmMs">How much before it is judged and not counted.</param>
    /// <param name="progress">Told the share done (0 to 1) and the messages judged.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="BacktestFault">One of the sets raises far too much.</exception>
    public async Task<TwinOutcome> RunAsync(Take now, Take tried, long fromMs, long toMs, long warmMs, Action<double, long>? progress, CancellationToken stop)
    {
        await now.OpenAsync(stop);
        await tried.OpenAsync(stop);
        var first = fromMs > warmMs ? fromMs - warmMs : long.MinValue;
        var after = Enumerable.Range(0, journal.Lanes).Select(lane => first == long.MinValue ? journal.Tail(lane) - 1 : JournalTimes.Before(journal, lane, first)).ToArray();
        var ends = Enumerable.Range(0, journal.Lanes).Select(lane => EndOf(lane, toMs)).ToArray();
        var total = Math.Max(1, ends.Zip(after, (e, a) => Math.Max(0, e - a)).Sum());
        var held = first == long.MinValue ? "" : await SuppressionsAt(first, stop);
        long messages = 0, readings = 0, done = 0, warmFrom = 0, last = 0;
        for (var lane = 0; lane < journal.Lanes; lane++)
        {
            using var reader = new LaneReader(journal, lane, registry, channels, options);
            reader.Restore(default, after[lane]);
            var of = lane;
            now.Turn(lane, device => LaneMap.Of(device, journal.Lanes) == of, held, first);
            tried.Turn(lane, device => LaneMap.Of(device, journal.Lanes) == of, held, first);
            var deskMs = 0L;
            for (var ended = false; !ended && reader.TryRead();)
            {
                stop.ThrowIfCancellationRequested();
                await GiveWay(stop);
                ended = Judge(reader, now, tried, first, toMs, ref warmFrom);
                var clockMs = Math.Min(reader.ClockMs, toMs);
                if (ended || now.HasAlerts || tried.HasAlerts || clockMs - deskMs >= DeskPaceMs)
                {
                    deskMs = clockMs;
                    await now.HandOverAsync(lane, reader.Position, clockMs, fromMs, stop);
                    await tried.HandOverAsync(lane, reader.Position, clockMs, fromMs, stop);
                }

                progress?.Invoke(Math.Min(1, (done + reader.Position - after[lane]) / (double)total), messages + reader.Counts.Messages);
            }

            last = Math.Max(last, Math.Min(reader.ClockMs, toMs));
            done += Math.Max(0, ends[lane] - after[lane]);
            messages += reader.Counts.Messages;
            readings += reader.Counts.Readings;
        }

        progress?.Invoke(1, messages);
        return new TwinOutcome(
            new Side(now.Alerts, await now.CasesAsync(fromMs, stop)), new Side(tried.Alerts, await tried.CasesAsync(fromMs, stop)), warmFrom, last, messages, readings);
    }

    private long EndOf(int lane, long toMs) => toMs == long.MaxValue ? journal.Head(lane) : Math.Max(journal.Tail(lane) - 1, JournalTimes.Before(journal, lane, toMs));

    private static bool Judge(LaneReader reader, Take now, Take tried, long firstMs, long toMs, ref long warmFrom)
    {
        for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
        {
            if (reader.ClockMs >= toMs) return true;
            if (reader.ClockMs < firstMs) continue;
            if (warmFrom == 0 || reader.ClockMs < warmFrom) warmFrom = reader.ClockMs;
            switch (item)
            {
                case LaneItem.Tick:
                    now.Tick(reader.TickMs, reader.Position);
                    tried.Tick(reader.TickMs, reader.Position);
                    break;
                case LaneItem.Directive when reader.Directive == DirectiveKind.Suppressions:
                    var written = Encoding.UTF8.GetString(reader.DirectiveBody);
                    now.Suppress(written, reader.TickMs);
                    tried.Suppress(written, reader.TickMs);
                    break;
                case LaneItem.Observation:
                    now.Judge(reader.Observation);
                    tried.Judge(reader.Observation);
                    break;
            }
        }

        return false;
    }
}
