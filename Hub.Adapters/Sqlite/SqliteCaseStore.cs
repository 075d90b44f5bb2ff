using System.Globalization;
using System.Text;
using System.Text.Json;
using Hub.Cases;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>Cases, their events, alerts and lanes in SQLite.</summary>
public sealed class SqliteCaseStore(HubDatabase database) : ICaseStore
{
    private const string EventColumns = "sequence, case_id, version, kind, at_ms, actor, post, state, data, previous_hash, hash";

    /// <inheritdoc/>
    public Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop) =>
        database.WriteAsync((connection, _) => CaseWriter.Write(connection, commit), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LaneProgress>> LoadLanesAsync(CancellationToken stop) => database.ReadAsync<IReadOnlyList<LaneProgress>>(
        connection => connection.Rows(
            "SELECT lane, position, clock_ms, messages, decoded, dead_lettered, duplicates, late, readings FROM lanes ORDER BY lane",
            r => new LaneProgress(r.GetInt32(0), r.GetInt64(1), r.GetInt64(2), new LaneCounts(r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8)))),
        stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GridCase>> LoadActiveAsync(long closedSinceMs, CancellationToken stop) => database.ReadAsync<IReadOnlyList<GridCase>>(
        connection => connection.Rows("SELECT body FROM cases WHERE is_open = 1 OR closed_ms >= $since ORDER BY opened_ms, id", r => CaseJson.ReadCase(r.GetString(0)), ("$since", closedSinceMs)), stop);

    /// <inheritdoc/>
    public Task<GridCase?> FindAsync(string caseId, CancellationToken stop) => database.ReadAsync(
        connection => connection.Scalar("SELECT body FROM cases WHERE id = $id", ("$id", caseId)) is string body ? CaseJson.ReadCase(body) : null, stop);

    /// <inheritdoc/>
    public Task<(IReadOnlyList<GridCase> Items, string? Next)> ListAsync(CaseQuery query, CancellationToken stop) =>
        database.ReadAsync(connection => CaseQueries.List(connection, query), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CaseEvent>> EventsOfAsync(string caseId, CancellationToken stop) => database.ReadAsync<IReadOnlyList<CaseEvent>>(
        connection => connection.Rows($"SELECT {EventColumns} FROM case_events WHERE case_id = $id ORDER BY version", ReadEvent, ("$id", caseId)), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CaseEvent>> EventsAfterAsync(long sequence, int limit, CancellationToken stop) => database.ReadAsync<IReadOnlyList<CaseEvent>>(
        connection => connection.Rows($"SELECT {EventColumns} FROM case_events WHERE sequence > $after ORDER BY sequence LIMIT $limit", ReadEvent, ("$after", sequence), ("$limit", limit)), stop);

    /// <inheritdoc/>
    public Task<long> LastSequenceAsync(CancellationToken stop) => database.ReadAsync(
        connection => Convert.ToInt64(connection.Scalar("SELECT COALESCE(MAX(sequence), 0) FROM case_events"), CultureInfo.InvariantCulture), stop);

    /// <inheritdoc/>
    public Task<(IReadOnlyList<FiledAlert> Items, string? Next)> AlertsAsync(string? type, string? rule, string? cursor, int limit, CancellationToken stop)
    {
        var before = cursor is null ? long.MaxValue
            : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : throw new FormatException($"cursor '{cursor}' was not made by this list; leave it out to begin again");
        return database.ReadAsync<(IReadOnlyList<FiledAlert>, string?)>(
            connection =>
            {
                var sql = new StringBuilder("SELECT id, body, fate, case_id FROM alerts WHERE id < $before");
                if (type is not null) sql.Append(" AND type = $type");
                if (rule is not null) sql.Append(" AND rule = $rule");
                sql.Append(" ORDER BY id DESC LIMIT $limit");
                var rows = connection.Rows(
                    sql.ToString(), r => (Id: r.GetInt64(0), Alert: ReadAlert(r, 1)), ("$before", before), ("$type", type ?? ""), ("$rule", rule ?? ""), ("$limit", limit));
                var next = rows.Count == limit && rows.Count > 0 ? rows[^1].Id.ToString(CultureInfo.InvariantCulture) : null;
                return ([.. rows.Select(r => r.Alert)], next);
            },
            stop);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FiledAlert>> AlertsOfAsync(string caseId, int limit, CancellationToken stop) => database.ReadAsync<IReadOnlyList<FiledAlert>>(
        connection => connection.Rows("SELECT body, fate, case_id FROM alerts WHERE case_id = $id ORDER BY id LIMIT $limit", r => ReadAlert(r, 0), ("$id", caseId), ("$limit", limit)), stop);

    /// <inheritdoc/>
    public Task<string?> VerifyChainAsync(CancellationToken stop) => database.ReadAsync(connection => CaseChain.Verify(connection, stop), stop);

    internal static CaseEvent ReadEvent(SqliteDataReader r) => new()
    {
        Sequence = r.GetInt64(0), CaseId = r.GetString(1), Version = r.GetInt32(2), Kind = r.GetString(3), AtMs = r.GetInt64(4), Actor = r.GetString(5), Post = r.GetString(6),
        State = Enum.Parse<CaseState>(r.GetString(7)), Data = CaseJson.ReadData(r.GetString(8)), PreviousHash = r.GetString(9), Hash = r.GetString(10),
    };

    private static FiledAlert ReadAlert(SqliteDataReader r, int at) =>
        new(JsonSerializer.Deserialize<Alert>(r.GetString(at), CaseJson.Options)!, r.GetString(at + 1), r.GetString(at + 2));
}
