using System.Buffers.Binary;
using System.Text;

namespace Hub.Adapters.Embedded;

/// <summary>Reads what <see cref="PackedWriter"/> wrote; false at the end and at bytes it cannot read, never an exception.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool IsAtEnd => rest.IsEmpty;

    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }

    public bool TryReadFolded(out long value)
    {
        var read = TryReadVarint(out var folded);
        value = AdaptiveRice.Unfold(folded);
        return read;
    }

    /// <summary>A number, or a text with NaN as its number.</summary>
    public bool TryReadValue(out double value, out string? text)
    {
        value = double.NaN;
        text = null;
        if (rest.IsEmpty) return false;
        var form = rest[0];
        rest = rest[1..];
        switch (form)
        {
            case <= Decimals.MostDecimals:
                if (!TryReadFolded(out var scaled)) return false;
                value = Decimals.Unscale(scaled, form);
                return true;
            case PackedWriter.FormDouble:
                if (rest.Length < 8) return false;
                value = BinaryPrimitives.ReadDoubleLittleEndian(rest);
                rest = rest[8..];
                return true;
            case PackedWriter.FormText:
                if (!TryReadVarint(out var length) || length > (ulong)rest.Length) return false;
                text = Encoding.UTF8.GetString(rest[..(int)length]);
                rest = rest[(int)length..];
                return true;
            default:
                return false;
        }
    }
}
