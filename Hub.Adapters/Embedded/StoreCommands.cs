using System.Runtime.InteropServices;
using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Embedded;

/// <summary>The writer's prepared statements.</summary>
internal sealed class StoreCommands(SqliteConnection connection) : IDisposable
{
    /// <summary>A series as its row has it.</summary>
    public readonly record struct SeriesRow(long Id, string Device, string Channel, long TailSequence, Point? Latest, int OpenCount, byte[]? OpenData);

    private readonly SqliteCommand insertSeries = Prepare(connection, "INSERT INTO series(id, device, channel, tail, open_n) VALUES(?1, ?2, ?3, 0, 0)", 3);
    private readonly SqliteCommand updateSeries = Prepare(connection, "UPDATE series SET tail = ?2, latest_ms = ?3, latest_value = ?4, latest_text = ?5, open_n = ?6, open_data = ?7 WHERE id = ?1", 7);
    private readonly SqliteCommand insertChunk = Prepare(connection, "INSERT INTO chunks(id, series, from_ms, to_ms, n, vmin, vmax, vsum, vlast, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", 10);
    private readonly SqliteCommand insertTail = Prepare(connection, "INSERT INTO tail(seq, data) VALUES(?1, ?2)", 2);
    private readonly SqliteCommand clearTail = Prepare(connection, "DELETE FROM tail", 0);
    private readonly SqliteCommand saveCheckpoint = Prepare(connection, "INSERT INTO checkpoint(id, positions, state, readings) VALUES(1, ?1, ?2, ?3) ON CONFLICT(id) DO UPDATE SET positions = ?1, state = ?2, readings = ?3", 3);

    private SqliteCommand[] All => [insertSeries, updateSeries, insertChunk, insertTail, clearTail, saveCheckpoint];

    /// <summary>The statements run in this transaction from now on.</summary>
    public void Use(SqliteTransaction transaction)
    {
        foreach (var command in All) command.Transaction = transaction;
    }

    public void InsertSeries(Series series) => Run(insertSeries, series.Id, series.Device, series.Channel);

    public void UpdateSeries(Series series, long tailSequence) => Run(updateSeries,
        series.Id, tailSequence,
        series.HasLatest ? series.Latest.AtMs : DBNull.Value,
        series.HasLatest && !double.IsNaN(series.Latest.Value) ? series.Latest.Value : DBNull.Value,
        series.Latest.Text ?? (object)DBNull.Value,
        series.OpenCount, series.OpenBytes() ?? (object)DBNull.Value);

    public void InsertChunk(long series, SealedChunk chunk)
    {
        var stats = chunk.Stats;
        object Number(double value) => stats.AllNumbers && !double.IsNaN(value) ? value : DBNull.Value;
        Run(insertChunk, chunk.Id, series, stats.FromMs, stats.ToMs, chunk.Count,
            Number(stats.Min), Number(stats.Max), Number(stats.Sum), Number(stats.Last), chunk.Data);
    }

    public void InsertTail(long sequence, ReadOnlySpan<byte> batch)
    {
        var signed = new byte[batch.Length + 4];
        batch.CopyTo(signed);
        ChunkFormat.Sign(signed);
        Run(insertTail, sequence, signed);
    }

    public void ClearTail() => Run(clearTail);

    public void SaveCheckpoint(Checkpoint checkpoint)
    {
        var positions = checkpoint.Positions.ToArray();
        Run(saveCheckpoint, MemoryMarshal.AsBytes(positions.AsSpan()).ToArray(), checkpoint.State.ToArray(), checkpoint.Readings);
    }

    public Checkpoint? ReadCheckpoint()
    {
        using var command = Prepare(connection, "SELECT positions, state, readings FROM checkpoint", 0);
        using var row = command.ExecuteReader();
        if (!row.Read()) return null;
        var positions = MemoryMarshal.Cast<byte, long>(row.GetFieldValue<byte[]>(0)).ToArray();
        return new Checkpoint(positions, row.GetFieldValue<byte[]>(1), row.GetInt64(2));
    }

    public long ReadNextChunkId()
    {
        using var command = Prepare(connection, "SELECT coalesce(max(id), 0) + 1 FROM chunks", 0);
        return (long)command.ExecuteScalar()!;
    }

    public IEnumerable<SeriesRow> ReadSeries()
    {
        using var command = Prepare(connection, "SELECT id, device, channel, tail, latest_ms, latest_value, latest_text, open_n, open_data FROM series", 0);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            Point? latest = row.IsDBNull(4) ? null
                : new Point(row.GetInt64(4), row.IsDBNull(5) ? double.NaN : row.GetDouble(5), row.IsDBNull(6) ? null : row.GetString(6));
            yield return new SeriesRow(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), latest,
                row.GetInt32(7), row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8));
        }
    }

    public IEnumerable<(long Sequence, byte[] Blob)> ReadTail()
    {
        using var command = Prepare(connection, "SELECT seq, data FROM tail ORDER BY seq", 0);
        using var row = command.ExecuteReader();
        while (row.Read()) yield return (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
    }

    public void Dispose()
    {
        insertSeries.Dispose();
        updateSeries.Dispose();
        insertChunk.Dispose();
        insertTail.Dispose();
        clearTail.Dispose();
        saveCheckpoint.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = "?" + i.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
