using System.Buffers.Binary;

namespace Hub.Journal;

/// <summary>
/// One record: 20 bytes of header, the body, zeros up to a multiple of four. All little-endian.
/// <code>
///  0  u32  checksum of bytes 4–19, seeded with the segment's salt
///  4  u32  checksum of the body, seeded with the segment's salt
///  8  u32  body length (low 24 bits), lane (high 8 bits)
/// 12  i64  position in the lane (low 63 bits); the highest bit marks the first record of a batch
/// </code>
/// The header has a checksum of its own, so a damaged body costs one record and not the way to the next.
/// A batch is written only when the one before is flushed: damage before a batch's first record is damage, behind the last such record
/// it may be no more than an unfinished write.
/// </summary>
internal static class RecordFormat
{
    public const int HeaderBytes = 20;
    public const int Alignment = 4;
    public const int MaxBodyBytes = (1 << 24) - 1;
    private const long BatchStart = long.MinValue;

    /// <summary>Bytes a record takes on disk.</summary>
    public static int SizeOf(int bodyLength) => (HeaderBytes + bodyLength + Alignment - 1) & ~(Alignment - 1);

    /// <summary>Writes length, lane and position; the checksums come with <see cref="Seal"/>, outside the append lock.</summary>
    public static void Begin(Span<byte> record, int lane, long position, int bodyLength, bool startsBatch)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], ((uint)lane << 24) | (uint)bodyLength);
        BinaryPrimitives.WriteInt64LittleEndian(record[12..], startsBatch ? position | BatchStart : position);
        record[(HeaderBytes + bodyLength)..SizeOf(bodyLength)].Clear();
    }

    /// <summary>Writes the checksums of every record in a batch.</summary>
    public static void Seal(Span<byte> batch, uint salt)
    {
        while (!batch.IsEmpty)
        {
            var length = (int)(BinaryPrimitives.ReadUInt32LittleEndian(batch[8..]) & MaxBodyBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(batch[4..], Crc32C.Compute(salt, batch.Slice(HeaderBytes, length)));
            BinaryPrimitives.WriteUInt32LittleEndian(batch, Crc32C.Compute(salt, batch[4..HeaderBytes]));
            batch = batch[SizeOf(length)..];
        }
    }

    /// <summary>Reads the numbers of a header that is known to be sound.</summary>
    public static void Peek(ReadOnlySpan<byte> record, out int lane, out long position, out int size)
    {
        var packed = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]);
        lane = (int)(packed >> 24);
        position = BinaryPrimitives.ReadInt64LittleEndian(record[12..]) & ~BatchStart;
        size = SizeOf((int)(packed & MaxBodyBytes));
    }

    /// <summary>Reads a header.</summary>
    /// <returns>False when its checksum or its lane is wrong: these are not the first bytes of a record.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> record, uint salt, int lanes, out RecordHeader header)
    {
        header = default;
        if (record.Length < HeaderBytes) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Crc32C.Compute(salt, record[4..HeaderBytes])) return false;
        var packed = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]);
        var marked = BinaryPrimitives.ReadInt64LittleEndian(record[12..]);
        var position = marked & ~BatchStart;
        if (packed >> 24 >= (uint)lanes || position < 1) return false;
        header = new RecordHeader((int)(packed >> 24), position, (int)(packed & MaxBodyBytes), BinaryPrimitives.ReadUInt32LittleEndian(record[4..]), marked < 0);
        return true;
    }
}

/// <summary>A header whose checksum held.</summary>
internal readonly record struct RecordHeader(int Lane, long Position, int BodyLength, uint BodyChecksum, bool StartsBatch)
{
    /// <summary>Bytes of the whole record with its padding.</summary>
    public int Size => RecordFormat.SizeOf(BodyLength);

    /// <summary>Whether the body is what was written.</summary>
    public bool Matches(ReadOnlySpan<byte> body, uint salt) => Crc32C.Compute(salt, body) == BodyChecksum;
}
