using System.Text;

namespace Hub.Adapters.Embedded;

/// <summary>Walks the points of a chunk in the order they were added. The bytes are borrowed.</summary>
/// <remarks>The caller has checked the checksum; bytes that are damaged all the same end the walk early, never with an exception.</remarks>
internal ref struct ChunkDecoder
{
    private readonly ValueCode code;
    private readonly int decimals;
    private readonly long unitMs;
    private BitReader bits;
    private int left;
    private bool first = true;

    private long time;
    private long step;
    private AdaptiveRice times = new(0);
    private AdaptiveRice values = new(8);

    private long scaled;
    private ulong raw;
    private int leading;
    private int meaningful;
    private List<string>? texts;
    private int lastText;

    /// <summary>A walk over so many points of a chunk.</summary>
    public ChunkDecoder(ReadOnlySpan<byte> chunk, int count)
    {
        if (chunk.Length < ChunkFormat.Overhead || !ChunkFormat.TryReadHeader(chunk[0], out code, out var wholeSeconds, out decimals)) return;
        unitMs = wholeSeconds ? 1000 : 1;
        bits = new BitReader(chunk[1..^4]);
        left = count;
    }

    /// <summary>Event time of the current point.</summary>
    public long AtMs { get; private set; }

    /// <summary>Value of the current point; NaN for a text.</summary>
    public double Value { get; private set; }

    /// <summary>Text of the current point; null for a number.</summary>
    public string? Text { get; private set; }

    /// <summary>Goes to the next point; false at the end.</summary>
    public bool MoveNext()
    {
        if (left == 0) return false;
        left--;
        ReadTime();
        switch (code)
        {
            case ValueCode.Decimal: ReadDecimal(); break;
            case ValueCode.Xor: ReadXor(); break;
            default: ReadText(); break;
        }

        first = false;
        if (!bits.Overrun) return true;
        left = 0;
        return false;
    }

    private void ReadTime()
    {
        step += AdaptiveRice.Unfold(times.Read(ref bits, escapes: false, out _));
        time += step;
        if (first) step = 0;
        AtMs = time * unitMs;
    }

    private void ReadDecimal()
    {
        var number = values.Read(ref bits, escapes: true, out var escaped);
        if (escaped)
        {
            Value = BitConverter.UInt64BitsToDouble(number);
            return;
        }

        scaled += AdaptiveRice.Unfold(number);
        Value = Decimals.Unscale(scaled, decimals);
    }

    private void ReadXor()
    {
        if (first) raw = bits.Read(64);
        else if (bits.Read(1) == 1)
        {
            if (bits.Read(1) == 1)
            {
                leading = (int)bits.Read(6);
                meaningful = (int)bits.Read(6) + 1;
            }

            if (meaningful > 0 && leading + meaningful <= 64) raw ^= bits.Read(meaningful) << (64 - leading - meaningful);
        }

        Value = BitConverter.UInt64BitsToDouble(raw);
    }

    private void ReadText()
    {
        texts ??= [];
        var number = values.Read(ref bits, escapes: true, out var escaped);
        if (escaped)
        {
            Value = BitConverter.UInt64BitsToDouble(number);
            Text = null;
            return;
        }

        if (number > 0) lastText = (int)Math.Min(number - 1, int.MaxValue);
        if (lastText >= texts.Count) texts.Add(ReadEntry());
        Value = double.NaN;
        Text = texts[Math.Min(lastText, texts.Count - 1)];
    }

    private string ReadEntry()
    {
        var length = (int)bits.Read(16);
        if (length == 0 || bits.Overrun) return "";
        var utf8 = new byte[length];
        for (var i = 0; i < length && !bits.Overrun; i++) utf8[i] = (byte)bits.Read(8);
        return Encoding.UTF8.GetString(utf8);
    }
}
