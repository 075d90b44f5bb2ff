using System.Text;
using Hub.Core.Ports;

namespace Hub.Adapters.Sqlite;

/// <summary>Dead letters in SQLite. They are added by the case store's commit.</summary>
public sealed class SqliteDeadLetterStore(HubDatabase database) : IDeadLetterStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ListAsync(string? reason, string? deviceId, long before, int limit, CancellationToken stop) => database.ReadAsync<IReadOnlyList<DeadLetter>>(
        connection =>
        {
            var sql = new StringBuilder($"SELECT {DeadLetterRows.Columns} FROM dead_letters WHERE id < $before");
            if (reason is not null) sql.Append(" AND reason = $reason");
            if (deviceId is not null) sql.Append(" AND device_id = $device");
            sql.Append(" ORDER BY id DESC LIMIT $limit");
            return connection.Rows(
                sql.ToString(), DeadLetterRows.Read,
                ("$before", before == 0 ? long.MaxValue : before), ("$reason", reason ?? ""), ("$device", deviceId ?? ""), ("$limit", limit));
        },
        stop);

    /// <inheritdoc/>
    public Task<DeadLetter?> FindAsync(long id, CancellationToken stop) => database.ReadAsync(
        connection => connection.Rows($"SELECT {DeadLetterRows.Columns} FROM dead_letters WHERE id = $id", DeadLetterRows.Read, ("$id", id)).FirstOrDefault(), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken stop) => database.ReadAsync<IReadOnlyDictionary<string, long>>(
        connection => connection.Rows("SELECT reason, COUNT(*) FROM dead_letters GROUP BY reason", r => (r.GetString(0), r.GetInt64(1))).ToDictionary(r => r.Item1, r => r.Item2), stop);

    /// <inheritdoc/>
    public Task<int> DeleteAsync(IReadOnlyCollection<long> ids, CancellationToken stop) => database.WriteAsync(
        (connection, _) =>
        {
            using var delete = connection.Prepared("DELETE FROM dead_letters WHERE id = $id", "$id");
            return ids.Sum(id => delete.Set(id).ExecuteNonQuery());
        },
        stop);
}
