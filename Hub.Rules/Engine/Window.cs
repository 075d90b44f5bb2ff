using System.Runtime.InteropServices;

namespace Hub.Rules.Engine;

/// <summary>Running figures of one channel of one device over a span, in at most 64 buckets, however fast the device speaks.</summary>
internal sealed class Window(long spanMs)
{
    private const int MaxBuckets = 64;

    private readonly long widthMs = Math.Max(spanMs / MaxBuckets, 1);
    private Bucket[] ring = new Bucket[4];
    private int first;
    private int count;

    [StructLayout(LayoutKind.Auto)]
    internal struct Bucket
    {
        public long StartMs;
        public long LastMs;
        public double Last;
        public double Sum;
        public double Min;
        public double Max;
        public int Samples;

        public readonly void Write(StateWriter writer)
        {
            writer.Long(StartMs);
            writer.Long(LastMs);
            writer.Double(Last);
            writer.Double(Sum);
            writer.Double(Min);
            writer.Double(Max);
            writer.Int(Samples);
        }

        public static Bucket Read(ref StateReader reader) => new()
        {
            StartMs = reader.Long(), LastMs = reader.Long(), Last = reader.Double(), Sum = reader.Double(), Min = reader.Double(), Max = reader.Double(), Samples = reader.Int(),
        };
    }

    public long SpanMs => spanMs;

    public int Count => count;

    public int Bytes => 64 + (ring.Length * 56);

    public ref Bucket At(int i) => ref ring[(first + i) % ring.Length];

    /// <summary>Takes one sample. A sample older than the newest is left out: the past has been judged.</summary>
    public void Add(long atMs, double value)
    {
        if (count > 0)
        {
            ref var newest = ref At(count - 1);
            if (atMs < newest.LastMs) return;
            if (atMs - newest.StartMs < widthMs)
            {
                newest.LastMs = atMs;
                newest.Last = value;
                newest.Sum += value;
                newest.Min = Math.Min(newest.Min, value);
                newest.Max = Math.Max(newest.Max, value);
                newest.Samples++;
                return;
            }
        }

        Expire(atMs);
        if (count == ring.Length && count <= MaxBuckets) Grow();
        if (count == ring.Length) Drop();
        At(count++) = new Bucket { StartMs = atMs, LastMs = atMs, Last = value, Sum = value, Min = value, Max = value, Samples = 1 };
    }

    /// <summary>Takes a bucket over from a snapshot.</summary>
    public void Append(in Bucket bucket)
    {
        if (count == ring.Length) Grow();
        At(count++) = bucket;
    }

    /// <summary>Least-squares slope per minute; NaN unless the samples cover three quarters of the span.</summary>
    public double RatePerMinute(long nowMs)
    {
        var i = Oldest(nowMs);
        var n = count - i;
        if (n < 2 || At(count - 1).LastMs - At(i).LastMs < spanMs * 3 / 4) return double.NaN;
        double sumT = 0, sumV = 0;
        for (var k = i; k < count; k++)
        {
            ref var b = ref At(k);
            sumT += b.LastMs - nowMs;
            sumV += b.Last;
        }

        double meanT = sumT / n, meanV = sumV / n, above = 0, below = 0;
        for (var k = i; k < count; k++)
        {
            ref var b = ref At(k);
            var t = b.LastMs - nowMs - meanT;
            above += t * (b.Last - meanV);
            below += t * t;
        }

        return below > 0 ? above / below * 60_000 : double.NaN;
    }

    public double Rise(long nowMs) => Samples(nowMs) < 2 ? double.NaN : At(count - 1).Last - Min(nowMs);

    public double Fall(long nowMs) => Samples(nowMs) < 2 ? double.NaN : Max(nowMs) - At(count - 1).Last;

    public double Min(long nowMs)
    {
        var result = double.NaN;
        for (var k = Oldest(nowMs); k < count; k++) result = double.IsNaN(result) ? At(k).Min : Math.Min(result, At(k).Min);
        return result;
    }

    public double Max(long nowMs)
    {
        var result = double.NaN;
        for (var k = Oldest(nowMs); k < count; k++) result = double.IsNaN(result) ? At(k).Max : Math.Max(result, At(k).Max);
        return result;
    }

    public double Sum(long nowMs)
    {
        var i = Oldest(nowMs);
        if (i == count) return double.NaN;
        double sum = 0;
        for (var k = i; k < count; k++) sum += At(k).Sum;
        return sum;
    }

    public double Mean(long nowMs) => Sum(nowMs) / Samples(nowMs);

    public int Samples(long nowMs)
    {
        var samples = 0;
        for (var k = Oldest(nowMs); k < count; k++) samples += At(k).Samples;
        return samples;
    }

    private int Oldest(long nowMs)
    {
        var i = 0;
        while (i < count && At(i).LastMs <= nowMs - spanMs - widthMs) i++;
        return i;
    }

    private void Expire(long nowMs)
    {
        while (count > 0 && At(0).LastMs <= nowMs - spanMs - widthMs) Drop();
    }

    private void Drop()
    {
        first = (first + 1) % ring.Length;
        count--;
    }

    private void Grow()
    {
        var larger = new Bucket[Math.Min(ring.Length * 2, MaxBuckets + 2)];
        if (larger.Length <= ring.Length) return;
        for (var i = 0; i < count; i++) larger[i] = At(i);
        ring = larger;
        first = 0;
    }
}
