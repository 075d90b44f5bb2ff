using Hub.Ingest;
using Hub.Journal;

namespace Hub.Replay;

/// <summary>Finds a place in a lane by time, so that a trial of yesterday need not read the whole year.</summary>
internal static class JournalTimes
{
    // Arrivals of one lane come in order but for what a busy second mixes: so much is read more than asked for.
    private const long SlackMs = 5_000;

    /// <summary>The position after which reading misses nothing that arrived at or after <paramref name="fromMs"/>.</summary>
    public static long Before(IJournal journal, int lane, long fromMs)
    {
        long low = journal.Tail(lane) - 1, high = journal.Head(lane);
        var batch = new JournalBatch(maxRecords: 16);
        while (high - low > 1_000)
        {
            var middle = low + ((high - low) / 2);
            if (TimeAfter(journal, lane, middle, batch) is { } at && at < fromMs - SlackMs) low = middle;
            else high = middle;
        }

        return low;
    }

    private static long? TimeAfter(IJournal journal, int lane, long position, JournalBatch batch)
    {
        using var cursor = journal.Open(lane, position);
        while (cursor.TryRead(batch))
            foreach (ref readonly var entry in batch.Entries)
                if (RecordTime.TryRead(batch.Body(entry), out var atMs)) return atMs;
        return null;
    }
}
