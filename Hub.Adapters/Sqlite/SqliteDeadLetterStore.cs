using System.Text;
using Hub.Core.Ports;

namespace Hub.Adapters.Sqlite;

/// <summary>Dead letters in SQLite. They are added by the case store's commit.</summary>
public sealed class SqliteDeadLetterStore(HubDatabase database) : IDeadLetterStore
{
    private const int Step = 5000; // rows a transaction, so that a case never waits long for the writer

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, long before, int limit, CancellationToken stop) => database.ReadAsync<IReadOnlyList<DeadLetter>>(
        connection => connection.Rows(
            $"SELECT {DeadLetterRows.Columns} FROM dead_letters WHERE id < $before{Where(filter)} ORDER BY id DESC LIMIT $limit", DeadLetterRows.Read,
            [("$before", before == 0 ? long.MaxValue : before), ("$limit", limit), .. Arguments(filter)]),
        stop);

    /// <inheritdoc/>
    public Task<DeadLetter?> FindAsync(long id, CancellationToken stop) => database.ReadAsync(
        connection => connection.Rows($"SELECT {DeadLetterRows.Columns} FROM dead_letters WHERE id = $id", DeadLetterRows.Read, ("$id", id)).FirstOrDefault(), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountAsync(DeadLetterFilter filter, CancellationToken stop) => database.ReadAsync<IReadOnlyDictionary<string, long>>(
        connection => connection.Rows($"SELECT reason, COUNT(*) FROM dead_letters WHERE 1 = 1{Where(filter)} GROUP BY reason", r => (r.GetString(0), r.GetInt64(1)), Arguments(filter)).ToDictionary(r => r.Item1, r => r.Item2), stop);

    /// <inheritdoc/>
    public Task<int> DeleteAsync(IReadOnlyCollection<long> ids, CancellationToken stop) => database.WriteAsync(
        (connection, _) =>
        {
            using var delete = connection.Prepared("DELETE FROM dead_letters WHERE id = $id", "$id");
            return ids.Sum(id => delete.Set(id).ExecuteNonQuery());
        },
        stop);

    /// <inheritdoc/>
    public async Task<int> DeleteAsync(DeadLetterFilter filter, CancellationToken stop)
    {
        // What comes in meanwhile was not what the caller saw.
        var newest = await database.ReadAsync(connection => connection.Scalar("SELECT COALESCE(MAX(id), 0) FROM dead_letters"), stop).ConfigureAwait(false);
        for (var sum = 0; ;)
        {
            var deleted = await database.WriteAsync(
                (connection, _) => connection.Run(
                    $"DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE id <= $newest{Where(filter)} ORDER BY id LIMIT $step)", [("$newest", newest), ("$step", Step), .. Arguments(filter)]),
                stop).ConfigureAwait(false);
            sum += deleted;
            if (deleted < Step) return sum;
        }
    }

    private static string Where(DeadLetterFilter filter)
    {
        var sql = new StringBuilder();
        if (filter.Reason is not null) sql.Append(" AND reason = $reason");
        if (filter.DeviceId is not null) sql.Append(" AND device_id = $device");
        if (filter.Topic is not null) sql.Append(" AND substr(topic, 1, length($topic)) = $topic");
        if (filter.FromMs is not null) sql.Append(" AND arrival_ms >= $from");
        if (filter.ToMs is not null) sql.Append(" AND arrival_ms < $to");
        return sql.ToString();
    }

    private static (string Name, object? Value)[] Arguments(DeadLetterFilter filter) =>
        [("$reason", filter.Reason ?? ""), ("$device", filter.DeviceId ?? ""), ("$topic", filter.Topic ?? ""), ("$from", filter.FromMs ?? 0), ("$to", filter.ToMs ?? 0)];
}
