using Hub.Adapters.Readings;
using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Embedded;

public sealed partial class EmbeddedReadingsStore
{
    private long damagedChunks;

    /// <summary>Times a chunk or a batch of the tail was left out because its checksum was wrong, since the start.</summary>
    public long DamagedChunks => Interlocked.Read(ref damagedChunks);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesPoint>> ReadAsync(SeriesQuery query, CancellationToken stop)
    {
        SeriesQueries.Check(query);
        stop.ThrowIfCancellationRequested();
        var points = Read(query, stop);
        if (points.Count == 0) return Task.FromResult(points);
        var lastMs = points[^1].AtMs + Math.Max(query.StepMs, 1);
        var marks = Read(query with { Channel = query.Channel + FlagMarks.Suffix, StepMs = 0, Limit = int.MaxValue, ToMs = Math.Min(query.ToMs, lastMs) }, stop);
        return Task.FromResult(FlagMarks.Join(points, marks, query.StepMs));
    }

    private IReadOnlyList<SeriesPoint> Read(SeriesQuery query, CancellationToken stop)
    {
        if (Snapshot(query) is not { } memory || query.Limit == 0) return [];
        ISeriesFold fold = query.StepMs > 0 ? new StepFold(query) : new RawFold(query);
        try
        {
            using var reading = StoreFile.OpenForReading(path);
            using var transaction = reading.BeginTransaction(deferred: true);
            if (query.StepMs > 0) FoldRollups(reading, memory.Series, query, fold);
            FoldChunks(reading, memory, query, fold, stop);
        }
        catch (SqliteException fault)
        {
            throw StoreFile.Translate(fault, path);
        }

        foreach (var chunk in memory.Pending) FoldOne(fold, query, chunk.Stats, chunk.Count, chunk.Data);
        if (memory.Open is not null) Decode(fold, query, memory.Open, memory.OpenCount);
        return fold.Finish();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, SeriesPoint>> LatestAsync(string deviceId, CancellationToken stop)
    {
        var owner = table ?? throw NotReadable();
        var latest = new Dictionary<string, SeriesPoint>(StringComparer.Ordinal);
        lock (owner.Gate)
        {
            foreach (var series in owner.OfDevice(deviceId))
            {
                if (!series.HasLatest || FlagMarks.IsMarks(series.Channel)) continue;
                SeriesPoint[] point = [RawFold.Single(series.Latest.AtMs, series.Latest.Value, series.Latest.Text)];
                var marks = owner.Find(deviceId, series.Channel + FlagMarks.Suffix);
                latest[series.Channel] = marks is { HasLatest: true } ? FlagMarks.Join(point, [RawFold.Single(marks.Latest.AtMs, marks.Latest.Value, null)], 0)[0] : point[0];
            }
        }

        return Task.FromResult<IReadOnlyDictionary<string, SeriesPoint>>(latest);
    }

    // Memory first, file second: what is sealed between the two has an id of at least NextChunkId, and its points are in Open or newer than the question.
    private sealed record MemoryPart(long Series, long NextChunkId, SealedChunk[] Pending, byte[]? Open, int OpenCount);

    private MemoryPart? Snapshot(SeriesQuery query)
    {
        var owner = table ?? throw NotReadable();
        lock (owner.Gate)
        {
            if (owner.Find(query.DeviceId, query.Channel) is not { } series) return null;
            return new MemoryPart(series.Id, owner.NextChunkId, series.Pending?.ToArray() ?? [], series.OpenBytes(), series.OpenCount);
        }
    }

    private void FoldChunks(SqliteConnection reading, MemoryPart memory, SeriesQuery query, ISeriesFold fold, CancellationToken stop)
    {
        using var command = reading.CreateCommand();
        command.CommandText = """
            SELECT id, from_ms, to_ms, n, vmin, vmax, vsum, vlast, data FROM chunks
            WHERE series = $series AND from_ms >= $earliest AND from_ms < $to AND to_ms >= $from AND id < $next
            ORDER BY from_ms, id
            """;
        command.Parameters.AddWithValue("$series", memory.Series);
        command.Parameters.AddWithValue("$earliest", query.FromMs < long.MinValue + Series.MostSpanMs ? long.MinValue : query.FromMs - Series.MostSpanMs);
        command.Parameters.AddWithValue("$from", query.FromMs);
        command.Parameters.AddWithValue("$to", query.ToMs);
        command.Parameters.AddWithValue("$next", memory.NextChunkId);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            stop.ThrowIfCancellationRequested();
            if (Array.Exists(memory.Pending, chunk => chunk.Id == row.GetInt64(0))) continue;
            var stats = new ChunkStats { FromMs = row.GetInt64(1), ToMs = row.GetInt64(2) };
            if (fold.IsFullBefore(stats.FromMs)) return;
            if (stats.AllNumbers = !row.IsDBNull(4) && !row.IsDBNull(6))
                (stats.Min, stats.Max, stats.Sum, stats.Last) = (row.GetDouble(4), row.GetDouble(5), row.GetDouble(6), row.GetDouble(7));
            FoldOne(fold, query, stats, row.GetInt32(3), row.GetFieldValue<byte[]>(8));
        }
    }

    private void FoldOne(ISeriesFold fold, SeriesQuery query, in ChunkStats stats, int count, byte[] data)
    {
        if (stats.FromMs >= query.ToMs || stats.ToMs < query.FromMs) return;
        if (stats.FromMs >= query.FromMs && stats.ToMs < query.ToMs && fold.TryTakeWhole(stats, count)) return;
        if (ChunkFormat.IsIntact(data)) Decode(fold, query, data, count);
        else Interlocked.Increment(ref damagedChunks);
    }

    private static void Decode(ISeriesFold fold, SeriesQuery query, byte[] data, int count)
    {
        var decoder = new ChunkDecoder(data, count);
        while (decoder.MoveNext())
            if (decoder.AtMs >= query.FromMs && decoder.AtMs < query.ToMs) fold.Take(decoder.AtMs, decoder.Value, decoder.Text);
    }

    private StoreUnavailableException NotReadable() => new($"{path} is not open yet");
}
