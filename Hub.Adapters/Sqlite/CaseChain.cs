using System.Text.Json;
using Hub.Cases;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>Recomputes the hash chains of the case record: each case's own, the whole log's, and the case table against both.</summary>
internal static class CaseChain
{
    public static string? Verify(SqliteConnection connection, CancellationToken stop)
    {
        using var transaction = connection.BeginTransaction(deferred: true); // one moment for both tables
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence, case_id, version, kind, at_ms, actor, post, state, data, previous_hash, hash, log_hash FROM case_events ORDER BY sequence";
        using var reader = command.ExecuteReader();
        var newest = new Dictionary<string, (int Version, string Hash)>(StringComparer.Ordinal);
        var (link, expected) = ("", 0L);
        while (reader.Read())
        {
            stop.ThrowIfCancellationRequested();
            var sequence = reader.GetInt64(0);
            if (sequence != ++expected) return $"event {expected} is missing: the log goes on at {sequence}";
            CaseEvent e;
            try
            {
                e = SqliteCaseStore.ReadEvent(reader);
            }
            catch (Exception fault) when (fault is JsonException or ArgumentException)
            {
                return $"event {sequence} of case {reader.GetString(1)} cannot be read: {fault.Message}";
            }

            var (version, hash) = newest.GetValueOrDefault(e.CaseId, (0, ""));
            if (e.Version != version + 1) return $"event {sequence}: case {e.CaseId} goes from version {version} to {e.Version}";
            if (e.PreviousHash != hash) return $"event {sequence} of case {e.CaseId} does not follow the one before: its chain is broken at version {e.Version}";
            if (CaseJson.HashOf(e) != e.Hash) return $"event {sequence} of case {e.CaseId} was changed: its hash does not fit its content";
            link = CaseJson.LogHash(link, sequence, e.Hash);
            if (reader.GetString(11) != link) return $"event {sequence} of case {e.CaseId}: the chain of the whole log is broken here";
            newest[e.CaseId] = (e.Version, e.Hash);
        }

        return VerifyTable(connection, newest, stop);
    }

    private static string? VerifyTable(SqliteConnection connection, Dictionary<string, (int Version, string Hash)> newest, CancellationToken stop)
    {
        var seen = 0;
        foreach (var body in connection.Rows("SELECT body FROM cases", r => r.GetString(0)))
        {
            stop.ThrowIfCancellationRequested();
            var c = CaseJson.ReadCase(body);
            if (!newest.TryGetValue(c.Id, out var last)) return $"case {c.Id} has no events";
            if (last != (c.Version, c.LastHash)) return $"case {c.Id} stands at version {c.Version}, its record at {last.Version}";
            seen++;
        }

        return seen == newest.Count ? null : $"{newest.Count - seen} cases have events but are missing from the case table";
    }
}
