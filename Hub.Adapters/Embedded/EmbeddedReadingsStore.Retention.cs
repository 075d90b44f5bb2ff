using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Embedded;

public sealed partial class EmbeddedReadingsStore
{
    private const int SeriesASlice = 200;
    private const long DayMs = 86_400_000;

    /// <summary>Turns points older than their class allows into hourly roll-ups, and removes roll-ups that are too old; for a job, once an hour or a day.</summary>
    /// <param name="now">The time to judge age by.</param>
    /// <param name="stop">Ends the run between two slices; what was done stays done.</param>
    /// <remarks>Whole chunks only, so a point may outlive its class by the span of its chunk (8 days at most). Works in slices; commits pass between them.</remarks>
    public async Task<RetentionReport> RetainAsync(DateTimeOffset now, CancellationToken stop)
    {
        var owner = table ?? throw NotOpen();
        var nowMs = now.ToUnixTimeMilliseconds();
        var all = await SealOutdatedAsync(owner, nowMs, stop).ConfigureAwait(false);
        var report = default(RetentionReport);
        for (var from = 0; from < all.Length; from += SeriesASlice)
        {
            await writing.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                if (!ReferenceEquals(table, owner)) return report;
                report = RetainSlice(all.AsSpan(from, Math.Min(SeriesASlice, all.Length - from)), nowMs, report);
            }
            catch (SqliteException fault)
            {
                throw StoreFile.Translate(fault, path);
            }
            finally
            {
                writing.Release();
            }
        }

        return report;
    }

    // A device that fell silent never fills its chunk: it is sealed by age, written by the next commit and removed by the next run.
    private async Task<Series[]> SealOutdatedAsync(SeriesTable owner, long nowMs, CancellationToken stop)
    {
        await writing.WaitAsync(stop).ConfigureAwait(false);    // a commit is walking the list of sealed series
        try
        {
            lock (owner.Gate)
            {
                foreach (var series in owner.All)
                    if (series.OpenCount > 0 && series.Stored && series.Latest.AtMs < nowMs - KeptFor(series).RawDays * DayMs) Seal(owner, series);
                return [.. owner.All];
            }
        }
        finally
        {
            writing.Release();
        }
    }

    // Marks go with the points they mark and leave nothing behind.
    private (int RawDays, int HourlyDays) KeptFor(Series series) =>
        FlagMarks.IsMarks(series.Channel) ? (options.Retention.For(FlagMarks.Of(series.Channel)).RawDays, 0) : options.Retention.For(series.Channel);

    private void Seal(SeriesTable owner, Series series)
    {
        if (series.Pending is null) sealing.Add(series);
        series.Seal(ref owner.NextChunkId);
        series.Dirty = true;
    }

    private RetentionReport RetainSlice(ReadOnlySpan<Series> slice, long nowMs, RetentionReport report)
    {
        using var transaction = connection!.BeginTransaction(deferred: false);
        foreach (var series in slice)
        {
            var (rawDays, hourlyDays) = KeptFor(series);
            var (chunks, points, rollup) = RemoveChunks(transaction, series.Id, nowMs - rawDays * DayMs, roll: hourlyDays > rawDays);
            if (!rollup.IsEmpty)
                Run(transaction, "INSERT INTO rollups(series, from_ms, to_ms, data) VALUES($a, $b, $c, $d)", series.Id, rollup.FromMs, rollup.ToMs, rollup.ToBytes());
            var removed = Run(transaction, "DELETE FROM rollups WHERE series = $a AND to_ms < $b", series.Id, nowMs - hourlyDays * DayMs);
            report = new RetentionReport(report.Chunks + chunks, report.Points + points, report.RollupsMade + (rollup.IsEmpty ? 0 : 1), report.RollupsRemoved + removed);
        }

        transaction.Commit();
        return report;
    }

    private (long Chunks, long Points, Rollup Rollup) RemoveChunks(SqliteTransaction transaction, long series, long beforeMs, bool roll)
    {
        var rollup = new Rollup();
        long points = 0;
        using (var command = connection!.CreateCommand())
        {
            command.Transaction = transaction;
            command.CommandText = "SELECT n, data FROM chunks WHERE series = $series AND from_ms < $before AND to_ms < $before ORDER BY from_ms, id";
            command.Parameters.AddWithValue("$series", series);
            command.Parameters.AddWithValue("$before", beforeMs);
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                points += row.GetInt64(0);
                var data = row.GetFieldValue<byte[]>(1);
                if (!ChunkFormat.IsIntact(data)) Interlocked.Increment(ref damagedChunks);
                else if (roll) rollup.Add(data, row.GetInt32(0));
            }
        }

        if (points == 0) return (0, 0, rollup);
        var chunks = Run(transaction, "DELETE FROM chunks WHERE series = $a AND from_ms < $b AND to_ms < $b", series, beforeMs);
        return (chunks, points, rollup);
    }

    private int Run(SqliteTransaction transaction, string sql, params ReadOnlySpan<object> values)
    {
        using var command = connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue("$" + (char)('a' + i), values[i]);
        return command.ExecuteNonQuery();
    }

    private static void FoldRollups(SqliteConnection reading, long series, SeriesQuery query, ISeriesFold fold)
    {
        using var command = reading.CreateCommand();
        command.CommandText = "SELECT data FROM rollups WHERE series = $series AND from_ms < $to AND to_ms >= $from ORDER BY from_ms, id";
        command.Parameters.AddWithValue("$series", series);
        command.Parameters.AddWithValue("$from", query.FromMs);
        command.Parameters.AddWithValue("$to", query.ToMs);
        using var row = command.ExecuteReader();
        while (row.Read()) Rollup.Read(row.GetFieldValue<byte[]>(0), query.FromMs, query.ToMs, fold);
    }
}
