using Hub.Adapters.Readings;
using Hub.Core.Ports;

namespace Hub.Adapters.Embedded;

/// <summary>Gathers the points of a range into the answer; chunks come in the order of their first point.</summary>
internal interface ISeriesFold
{
    /// <summary>Takes one point that lies in the range.</summary>
    void Take(long atMs, double value, string? text);

    /// <summary>Takes a chunk by its stats; false when it has to be decoded.</summary>
    bool TryTakeWhole(in ChunkStats stats, int count);

    /// <summary>Takes an hour of a roll-up.</summary>
    void TakeHour(in RollupHour hour);

    /// <summary>Nothing from this instant on can change the answer: the limit is reached by earlier points.</summary>
    bool IsFullBefore(long atMs);

    /// <summary>The answer.</summary>
    IReadOnlyList<SeriesPoint> Finish();
}

/// <summary>Every point as it is.</summary>
internal sealed class RawFold(SeriesQuery query) : ISeriesFold
{
    private readonly List<SeriesPoint> points = [];
    private long latest = long.MinValue;
    private bool sorted = true;

    public static SeriesPoint Single(long atMs, double value, string? text) => new(atMs, value, value, value, value, 1, text);

    public void Take(long atMs, double value, string? text)
    {
        if (atMs < latest) sorted = false;
        else latest = atMs;
        points.Add(Single(atMs, value, text));
    }

    public bool TryTakeWhole(in ChunkStats stats, int count) => false;

    public void TakeHour(in RollupHour hour) { }

    public bool IsFullBefore(long atMs) => points.Count >= query.Limit && atMs > latest;

    public IReadOnlyList<SeriesPoint> Finish()
    {
        // Stable: two readings of one instant stay in the order they came.
        var ordered = sorted ? points : points.OrderBy(point => point.AtMs).ToList();
        return ordered.Count <= query.Limit ? ordered : ordered.GetRange(0, query.Limit);
    }
}

/// <summary>Steps of a fixed width, aligned to the epoch; steps without a reading are left out.</summary>
internal sealed class StepFold(SeriesQuery query) : ISeriesFold
{
    private sealed class Step
    {
        public long Count;
        public long Numbers;
        public double Sum;
        public double Min = double.PositiveInfinity;
        public double Max = double.NegativeInfinity;
        public long LastMs = long.MinValue;
        public double Last = double.NaN;
        public long TextMs = long.MinValue;
        public string? Text;
    }

    private readonly Dictionary<long, Step> steps = [];
    private Step? current;
    private long currentStart;
    private long greatestStart = long.MinValue;

    public void Take(long atMs, double value, string? text)
    {
        var step = At(SeriesQueries.StepOf(atMs, query.StepMs));
        step.Count++;
        if (text is not null && atMs >= step.TextMs) (step.TextMs, step.Text) = (atMs, text);
        if (double.IsNaN(value)) return;
        if (atMs >= step.LastMs) (step.LastMs, step.Last) = (atMs, value);
        step.Numbers++;
        step.Sum += value;
        step.Min = Math.Min(step.Min, value);
        step.Max = Math.Max(step.Max, value);
    }

    public bool TryTakeWhole(in ChunkStats stats, int count)
    {
        var start = SeriesQueries.StepOf(stats.FromMs, query.StepMs);
        if (!stats.AllNumbers || start != SeriesQueries.StepOf(stats.ToMs, query.StepMs)) return false;
        Add(At(start), count, count, stats.Sum, stats.Min, stats.Max, stats.ToMs, stats.Last, null);
        return true;
    }

    public void TakeHour(in RollupHour hour) =>
        Add(At(SeriesQueries.StepOf(hour.FromMs, query.StepMs)), hour.Count, hour.Numbers, hour.Sum, hour.Min, hour.Max, hour.LastMs, hour.Last, hour.Text);

    public bool IsFullBefore(long atMs) => steps.Count >= query.Limit && SeriesQueries.StepOf(atMs, query.StepMs) > greatestStart;

    public IReadOnlyList<SeriesPoint> Finish() =>
        [.. steps.OrderBy(pair => pair.Key).Take(query.Limit).Select(pair => ToPoint(pair.Key, pair.Value))];

    private static void Add(Step step, long count, long numbers, double sum, double min, double max, long lastMs, double last, string? text)
    {
        step.Count += count;
        if (text is not null && lastMs >= step.TextMs) (step.TextMs, step.Text) = (lastMs, text);
        if (numbers == 0) return;
        if (lastMs >= step.LastMs) (step.LastMs, step.Last) = (lastMs, last);
        step.Numbers += numbers;
        step.Sum += sum;
        step.Min = Math.Min(step.Min, min);
        step.Max = Math.Max(step.Max, max);
    }

    private static SeriesPoint ToPoint(long start, Step step) => step.Numbers == 0
        ? new SeriesPoint(start, double.NaN, double.NaN, double.NaN, step.Last, step.Count, step.Text)
        : new SeriesPoint(start, step.Sum / step.Numbers, step.Min, step.Max, step.Last, step.Count, step.Text);

    private Step At(long start)
    {
        if (current is not null && currentStart == start) return current;
        if (!steps.TryGetValue(start, out current)) steps[start] = current = new Step();
        currentStart = start;
        greatestStart = Math.Max(greatestStart, start);
        return current;
    }
}
