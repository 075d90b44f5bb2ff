namespace Hub.Adapters.Embedded;

/// <summary>The points since the last commit, in the order they came, as one blob: what makes a commit cheap.</summary>
/// <remarks>An entry: varint series, folded time step to the entry before, value; see <see cref="PackedWriter"/>.</remarks>
internal sealed class TailBatch
{
    private readonly PackedWriter packed = new();
    private long time;

    public int Length => packed.Length;

    public ReadOnlySpan<byte> Bytes => packed.Bytes;

    public void Add(long series, long atMs, double value, string? text)
    {
        packed.WriteVarint((ulong)series);
        packed.WriteFolded(atMs - time);
        time = atMs;
        if (text is not null) packed.WriteText(text);
        else packed.WriteNumber(value);
    }

    public void Clear()
    {
        packed.Clear();
        time = 0;
    }

    /// <summary>Walks the entries of a blob; stops early at bytes it cannot read.</summary>
    public static void Read(ReadOnlySpan<byte> blob, Action<long, Point> each)
    {
        var reader = new PackedReader(blob);
        var time = 0L;
        while (reader.TryReadVarint(out var series) && reader.TryReadFolded(out var step) && reader.TryReadValue(out var value, out var text))
            each((long)series, new Point(time += step, value, text));
    }
}
