using System.Text;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Devices;
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

    /// <summary>Lanes judged side by side, at most. Default 1.</summary>
    public int Width { get; init; } = 1;

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
        var span = new Span(fromMs, toMs, first, held);
        var (sum, gate) = (new Sum(), new Lock());
        var width = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Width), CancellationToken = stop };
        await Parallel.ForEachAsync(Enumerable.Range(0, journal.Lanes), width, async (lane, halt) => await JudgeLaneAsync(lane, after[lane], span, now, tried, Told, halt));
        progress?.Invoke(1, sum.Messages);
        return new TwinOutcome(
            new Side(now.Alerts, await now.CasesAsync(fromMs, stop)), new Side(tried.Alerts, await tried.CasesAsync(fromMs, stop)), sum.WarmFromMs, sum.LastMs, sum.Messages, sum.Readings);

        // Lanes tell of each batch, and of what it added.
        void Told(Sum more)
        {
            lock (gate)
            {
                sum = sum.With(more);
                progress?.Invoke(Math.Min(1, sum.Records / (double)total), sum.Messages);
            }
        }
    }

    private async Task JudgeLaneAsync(int lane, long after, Span span, Take now, Take tried, Action<Sum> told, CancellationToken stop)
    {
        using var reader = new LaneReader(journal, lane, registry, channels, options);
        reader.Restore(default, after);
        var laneNow = now.Turn(lane, Owns, span.Held, span.FirstMs);
        var laneTried = tried.Turn(lane, Owns, span.Held, span.FirstMs);
        var (deskMs, position, warmFrom) = (0L, after, 0L);
        var counts = reader.Counts;
        for (var ended = false; !ended && reader.TryRead();)
        {
            stop.ThrowIfCancellationRequested();
            await GiveWay(stop);
            ended = Judge(reader, laneNow, laneTried, span.FirstMs, span.ToMs, ref warmFrom);
            var clockMs = Math.Min(reader.ClockMs, span.ToMs);
            if (ended || laneNow.HasAlerts || laneTried.HasAlerts || clockMs - deskMs >= DeskPaceMs)
            {
                deskMs = clockMs;
                await laneNow.HandOverAsync(reader.Position, clockMs, span.FromMs, stop);
                await laneTried.HandOverAsync(reader.Position, clockMs, span.FromMs, stop);
            }

            told(new Sum(reader.Position - position, reader.Counts.Messages - counts.Messages, reader.Counts.Readings - counts.Readings, warmFrom, clockMs));
            (position, counts) = (reader.Position, reader.Counts);
        }

        bool Owns(Device device) => LaneMap.Of(device, journal.Lanes) == lane;
    }

    private long EndOf(int lane, long toMs) => toMs == long.MaxValue ? journal.Head(lane) : Math.Max(journal.Tail(lane) - 1, JournalTimes.Before(journal, lane, toMs));

    private static bool Judge(LaneReader reader, LaneTake now, LaneTake tried, long firstMs, long toMs, ref long warmFrom)
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

    private readonly record struct Span(long FromMs, long ToMs, long FirstMs, string Held);

    private readonly record struct Sum(long Records, long Messages, long Readings, long WarmFromMs, long LastMs)
    {
        public Sum With(Sum more) => new(
            Records + more.Records, Messages + more.Messages, Readings + more.Readings,
            WarmFromMs == 0 || (more.WarmFromMs > 0 && more.WarmFromMs < WarmFromMs) ? more.WarmFromMs : WarmFromMs, Math.Max(LastMs, more.LastMs));
    }
}
