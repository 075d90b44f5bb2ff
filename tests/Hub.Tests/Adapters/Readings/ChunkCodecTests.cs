using FsCheck;
using FsCheck.Fluent;
using Hub.Adapters.Embedded;

namespace Hub.Tests.Adapters.Readings;

public sealed class ChunkCodecTests
{
    private static readonly double[] Awkward =
        [0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue, 1e-7, 0.1, 1.0 / 3, 1L << 51, 1L << 53, -182.4];

    [Fact]
    public void Any_doubles_at_any_times_come_back_bit_for_bit()
    {
        Prop.ForAll<long[], double[]>((times, values) =>
        {
            var points = Enumerable.Range(0, Math.Min(times.Length, 600))
                .Select(i => new Point(times[i], values.Length == 0 ? i : values[i % values.Length], null)).ToArray();
            AssertRoundTrip(points);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Extreme_times_and_awkward_values_come_back_bit_for_bit()
    {
        var times = new[] { 0, long.MaxValue, long.MinValue, -1, 1, 999, 1000, -1000, 1_763_780_000_000, long.MaxValue - 1 };
        AssertRoundTrip([.. Awkward.SelectMany((value, i) => times.Select((at, j) => new Point(times[(i + j) % times.Length] + at % 3, value, null)))]);
    }

    [Fact]
    public void Random_mixtures_of_decimals_noise_and_texts_come_back_as_they_were()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var now = 1_763_780_000_000L + random.Next();
            var points = new Point[random.Next(1, 900)];
            var kind = random.Next(5);
            for (var i = 0; i < points.Length; i++)
            {
                now += random.Next(8) == 0 ? random.Next(-100_000, 1_000_000) : kind == 0 ? 10_000 : 9_990 + random.Next(20);
                var value = kind switch
                {
                    0 => Math.Round(random.NextDouble() * 400, 1),
                    1 => random.Next(2),
                    2 => random.NextDouble(),
                    3 => random.Next(10) == 0 ? Awkward[random.Next(Awkward.Length)] : Math.Round(20 + random.NextDouble(), random.Next(4)),
                    _ => random.Next(100),
                };
                points[i] = kind == 4 && random.Next(3) > 0 ? new Point(now, double.NaN, "状态" + random.Next(40)) : new Point(now, value, null);
            }

            AssertRoundTrip(points);
        }
    }

    [Fact]
    public void Sorting_keeps_points_of_one_instant_in_the_order_of_arrival()
    {
        var encoder = Encode([new(30, 1, null), new(10, 2, null), new(30, 3, null), new(10, 4, null), new(20, 5, null)]);
        encoder.Sort();
        Assert.Equal([(10, 2), (10, 4), (20, 5), (30, 1), (30, 3)], Decode(encoder).Select(p => ((int)p.AtMs, (int)p.Value)));
        Assert.True(encoder.IsSorted);
    }

    [Fact]
    public void A_cut_or_damaged_chunk_is_recognised_and_never_makes_the_decoder_throw()
    {
        var random = new Random(5);
        var encoder = Encode([.. Enumerable.Range(0, 200).Select(i => new Point(i * 1000 + random.Next(3), i % 7 == 0 ? random.NextDouble() : i, i % 11 == 0 ? "t" + i : null))]);
        var whole = encoder.ToBytes();
        Assert.True(ChunkFormat.IsIntact(whole));
        for (var cut = 0; cut < whole.Length; cut++)
        {
            var part = whole[..cut];
            Assert.False(ChunkFormat.IsIntact(part));
            Walk(part);
            var bent = (byte[])whole.Clone();
            bent[cut] ^= (byte)(1 << random.Next(8));
            Assert.False(ChunkFormat.IsIntact(bent));
            Walk(bent);
        }

        static void Walk(byte[] bytes)
        {
            var decoder = new ChunkDecoder(bytes, 200);
            var steps = 0;
            while (decoder.MoveNext()) steps++;
            Assert.InRange(steps, 0, 200);
        }
    }

    [Fact]
    public void A_steady_tenth_degree_temperature_takes_less_than_a_byte_a_reading()
    {
        var random = new Random(1);
        var celsius = 21.5;
        var points = Enumerable.Range(0, 1000).Select(i => new Point(1_763_780_000_000 + i * 60_000L, celsius = Math.Round(celsius + (random.Next(3) - 1) * 0.1, 1), null)).ToArray();
        Assert.InRange(Encode(points).ByteLength, 100, 1000);
    }

    [Fact]
    public void A_tail_batch_reads_back_what_was_added_and_survives_any_cut()
    {
        var batch = new TailBatch();
        var points = Awkward.Select((value, i) => (Series: (long)i * 700, Point: new Point(1_763_780_000_000 - i * 5, value, i % 4 == 0 ? "充电" : null))).ToList();
        foreach (var (series, point) in points) batch.Add(series, point.AtMs, point.Value, point.Text);
        var back = new List<(long, Point)>();
        TailBatch.Read(batch.Bytes, (series, point) => back.Add((series, point)));
        Assert.Equal(points.Select(p => (p.Series, p.Point.AtMs, Bits(p.Point), p.Point.Text)), back.Select(p => (p.Item1, p.Item2.AtMs, Bits(p.Item2), p.Item2.Text)));
        for (var cut = 0; cut < batch.Length; cut++)
        {
            back.Clear();
            TailBatch.Read(batch.Bytes[..cut], (series, point) => back.Add((series, point)));
            Assert.True(back.Count < points.Count);
        }
    }

    private static long Bits(Point point) => point.Text is null ? BitConverter.DoubleToInt64Bits(point.Value) : 0;

    private static void AssertRoundTrip(Point[] points)
    {
        var back = Decode(Encode(points));
        Assert.Equal(points.Length, back.Count);
        for (var i = 0; i < points.Length; i++)
        {
            Assert.Equal(points[i].AtMs, back[i].AtMs);
            Assert.Equal(points[i].Text, back[i].Text);
            Assert.Equal(Bits(points[i]), Bits(back[i]));
        }
    }

    private static ChunkEncoder Encode(Point[] points)
    {
        var encoder = new ChunkEncoder();
        foreach (var point in points) encoder.Add(point.AtMs, point.Value, point.Text);
        return encoder;
    }

    private static List<Point> Decode(ChunkEncoder encoder)
    {
        var points = new List<Point>();
        var decoder = new ChunkDecoder(encoder.ToBytes(), encoder.Count);
        while (decoder.MoveNext()) points.Add(new Point(decoder.AtMs, decoder.Value, decoder.Text));
        return points;
    }
}
