using System.Text.Json;
using Hub.Core.Ports;

namespace Hub.Adapters.Sqlite;

/// <summary>Suppressions in SQLite.</summary>
public sealed class SqliteSuppressionStore(HubDatabase database) : ISuppressionStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Suppression>> ListAsync(int limit, CancellationToken stop) => database.ReadAsync<IReadOnlyList<Suppression>>(
        connection => connection.Rows(
            "SELECT body FROM suppressions ORDER BY over_ms DESC, id DESC LIMIT $limit", r => JsonSerializer.Deserialize<Suppression>(r.GetString(0))!, ("$limit", limit)),
        stop);

    /// <inheritdoc/>
    public Task SaveAsync(Suppression suppression, CancellationToken stop) => database.WriteAsync(
        (connection, _) => connection.Run(
            "INSERT INTO suppressions (id, made_ms, over_ms, body) VALUES ($a, $b, $c, $d) ON CONFLICT (id) DO UPDATE SET over_ms = excluded.over_ms, body = excluded.body",
            ("$a", suppression.Id), ("$b", suppression.MadeMs), ("$c", suppression.EndedMs > 0 ? suppression.EndedMs : suppression.ToMs), ("$d", JsonSerializer.Serialize(suppression))),
        stop);
}
