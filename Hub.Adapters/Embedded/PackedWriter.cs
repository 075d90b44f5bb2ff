using System.Buffers.Binary;
using System.Text;

namespace Hub.Adapters.Embedded;

/// <summary>Byte-aligned numbers and texts for what is written once and read once: the tail and the roll-ups.</summary>
/// <remarks>
/// A value is one byte form and its body. Form 0–6: an integer scaled by that power of ten, as folded varint;
/// 7: eight bytes of a double; 8: varint length and UTF-8. Little-endian throughout.
/// </remarks>
internal sealed class PackedWriter
{
    internal const byte FormDouble = 7;
    internal const byte FormText = 8;
    private const int MostNumberBytes = 11;

    private byte[] buffer = new byte[1024];
    private int lastDecimals;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void WriteVarint(ulong value)
    {
        Ensure(MostNumberBytes);
        for (; value >= 0x80; value >>= 7) buffer[Length++] = (byte)(value | 0x80);
        buffer[Length++] = (byte)value;
    }

    public void WriteFolded(long value) => WriteVarint(AdaptiveRice.Fold(value));

    // Neighbours tend to have the same decimals; those of the last number are tried first, so most cost one try.
    public void WriteNumber(double value)
    {
        if (!Decimals.TryScale(value, lastDecimals, out var scaled))
        {
            var decimals = Decimals.DecimalsOf(value);
            if (decimals < 0)
            {
                WriteDouble(value);
                return;
            }

            lastDecimals = decimals;
            Decimals.TryScale(value, decimals, out scaled);
        }

        Ensure(1);
        buffer[Length++] = (byte)lastDecimals;
        WriteFolded(scaled);
    }

    public void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Ensure(1);
        buffer[Length++] = FormText;
        WriteVarint((ulong)length);
        Ensure(length);
        Length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(Length));
    }

    private void WriteDouble(double value)
    {
        Ensure(9);
        buffer[Length++] = FormDouble;
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.AsSpan(Length), value);
        Length += 8;
    }

    private void Ensure(int room)
    {
        if (Length + room > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + room));
    }
}
