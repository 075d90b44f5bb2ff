using System.Buffers.Binary;
using System.Numerics;

namespace Hub.Adapters.Embedded;

/// <summary>How the values of a chunk are coded. The numbers are on disk and may only grow.</summary>
internal enum ValueCode : byte
{
    /// <summary>Steps between integers scaled by a power of ten; a value that does not fit is escaped.</summary>
    Decimal = 0,

    /// <summary>XOR with the value before (Gorilla).</summary>
    Xor = 1,

    /// <summary>Index into a dictionary that the chunk spells out as it goes; numbers may stand between texts.</summary>
    Text = 2,
}

/// <summary>The frame around the bits of a chunk: one header byte before, CRC-32C after. See docs/formats/embedded-store.md.</summary>
internal static class ChunkFormat
{
    /// <summary>Bytes around the bits.</summary>
    public const int Overhead = 5;

    /// <summary>Header byte: version 0 in bits 6–7, value code in 4–5, whole seconds in 3, decimals in 0–2.</summary>
    public static byte Header(ValueCode code, bool wholeSeconds, int decimals) =>
        (byte)(((int)code << 4) | (wholeSeconds ? 8 : 0) | decimals);

    /// <summary>Takes a header byte apart; false when it is of a version or code this program does not know.</summary>
    public static bool TryReadHeader(byte header, out ValueCode code, out bool wholeSeconds, out int decimals)
    {
        code = (ValueCode)((header >> 4) & 3);
        wholeSeconds = (header & 8) != 0;
        decimals = header & 7;
        return header >> 6 == 0 && code <= ValueCode.Text && decimals <= Decimals.MostDecimals;
    }

    /// <summary>Writes the checksum into the last four bytes.</summary>
    public static void Sign(Span<byte> chunk) =>
        BinaryPrimitives.WriteUInt32LittleEndian(chunk[^4..], Checksum(chunk[..^4]));

    /// <summary>Whether the bytes are those that were signed.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> chunk) =>
        chunk.Length >= Overhead && BinaryPrimitives.ReadUInt32LittleEndian(chunk[^4..]) == Checksum(chunk[..^4]);

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (var b in data) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
