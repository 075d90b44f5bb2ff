using System.Text.Unicode;

namespace Hub.Adapters.Embedded;

/// <summary>The open chunk of one series: codes each point as it comes, so that memory holds bytes and not points.</summary>
/// <remarks>
/// Points are kept in the order of arrival; a late one costs a longer time step and <see cref="IsSorted"/>.
/// Starts with the cheapest code for the first point. When more than one point in eight does not fit,
/// the chunk is coded again: with more decimals, else by XOR. No allocation but for buffers that grow.
/// </remarks>
internal sealed class ChunkEncoder
{
    /// <summary>Most points in a chunk: about an hour and a half of a device that speaks every five seconds.</summary>
    public const int MostPoints = 1024;

    /// <summary>Most bytes, so that two chunks share a database page even when values are noise.</summary>
    public const int MostBytes = 3900;

    /// <summary>Most distinct texts.</summary>
    public const int MostTexts = 256;

    /// <summary>Longest text that is kept, in UTF-8 bytes; the rest is cut.</summary>
    public const int MostTextBytes = 1024;

    private BitWriter bits = new();
    private ValueCode code;
    private bool wholeSeconds;
    private int decimals;
    private int misfits;

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

    /// <summary>Points in the chunk.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the points came in the order of time.</summary>
    public bool IsSorted { get; private set; }

    /// <summary>What the points amount to.</summary>
    public ChunkStats Stats;

    /// <summary>Whether the next point belongs into a new chunk.</summary>
    public bool IsFull => Count >= MostPoints || bits.ByteLength >= MostBytes || texts?.Count >= MostTexts;

    /// <summary>Bytes that <see cref="ToBytes"/> gives.</summary>
    public int ByteLength => bits.ByteLength + ChunkFormat.Overhead;

    /// <summary>Adds a point; a text when <paramref name="text"/> is not null.</summary>
    public void Add(long atMs, double value, string? text)
    {
        if (Count == 0) Begin(atMs, value, text);
        else Prepare(atMs, value, text);

        WriteTime(atMs);
        switch (code)
        {
            case ValueCode.Decimal: WriteDecimal(value); break;
            case ValueCode.Xor: WriteXor(value); break;
            default: WriteText(value, text); break;
        }

        IsSorted &= Count == 0 || atMs >= Stats.ToMs;
        Stats.Add(Count, atMs, value, text);
        Count++;
    }

    /// <summary>Whether a point can join without the chunk changing its code for good; only a text in a chunk of numbers cannot.</summary>
    public bool Accepts(string? text) => text is null || Count == 0 || code == ValueCode.Text;

