using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>Rows of the table of dead letters.</summary>
internal static class DeadLetterRows
{
    public const string Columns = "id, lane, position, topic, device_id, arrival_ms, reason, detail, payload, payload_bytes";

    public static void Write(SqliteConnection connection, IReadOnlyList<DeadLetter> letters)
    {
        if (letters.Count == 0) return;
        using var insert = connection.Prepared(
            "INSERT INTO dead_letters (lane, position, topic, device_id, arrival_ms, reason, detail, payload, payload_bytes) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i)",
            "$a", "$b", "$c", "$d", "$e", "$f", "$g", "$h", "$i");
        foreach (var l in letters)
            insert.Set(l.Lane, l.Position, l.Topic, l.DeviceId, l.ArrivalMs, l.Reason, l.Detail, l.Payload.ToArray(), l.PayloadBytes).ExecuteNonQuery();
    }

    public static DeadLetter Read(SqliteDataReader r) => new(
        r.GetInt64(0), r.GetInt32(1), r.GetInt64(2), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetString(6), r.GetString(7), r.GetFieldValue<byte[]>(8), r.GetInt32(9));
}
