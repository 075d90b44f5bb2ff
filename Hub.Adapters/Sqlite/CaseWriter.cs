using System.Text.Json;
using Hub.Cases;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>Writes one commit of the case desk; the caller holds the transaction.</summary>
internal static class CaseWriter
{
    public static IReadOnlyList<CaseEvent> Write(SqliteConnection connection, CaseCommit commit)
    {
        var events = WriteEvents(connection, commit.Events);
        WriteCases(connection, commit.Cases);
        WriteAlerts(connection, commit.Alerts);
        DeadLetterRows.Write(connection, commit.DeadLetters);
        if (commit.Lane is { } lane) WriteLane(connection, lane);
        return events;
    }

    private static List<CaseEvent> WriteEvents(SqliteConnection connection, IReadOnlyList<CaseEvent> events)
    {
        var numbered = new List<CaseEvent>(events.Count);
        if (events.Count == 0) return numbered;
        var (sequence, link) = connection.Rows("SELECT sequence, log_hash FROM case_events ORDER BY sequence DESC LIMIT 1", r => (r.GetInt64(0), r.GetString(1))) is [var last] ? last : (0, "");
        using var insert = connection.Prepared(
            "INSERT INTO case_events (sequence, case_id, version, kind, at_ms, actor, post, state, data, previous_hash, hash, log_hash) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i, $j, $k, $l)",
            "$a", "$b", "$c", "$d", "$e", "$f", "$g", "$h", "$i", "$j", "$k", "$l");
        foreach (var e in events)
        {
            link = CaseJson.LogHash(link, ++sequence, e.Hash);
            insert.Set(sequence, e.CaseId, e.Version, e.Kind, e.AtMs, e.Actor, e.Post, e.State.ToString(), CaseJson.Write(e.Data), e.PreviousHash, e.Hash, link).ExecuteNonQuery();
            numbered.Add(e with { Sequence = sequence });
        }

        return numbered;
    }

    private static void WriteCases(SqliteConnection connection, IReadOnlyList<GridCase> cases)
    {
        if (cases.Count == 0) return;
        using var upsert = connection.Prepared(
            """
            INSERT INTO cases (id, type, severity, state, is_open, place_id, grids, opened_ms, closed_ms, sim, restricted, words, body)
            VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i, $j, $k, $l, $m)
            ON CONFLICT (id) DO UPDATE SET type = excluded.type, severity = excluded.severity, state = excluded.state, is_open = excluded.is_open, place_id = excluded.place_id,
              grids = excluded.grids, closed_ms = excluded.closed_ms, sim = excluded.sim, restricted = excluded.restricted, words = excluded.words, body = excluded.body
            """,
            "$a", "$b", "$c", "$d", "$e", "$f", "$g", "$h", "$i", "$j", "$k", "$l", "$m");
        foreach (var c in cases)
        {
            var grids = "|" + string.Join('|', c.GridChain.Append(c.GridCode).Concat(c.DedicatedGrids).Where(g => g.Length > 0).Distinct()) + "|";
            var words = string.Join('\n', c.Id, c.Title.Zh, c.Title.En, c.PlaceTitle.Zh, c.PlaceTitle.En).ToLowerInvariant();
            upsert.Set(
                c.Id, c.Type, (int)c.Severity, c.State.ToString(), c.IsOpen ? 1 : 0, c.PlaceId, grids, c.OpenedAtMs, c.ClosedAtMs, c.Sim ? 1 : 0, c.Restricted ? 1 : 0, words,
                CaseJson.Write(c)).ExecuteNonQuery();
        }
    }

    private static void WriteAlerts(SqliteConnection connection, IReadOnlyList<FiledAlert> alerts)
    {
        if (alerts.Count == 0) return;
        using var insert = connection.Prepared(
            "INSERT INTO alerts (lane, position, ordinal, type, rule, arrival_ms, fate, case_id, body) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i)",
            "$a", "$b", "$c", "$d", "$e", "$f", "$g", "$h", "$i");
        foreach (var (alert, fate, caseId) in alerts)
            insert.Set(alert.Lane, alert.Position, alert.Ordinal, alert.Type, alert.Rule, alert.ArrivalMs, fate, caseId, JsonSerializer.Serialize(alert, CaseJson.Options)).ExecuteNonQuery();
    }

    private static void WriteLane(SqliteConnection connection, LaneProgress lane) => connection.Run(
        """
        INSERT INTO lanes (lane, position, clock_ms, messages, decoded, dead_lettered, duplicates, late, readings) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i)
        ON CONFLICT (lane) DO UPDATE SET position = excluded.position, clock_ms = excluded.clock_ms, messages = excluded.messages, decoded = excluded.decoded,
          dead_lettered = excluded.dead_lettered, duplicates = excluded.duplicates, late = excluded.late, readings = excluded.readings
        """,
        ("$a", lane.Lane), ("$b", lane.Position), ("$c", lane.ClockMs), ("$d", lane.Counts.Messages), ("$e", lane.Counts.Decoded), ("$f", lane.Counts.DeadLettered),
        ("$g", lane.Counts.Duplicates), ("$h", lane.Counts.Late), ("$i", lane.Counts.Readings));
}
