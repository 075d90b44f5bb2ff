using System.Buffers.Binary;
using System.Numerics;

namespace Hub.Adapters.Embedded;

/// <summary>Reads what <see cref="BitWriter"/> wrote. Past the end it reads zeros and says so in <see cref="Overrun"/>.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> data = data;
    private long position;

    /// <summary>More was read than was there: the bytes are damaged.</summary>
    public readonly bool Overrun => position > data.Length * 8L;

    /// <summary>Reads 1 to 64 bits.</summary>
    public ulong Read(int count)
    {
        var value = Peek() >> (64 - count);
        position += count;
        return value;
    }

    /// <summary>Reads ones up to a limit and the zero after them; at the limit there is no zero to read.</summary>
    public int ReadOnes(int limit)
    {
        var ones = BitOperations.LeadingZeroCount(~Peek());
        if (ones >= limit)
        {
            position += limit;
            return limit;
        }

        position += ones + 1;
        return ones;
    }

    private readonly ulong Peek()
    {
        var at = (int)Math.Min(position >> 3, data.Length);
        var shift = (int)(position & 7);
        if (data.Length - at >= 9)
        {
            var word = BinaryPrimitives.ReadUInt64BigEndian(data[at..]) << shift;
            return shift == 0 ? word : word | (uint)(data[at + 8] >> (8 - shift));
        }

        ulong near = 0;
        for (var i = 0; i < 8; i++) near = (near << 8) | (at + i < data.Length ? data[at + i] : 0u);
        near <<= shift;
        return shift == 0 || at + 8 >= data.Length ? near : near | (uint)(data[at + 8] >> (8 - shift));
    }
}
