using System.Buffers.Binary;
using System.Numerics;

namespace Hub.Journal;

/// <summary>CRC-32C (Castagnoli), eight bytes a step by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of the bytes, begun from a seed so that foreign bytes do not pass by chance or by design.</summary>
    public static uint Compute(uint seed, ReadOnlySpan<byte> bytes)
    {
        var crc = ~seed;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
