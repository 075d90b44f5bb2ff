using Hub.Core.Ports;

namespace Hub.Adapters.Sqlite;

/// <summary>Lane snapshots in SQLite.</summary>
public sealed class SqliteSnapshotStore(HubDatabase database) : ISnapshotStore
{
    /// <inheritdoc/>
    public Task<LaneSnapshot?> LoadAsync(int lane, CancellationToken stop) => database.ReadAsync(
        connection => connection.Rows(
            "SELECT position, fingerprint, decoder, rules FROM lane_snapshots WHERE lane = $lane",
            r => new LaneSnapshot(r.GetInt64(0), r.GetString(1), r.GetFieldValue<byte[]>(2), r.GetFieldValue<byte[]>(3)), ("$lane", lane)).FirstOrDefault(),
        stop);

    /// <inheritdoc/>
    public Task SaveAsync(int lane, LaneSnapshot snapshot, CancellationToken stop) => database.WriteAsync(
        (connection, _) => connection.Run(
            """
            INSERT INTO lane_snapshots (lane, position, fingerprint, decoder, rules) VALUES ($a, $b, $c, $d, $e)
            ON CONFLICT (lane) DO UPDATE SET position = excluded.position, fingerprint = excluded.fingerprint, decoder = excluded.decoder, rules = excluded.rules
            """,
            ("$a", lane), ("$b", snapshot.Position), ("$c", snapshot.RulesFingerprint), ("$d", snapshot.Decoder.ToArray()), ("$e", snapshot.Rules.ToArray())),
        stop);
}
