using Hub.Journal;

namespace Hub.Ingest;

/// <summary>
/// Writes a tick into every lane each second, so that timers fire the same way in a replay, and the hub's directives between them.
/// Each tick carries the door's counters; at start the newest tick and the lanes' heads give them back. One call at a time.
/// </summary>
public sealed class TickWriter
{
    // Records of one lane that one commit hardly ever exceeds: the tick before a torn batch is then among the last so many.
    private const int MoreThanABatch = 40_000;

    private readonly IJournal _journal;
    private readonly FrontCounts _front;
    private readonly long[] _ticks;
    private readonly List<(int Lane, long Ticket)> _pending = [];
    private readonly byte[] _body = new byte[TickRecord.MaxBytes];
    private long _lostTicks;

    private TickWriter(IJournal journal, FrontCounts front)
    {
        _journal = journal;
        _front = front;
        _ticks = new long[journal.Lanes];
    }

    /// <summary>Finds the newest ticks and gives the door's counters back as they were before the last stop or crash.</summary>
    public static TickWriter Restore(IJournal journal, FrontCounts front)
    {
        var writer = new TickWriter(journal, front);
        var newest = FrontTotals.Zero;
        for (var lane = 0; lane < journal.Lanes; lane++)
        {
            var found = FindLastTick(journal, lane, out writer._ticks[lane]);
            if (found is not null && found.Received >= newest.Received) newest = found;
        }

        // What was journalled behind the newest tick was received too; refusals of its last second are in neither count.
        var journalled = 0L;
        for (var lane = 0; lane < journal.Lanes; lane++) journalled += journal.Head(lane) - writer._ticks[lane];
        front.Restore(newest with { Journalled = journalled, Received = newest.Received + journalled - newest.Journalled });
        return writer;
    }

    /// <summary>Writes one tick into every lane and waits until they are durable.</summary>
    /// <exception cref="JournalException">The disk refuses; the next tick tries again.</exception>
    public Task AppendAsync(DateTimeOffset now, CancellationToken stop) => AppendAsync(now, 1, stop);

    /// <summary>Writes the ticks of several seconds into every lane and waits once until all are durable.</summary>
    /// <param name="first">Time of the first tick.</param>
    /// <param name="seconds">How many, a second apart.</param>
    /// <param name="stop">Ends the wait for room.</param>
    /// <exception cref="JournalException">The disk refuses; the next call tries again.</exception>
    public async Task AppendAsync(DateTimeOffset first, int seconds, CancellationToken stop)
    {
        var totals = Totals();
        _pending.Clear();
        try
        {
            for (var second = 0; second < seconds; second++)
            {
                var nowMs = first.ToUnixTimeMilliseconds() + (second * 1000L);
                for (var lane = 0; lane < _ticks.Length; lane++) await AppendAsync(lane, nowMs, totals, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            await ConfirmAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes a directive into every lane and waits until all are durable. Where a crash left it in some lanes only, the next start repeats it.</summary>
    /// <param name="kind">What it orders.</param>
    /// <param name="now">Its time.</param>
    /// <param name="body">As <see cref="DirectiveKind"/> says.</param>
    /// <param name="stop">Ends the wait for room.</param>
    /// <exception cref="JournalException">The disk refuses.</exception>
    public async Task DirectAsync(DirectiveKind kind, DateTimeOffset now, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        _pending.Clear();
        try
        {
            for (var lane = 0; lane < _ticks.Length; lane++)
            {
                var head = new byte[DirectiveRecord.HeadBytes];
                DirectiveRecord.WriteHead(head, kind, now.ToUnixTimeMilliseconds(), _ticks[lane] + 1);
                _front.Begin();
                try
                {
                    _pending.Add((lane, await _journal.AppendAsync(lane, new JournalBody(head, body.Span), stop).ConfigureAwait(false)));
                    Interlocked.Increment(ref _ticks[lane]);
                }
                finally
                {
                    _front.End();
                }
            }
        }
        finally
        {
            await ConfirmAsync().ConfigureAwait(false);
        }
    }

    internal Refusals Refusals => _front.Refusals;

    /// <summary>Appends under way at the door and here.</summary>
    internal int UnderWay => _front.UnderWay;

    /// <summary>Messages in the journal, over all lanes: what was appended, less ticks and directives.</summary>
    internal long MessagesInJournal()
    {
        var messages = 0L;
        for (var lane = 0; lane < _ticks.Length; lane++) messages += _journal.Appended(lane) - Volatile.Read(ref _ticks[lane]);
        return messages;
    }

    /// <summary>The door's counters, corrected by what the disk refused after it was counted.</summary>
    internal FrontTotals Totals()
    {
        var totals = _front.Read();
        var lost = -Volatile.Read(ref _lostTicks);
        for (var lane = 0; lane < _ticks.Length; lane++) lost += _journal.Lost(lane);
        if (lost > 0)
        {
            totals.Rejected[(int)RejectReason.JournalFailed] += lost;
            totals = totals with { Journalled = totals.Journalled - lost };
        }

        return totals;
    }

    // The disk may have taken the ticks of some lanes and refused those of others, because it failed or because it is full.
    private async Task ConfirmAsync()
    {
        JournalException? refused = null;
        foreach (var (lane, ticket) in _pending)
        {
            try
            {
                await _journal.CommittedAsync(ticket, CancellationToken.None).ConfigureAwait(false);
            }
            catch (JournalException e)
            {
                Interlocked.Decrement(ref _ticks[lane]);
                Interlocked.Increment(ref _lostTicks);
                refused = e;
            }
        }

        if (refused is not null) throw refused;
    }

    private async ValueTask AppendAsync(int lane, long nowMs, FrontTotals totals, CancellationToken stop)
    {
        _front.Begin();
        try
        {
            var length = TickRecord.Write(_body, nowMs, _ticks[lane] + 1, totals);
            _pending.Add((lane, await _journal.AppendAsync(lane, new JournalBody(_body.AsSpan(0, length)), stop).ConfigureAwait(false)));
            Interlocked.Increment(ref _ticks[lane]);
        }
        finally
        {
            _front.End();
        }
    }

    // A tick's number is how many there are in its lane up to it, with two exceptions. Ticks that were damaged on disk are missing, and the number
    // of the next one tells of them. And of a last batch that was torn the journal may keep what stands behind the tear: those numbers are too
    // high, by ticks that never were. A gap in the positions tells the two apart, and the number before is right.
    private static FrontTotals? FindLastTick(IJournal journal, int lane, out long number)
    {
        number = 0;
        var head = journal.Head(lane);
        var batch = new JournalBatch();
        for (long back = MoreThanABatch; ; back *= 10)
        {
            var after = Math.Max(head - back, journal.Tail(lane) - 1);
            using var cursor = journal.Open(lane, after);
            FrontTotals? last = null;
            number = 0;
            var (before, gap) = (after, 0L);
            while (cursor.TryRead(batch))
            {
                foreach (ref readonly var entry in batch.Entries)
                {
                    gap += entry.Position - before - 1;
                    before = entry.Position;
                    var body = batch.Body(entry);
                    var isTick = TickRecord.TryRead(body, out _, out var tick);
                    if (!isTick && !DirectiveRecord.TryRead(body, out _, out _, out tick)) continue;
                    number = number == 0 ? tick : Math.Min(tick, number + 1 + gap); // directives are numbered with the ticks
                    gap = 0;
                    if (isTick) last = TickRecord.ReadTotals(body);
                }
            }

            if (last is not null || after <= journal.Tail(lane) - 1) return last;
        }
    }
}
