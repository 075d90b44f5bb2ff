using System.Buffers.Binary;
using System.Text;

namespace Hub.Adapters.Embedded;

/// <summary>The points since the last commit, in the order they came, as one blob: what makes a commit cheap.</summary>
/// <remarks>
/// An entry: varint series, varint folded time step to the entry before, one byte form, value. Form 0–6: integer scaled by that
/// power of ten, as folded varint; 7: eight bytes of a double; 8: varint length and UTF-8. Little-endian.
/// </remarks>
internal sealed class TailBatch
{
    private const byte FormDouble = 7;
    private const byte FormText = 8;
    private const int MostEntryBytes = 48;

    private byte[] buffer = new byte[4096];
    private int length;
    private long time;
    private int lastForm;

    public int Length => length;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public void Add(long series, long atMs, double value, string? text)
    {
        var room = MostEntryBytes + (text is null ? 0 : text.Length * 3);
        if (length + room > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + room));
        WriteVarint((ulong)series);
        WriteVarint(AdaptiveRice.Fold(atMs - time));
        time = atMs;
        if (text is not null) WriteText(text);
        else WriteNumber(value);
    }

    public void Clear()
    {
        length = 0;
        time = 0;
    }

    /// <summary>Walks the entries of a blob; stops early at bytes it cannot read.</summary>
    public static void Read(ReadOnlySpan<byte> blob, Action<long, Point> each)
    {
        var time = 0L;
        while (!blob.IsEmpty)
        {
            if (!TryReadVarint(ref blob, out var series) || !TryReadVarint(ref blob, out var step) || blob.IsEmpty) return;
            time += AdaptiveRice.Unfold(step);
            var form = blob[0];
            blob = blob[1..];
            if (!TryReadValue(ref blob, form, out var value, out var text)) return;
            each((long)series, new Point(time, value, text));
        }
    }

    // Neighbours in a batch tend to have few decimals; the form of the last number is tried first, so most cost one try.
    private void WriteNumber(double value)
    {
        if (!Decimals.TryScale(value, lastForm, out var scaled))
        {
            var decimals = Decimals.DecimalsOf(value);
            if (decimals < 0)
            {
                buffer[length++] = FormDouble;
                BinaryPrimitives.WriteDoubleLittleEndian(buffer.AsSpan(length), value);
                length += 8;
                return;
            }

            lastForm = decimals;
            Decimals.TryScale(value, decimals, out scaled);
        }

        buffer[length++] = (byte)lastForm;
        WriteVarint(AdaptiveRice.Fold(scaled));
    }

    private void WriteText(string text)
    {
        buffer[length++] = FormText;
        WriteVarint((ulong)Encoding.UTF8.GetByteCount(text));
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
    }

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) buffer[length++] = (byte)(value | 0x80);
        buffer[length++] = (byte)value;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> blob, out ulong value)
    {
        value = 0;
        for (var i = 0; i < blob.Length && i < 10; i++)
        {
            value |= (ulong)(blob[i] & 0x7F) << (7 * i);
            if (blob[i] >= 0x80) continue;
            blob = blob[(i + 1)..];
            return true;
        }

        return false;
    }

    private static bool TryReadValue(ref ReadOnlySpan<byte> blob, byte form, out double value, out string? text)
    {
        value = double.NaN;
        text = null;
        if (form <= Decimals.MostDecimals)
        {
            if (!TryReadVarint(ref blob, out var folded)) return false;
            value = Decimals.Unscale(AdaptiveRice.Unfold(folded), form);
            return true;
        }

        if (form == FormDouble)
        {
            if (blob.Length < 8) return false;
            value = BinaryPrimitives.ReadDoubleLittleEndian(blob);
            blob = blob[8..];
            return true;
        }

        if (form != FormText || !TryReadVarint(ref blob, out var bytes) || bytes > (ulong)blob.Length) return false;
        text = Encoding.UTF8.GetString(blob[..(int)bytes]);
        blob = blob[(int)bytes..];
        return true;
    }
}
