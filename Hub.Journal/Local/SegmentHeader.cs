using System.Buffers.Binary;

namespace Hub.Journal;

/// <summary>
/// What stands at the head of a segment, twice (at 0 and at 4096), so that one bad block does not cost the whole file. Little-endian.
/// <code>
///   0  u64  "HUBJRNL1"
///   8  u16  version, 1
///  10  u16  number of lanes
///  12  u32  salt of all checksums in this file
///  16  i64  number of the segment, from 1, without gaps
///  24  i64  made at, milliseconds since 1970-01-01 UTC
///  32  i64  bytes of the segment before that count: what lies behind them was never committed; 0 for the first
///  40  i64  × lanes: the position the next record of the lane will have
///   …  u32  checksum of all before
/// </code>
/// </summary>
internal sealed record SegmentHeader(uint Salt, long Number, long CreatedMs, long PreviousEnd, long[] NextPositions)
{
    public const int CopyBytes = 4096;
    public const int Bytes = 2 * CopyBytes;
    private const ulong Magic = 0x314C_4E52_4A42_5548; // "HUBJRNL1"
    private const ushort Version = 1;
    private const int FixedBytes = 40;

    public static string NameOf(long number) => $"{number:D10}.journal";

    /// <summary>The number in a segment's file name; 0 when it is no segment.</summary>
    public static long NumberOf(string name) =>
        name.Length == 18 && name.EndsWith(".journal", StringComparison.Ordinal) && long.TryParse(name.AsSpan(0, 10), out var n) ? n : 0;

    public void Write(IDiskFile file)
    {
        Span<byte> both = new byte[Bytes];
        var copy = both[..CopyBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(copy, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(copy[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(copy[10..], (ushort)NextPositions.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(copy[12..], Salt);
        BinaryPrimitives.WriteInt64LittleEndian(copy[16..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(copy[24..], CreatedMs);
        BinaryPrimitives.WriteInt64LittleEndian(copy[32..], PreviousEnd);
        var end = FixedBytes;
        foreach (var position in NextPositions)
        {
            BinaryPrimitives.WriteInt64LittleEndian(copy[end..], position);
            end += sizeof(long);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(copy[end..], Crc32C.Compute(0, copy[..end]));
        copy.CopyTo(both[CopyBytes..]);
        file.Write(both, 0);
        file.Flush();
    }

    /// <returns>Null when neither copy is sound.</returns>
    /// <exception cref="JournalException">A sound header of a version this program does not know.</exception>
    public static SegmentHeader? Read(IDiskFile file)
    {
        var both = new byte[Bytes];
        file.Read(both, 0);
        return Parse(both.AsSpan(0, CopyBytes)) ?? Parse(both.AsSpan(CopyBytes));
    }

    private static SegmentHeader? Parse(ReadOnlySpan<byte> copy)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(copy) != Magic) return null;
        var lanes = BinaryPrimitives.ReadUInt16LittleEndian(copy[10..]);
        if (lanes is 0 or > 256) return null;
        var end = FixedBytes + (lanes * sizeof(long));
        if (BinaryPrimitives.ReadUInt32LittleEndian(copy[end..]) != Crc32C.Compute(0, copy[..end])) return null;
        var version = BinaryPrimitives.ReadUInt16LittleEndian(copy[8..]);
        if (version != Version) throw new JournalException($"The journal is of format version {version}; this program reads version {Version}. Use the program that wrote it, or a newer one.");
        var next = new long[lanes];
        for (var i = 0; i < lanes; i++) next[i] = BinaryPrimitives.ReadInt64LittleEndian(copy[(FixedBytes + (i * sizeof(long)))..]);
        return new SegmentHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(copy[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(copy[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(copy[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(copy[32..]),
            next);
    }
}