    /// <summary>The chunk as bytes, complete and signed.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        bytes[0] = ChunkFormat.Header(code, wholeSeconds, decimals);
        bits.CopyTo(bytes.AsSpan(1));
        ChunkFormat.Sign(bytes);
        return bytes;
    }

    /// <summary>Empties the chunk.</summary>
    public void Reset()
    {
        ResetCode();
        Count = 0;
        Stats = default;
    }

    /// <summary>Puts the points into the order of time; points of one instant stay in the order of arrival.</summary>
    public void Sort()
    {
        if (IsSorted) return;
        var points = Points();
        var order = new (long AtMs, int Index)[points.Length];
        for (var i = 0; i < points.Length; i++) order[i] = (points[i].AtMs, i);
        Array.Sort(order);
        Reset();
        foreach (var (_, index) in order) Add(points[index].AtMs, points[index].Value, points[index].Text);
    }

    private Point[] Points()
    {
        var points = new Point[Count];
        var decoder = new ChunkDecoder(ToBytes(), Count);
        for (var i = 0; decoder.MoveNext(); i++) points[i] = new Point(decoder.AtMs, decoder.Value, decoder.Text);
        return points;
    }

    private void ResetCode()
    {
        bits.Reset();
        time = step = scaled = 0;
        raw = 0;
        misfits = leading = meaningful = lastText = 0;
        times = new AdaptiveRice(0);
        values = new AdaptiveRice(8);
        texts?.Clear();
        IsSorted = true;
    }

    private void Begin(long atMs, double value, string? text)
    {
        ResetCode();
        wholeSeconds = atMs % 1000 == 0;
        decimals = text is null ? Math.Max(Decimals.DecimalsOf(value), 0) : 0;
        code = text is null ? ValueCode.Decimal : ValueCode.Text;
    }

    private void Prepare(long atMs, double value, string? text)
    {
        if (wholeSeconds && atMs % 1000 != 0) Recode(code, seconds: false, decimals);
        if (text is not null && code != ValueCode.Text) Recode(ValueCode.Text, wholeSeconds, 0);
        if (code != ValueCode.Decimal || Decimals.TryScale(value, decimals, out _)) return;

        if ((misfits + 1) * 8 <= Count + 1) return;
        var needed = Decimals.DecimalsOf(value, decimals);
        if (needed >= 0) Recode(ValueCode.Decimal, wholeSeconds, needed);
        if (needed < 0 || misfits * 8 > Count) Recode(ValueCode.Xor, wholeSeconds, 0);
    }

    private void Recode(ValueCode newCode, bool seconds, int newDecimals)
    {
        var points = Points();
        var sorted = IsSorted;
        ResetCode();
        IsSorted = sorted;
        code = newCode;
        wholeSeconds = seconds;
        decimals = newDecimals;
        Count = 0;
        foreach (var point in points)
        {
            WriteTime(point.AtMs);
            if (code == ValueCode.Decimal) WriteDecimal(point.Value);
            else if (code == ValueCode.Xor) WriteXor(point.Value);
            else WriteText(point.Value, point.Text);
            Count++;
        }
    }

    private void WriteTime(long atMs)
    {
        var now = wholeSeconds ? atMs / 1000 : atMs;
        var newStep = now - time;
        times.Write(ref bits, AdaptiveRice.Fold(newStep - step));
        time = now;
        step = Count == 0 ? 0 : newStep;
    }

    private void WriteDecimal(double value)
    {
        if (Decimals.TryScale(value, decimals, out var now))
        {
            values.Write(ref bits, AdaptiveRice.Fold(now - scaled));
            scaled = now;
            return;
        }

        misfits++;
        AdaptiveRice.WriteEscape(ref bits, BitConverter.DoubleToUInt64Bits(value));
    }

    private void WriteXor(double value)
    {
        var now = BitConverter.DoubleToUInt64Bits(value);
        var changed = now ^ raw;
        raw = now;
        if (Count == 0)
        {
            bits.Write(now, 64);
            return;
        }

        if (changed == 0)
        {
            bits.Write(0, 1);
            return;
        }

        var zerosBefore = System.Numerics.BitOperations.LeadingZeroCount(changed);
        var zerosAfter = System.Numerics.BitOperations.TrailingZeroCount(changed);
        if (meaningful > 0 && zerosBefore >= leading && zerosAfter >= 64 - leading - meaningful)
        {
            bits.Write(0b10, 2);
        }
        else
        {
            leading = zerosBefore;
            meaningful = 64 - zerosBefore - zerosAfter;
            bits.Write((0b11UL << 12) | ((ulong)leading << 6) | (uint)(meaningful - 1), 14);
        }

        bits.Write(changed >> (64 - leading - meaningful), meaningful);
    }

    private void WriteText(double value, string? text)
    {
        if (text is null)
        {
            AdaptiveRice.WriteEscape(ref bits, BitConverter.DoubleToUInt64Bits(value));
            return;
        }

        texts ??= [];
        var index = texts.IndexOf(text);
        var isNew = index < 0;
        if (isNew) index = texts.Count;
        values.Write(ref bits, index == lastText && !isNew ? 0 : (ulong)index + 1);
        lastText = index;
        if (isNew) WriteEntry(text);
    }

    private void WriteEntry(string text)
    {
        texts!.Add(text);
        Span<byte> utf8 = stackalloc byte[MostTextBytes];
        Utf8.FromUtf16(text, utf8, out _, out var length);
        bits.Write((uint)length, 16);
        foreach (var b in utf8[..length]) bits.Write(b, 8);
    }
}
