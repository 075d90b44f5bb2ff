using System.Buffers.Binary;

namespace Hub.Ingest;

/// <summary>What a directive orders. The numbers are on disk: only add.</summary>
public enum DirectiveKind : byte
{
    /// <summary>From here on the rules of this fingerprint judge. Body: the fingerprint, lower-case hex.</summary>
    Rules = 1,

    /// <summary>From here on these suppressions are in force and no others. Body: a JSON array of them.</summary>
    Suppressions = 2,
}

/// <summary>
/// A word of the hub to its own lanes, as it stands in every lane: what it changes, it changes at this place of the order, live and in every replay. Little-endian:
/// <code>
///  0  u8   3
///  1  u8   what it orders: see <see cref="DirectiveKind"/>
///  2  i64  time, milliseconds since 1970-01-01 UTC
/// 10  i64  number among the ticks and directives of its lane, from 1, dense
/// 18  body, to the end
/// </code>
/// </summary>
internal static class DirectiveRecord
{
    public const int HeadBytes = 18;

    public static void WriteHead(Span<byte> head, DirectiveKind kind, long atMs, long number)
    {
        head[0] = (byte)RecordKind.Directive;
        head[1] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(head[2..], atMs);
        BinaryPrimitives.WriteInt64LittleEndian(head[10..], number);
    }

    public static bool TryRead(ReadOnlySpan<byte> body, out DirectiveKind kind, out long atMs, out long number)
    {
        kind = default;
        atMs = number = 0;
        if (body.Length < HeadBytes || body[0] != (byte)RecordKind.Directive) return false;
        kind = (DirectiveKind)body[1];
        atMs = BinaryPrimitives.ReadInt64LittleEndian(body[2..]);
        number = BinaryPrimitives.ReadInt64LittleEndian(body[10..]);
        return true;
    }
}
