using System.Buffers.Binary;

namespace Hub.Ingest;

/// <summary>
/// One tick of the clock as it stands in every lane, with the door's counters at that moment. Little-endian:
/// <code>
///  0  u8   2
///  1  u8   number of reject counters
///  2  i64  time, milliseconds since 1970-01-01 UTC
/// 10  i64  number among the ticks and directives of its lane, from 1, dense
/// 18  i64  messages received at the door, over all lanes and all time
/// 26  i64  unclaimed
/// 34  i64  journalled
/// 42  i64  × reject counters, in the order of <see cref="RejectReason"/>
/// </code>
/// </summary>
internal static class TickRecord
{
    public const int MaxBytes = 42 + (8 * RejectReasons.Count);
    private const int FixedBytes = 42;

    public static int Write(Span<byte> body, long tickMs, long number, FrontTotals totals)
    {
        body[0] = (byte)RecordKind.Tick;
        body[1] = RejectReasons.Count;
        BinaryPrimitives.WriteInt64LittleEndian(body[2..], tickMs);
        BinaryPrimitives.WriteInt64LittleEndian(body[10..], number);
        BinaryPrimitives.WriteInt64LittleEndian(body[18..], totals.Received);
        BinaryPrimitives.WriteInt64LittleEndian(body[26..], totals.Unclaimed);
        BinaryPrimitives.WriteInt64LittleEndian(body[34..], totals.Journalled);
        for (var i = 0; i < RejectReasons.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(body[(FixedBytes + (8 * i))..], totals.Rejected[i]);
        return MaxBytes;
    }

    public static bool TryRead(ReadOnlySpan<byte> body, out long tickMs, out long number)
    {
        tickMs = number = 0;
        if (body.Length < FixedBytes || body[0] != (byte)RecordKind.Tick) return false;
        tickMs = BinaryPrimitives.ReadInt64LittleEndian(body[2..]);
        number = BinaryPrimitives.ReadInt64LittleEndian(body[10..]);
        return true;
    }

    public static FrontTotals ReadTotals(ReadOnlySpan<byte> body)
    {
        var rejected = new long[RejectReasons.Count];
        var stored = Math.Min(body[1], (body.Length - FixedBytes) / 8);
        for (var i = 0; i < Math.Min(stored, rejected.Length); i++) rejected[i] = BinaryPrimitives.ReadInt64LittleEndian(body[(FixedBytes + (8 * i))..]);
        return new FrontTotals(
            BinaryPrimitives.ReadInt64LittleEndian(body[18..]),
            BinaryPrimitives.ReadInt64LittleEndian(body[26..]),
            BinaryPrimitives.ReadInt64LittleEndian(body[34..]),
            rejected);
    }
}
