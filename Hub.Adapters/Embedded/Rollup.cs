using Hub.Adapters.Readings;

namespace Hub.Adapters.Embedded;

/// <summary>What is kept of an hour when its points are old enough to go.</summary>
/// <param name="FromMs">Start of the hour.</param>
/// <param name="Count">Points in it; parts of one hour from several chunks add up.</param>
/// <param name="Numbers">Of these, numbers other than NaN.</param>
/// <param name="Sum">Sum of the numbers.</param>
/// <param name="Min">Least number.</param>
/// <param name="Max">Greatest number.</param>
/// <param name="LastMs">Event time of the latest point.</param>
/// <param name="Last">The latest number; NaN when there is none.</param>
/// <param name="Text">The latest text, or null.</param>
internal readonly record struct RollupHour(long FromMs, long Count, long Numbers, double Sum, double Min, double Max, long LastMs, double Last, string? Text);

/// <summary>Hours of one series on their way into a row of <c>rollups</c>, and back.</summary>
internal sealed class Rollup
{
    public const long HourMs = 3_600_000;
    private const ulong FormatVersion = 1;

    private readonly SortedDictionary<long, RollupHour> hours = [];

    public bool IsEmpty => hours.Count == 0;

    public long FromMs => hours.First().Key;

    public long ToMs => hours.Last().Key + HourMs - 1;

    /// <summary>Takes the points of a chunk.</summary>
    public void Add(ReadOnlySpan<byte> chunk, int count)
    {
        var decoder = new ChunkDecoder(chunk, count);
        while (decoder.MoveNext()) Add(decoder.AtMs, decoder.Value, decoder.Text);
    }

    public byte[] ToBytes()
    {
        var packed = new PackedWriter();
        packed.WriteVarint(FormatVersion);
        var before = 0L;
        foreach (var hour in hours.Values)
        {
            packed.WriteFolded((hour.FromMs - before) / HourMs);
            before = hour.FromMs;
            packed.WriteVarint((ulong)hour.Count);
            packed.WriteVarint((ulong)hour.Numbers);
            packed.WriteVarint((ulong)(hour.LastMs - hour.FromMs));
            if (hour.Numbers > 0)
            {
                packed.WriteNumber(hour.Sum);
                packed.WriteNumber(hour.Min);
                packed.WriteNumber(hour.Max);
                packed.WriteNumber(hour.Last);
            }

            if (hour.Numbers < hour.Count) packed.WriteText(hour.Text ?? "");
        }

        return packed.Bytes.ToArray();
    }

    /// <summary>Gives the hours of a row that begin in a range; stops early at bytes it cannot read.</summary>
    public static void Read(ReadOnlySpan<byte> row, long fromMs, long toMs, ISeriesFold fold)
    {
        var reader = new PackedReader(row);
        if (!reader.TryReadVarint(out var version) || version != FormatVersion) return;
        var at = 0L;
        while (reader.TryReadFolded(out var step) && reader.TryReadVarint(out var count) && reader.TryReadVarint(out var numbers) && reader.TryReadVarint(out var last))
        {
            at += step * HourMs;
            var hour = new RollupHour(at, (long)count, (long)numbers, 0, double.PositiveInfinity, double.NegativeInfinity, at + (long)last, double.NaN, null);
            if (numbers > 0)
            {
                if (!reader.TryReadValue(out var sum, out _) || !reader.TryReadValue(out var min, out _) || !reader.TryReadValue(out var max, out _) || !reader.TryReadValue(out var final, out _)) return;
                hour = hour with { Sum = sum, Min = min, Max = max, Last = final };
            }

            if (numbers < count)
            {
                if (!reader.TryReadValue(out _, out var text)) return;
                hour = hour with { Text = text is { Length: > 0 } ? text : null };
            }

            if (at >= fromMs && at < toMs) fold.TakeHour(hour);
        }
    }

    private void Add(long atMs, double value, string? text)
    {
        var from = SeriesQueries.StepOf(atMs, HourMs);
        if (!hours.TryGetValue(from, out var hour))
            hour = new RollupHour(from, 0, 0, 0, double.PositiveInfinity, double.NegativeInfinity, from, double.NaN, null);
        var isNumber = !double.IsNaN(value);
        var isLatest = atMs >= hour.LastMs;
        hours[from] = new RollupHour(from, hour.Count + 1, hour.Numbers + (isNumber ? 1 : 0), isNumber ? hour.Sum + value : hour.Sum,
            isNumber ? Math.Min(hour.Min, value) : hour.Min, isNumber ? Math.Max(hour.Max, value) : hour.Max,
            Math.Max(hour.LastMs, atMs),
            isNumber && (isLatest || double.IsNaN(hour.Last)) ? value : hour.Last,
            text is not null && (isLatest || hour.Text is null) ? text : hour.Text);
    }
}
