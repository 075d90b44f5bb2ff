using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Cases;
using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>Accounts, tokens and the hash-chained audit in SQLite.</summary>
public sealed class SqliteAccountStore(HubDatabase database) : IAccountStore
{
    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(string id, CancellationToken stop) => database.ReadAsync(
        connection => connection.Scalar("SELECT body FROM accounts WHERE id = $id", ("$id", id)) is string body ? Read<Account>(body) : null, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken stop) => database.ReadAsync<IReadOnlyList<Account>>(
        connection => connection.Rows("SELECT body FROM accounts ORDER BY id", r => Read<Account>(r.GetString(0))), stop);

    /// <inheritdoc/>
    public Task SaveAccountAsync(Account account, CancellationToken stop) => database.WriteAsync(
        (connection, _) => connection.Run(
            "INSERT INTO accounts (id, body) VALUES ($a, $b) ON CONFLICT (id) DO UPDATE SET body = excluded.body", ("$a", account.Id), ("$b", Write(account))),
        stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken stop) => database.ReadAsync<IReadOnlyList<ApiToken>>(
        connection => connection.Rows("SELECT body FROM tokens ORDER BY created_ms, id", r => Read<ApiToken>(r.GetString(0))), stop);

    /// <inheritdoc/>
    public Task SaveTokenAsync(ApiToken token, CancellationToken stop) => database.WriteAsync(
        (connection, _) => connection.Run(
            "INSERT INTO tokens (id, created_ms, body) VALUES ($a, $b, $c) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            ("$a", token.Id), ("$b", token.CreatedAtMs), ("$c", Write(token))),
        stop);

    /// <inheritdoc/>
    public Task AuditAsync(AuditEntry entry, CancellationToken stop) => database.WriteAsync(
        (connection, _) =>
        {
            var (id, previous) = connection.Rows("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1", r => (r.GetInt64(0), r.GetString(1))) is [var last] ? last : (0, "");
            return connection.Run(
                "INSERT INTO audit (id, at_ms, actor, post, action, subject, detail, previous_hash, hash) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i)",
                ("$a", id + 1), ("$b", entry.AtMs), ("$c", entry.Actor), ("$d", entry.Post), ("$e", entry.Action), ("$f", entry.Subject), ("$g", entry.Detail),
                ("$h", previous), ("$i", HashOf(id + 1, entry, previous)));
        },
        stop);

    /// <summary>Newest audit entries first, at most <paramref name="limit"/>, with number below <paramref name="before"/> when it is not 0.</summary>
    public Task<IReadOnlyList<(long Id, AuditEntry Entry)>> AuditTrailAsync(long before, int limit, CancellationToken stop) => database.ReadAsync<IReadOnlyList<(long, AuditEntry)>>(
        connection => connection.Rows(
            "SELECT id, at_ms, actor, post, action, subject, detail FROM audit WHERE id < $before ORDER BY id DESC LIMIT $limit",
            r => (r.GetInt64(0), ReadEntry(r)), ("$before", before == 0 ? long.MaxValue : before), ("$limit", limit)),
        stop);

    /// <summary>Recomputes the chain of the audit; null when it holds, else what is wrong and where.</summary>
    public Task<string?> VerifyAuditAsync(CancellationToken stop) => database.ReadAsync(
        connection =>
        {
            var (previous, expected) = ("", 0L);
            foreach (var (id, entry, before, hash) in connection.Rows(
                "SELECT id, at_ms, actor, post, action, subject, detail, previous_hash, hash FROM audit ORDER BY id",
                r => (r.GetInt64(0), ReadEntry(r), r.GetString(7), r.GetString(8))))
            {
                if (id != ++expected) return $"audit entry {expected} is missing";
                if (before != previous || hash != HashOf(id, entry, previous)) return $"audit entry {id} was changed or does not follow the one before";
                previous = hash;
            }

            return (string?)null;
        },
        stop);

    private static AuditEntry ReadEntry(SqliteDataReader r) => new(r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6));

    private static string HashOf(long id, AuditEntry e, string previous) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        previous + "|" + id.ToString(CultureInfo.InvariantCulture) + "|" + JsonSerializer.Serialize(e, CaseJson.Options))));

    private static T Read<T>(string body) => JsonSerializer.Deserialize<T>(body, CaseJson.Options)!;

    private static string Write<T>(T item) => JsonSerializer.Serialize(item, CaseJson.Options);
}
