using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Generic;
using Hub.Rules.Engine;

namespace Hub.Tests.Detectors;

public sealed class GenericDetectorTests
{
    private const long Minute = 60_000;

    [Fact]
    public void A_jump_out_of_a_quiet_series_is_an_alarm_and_says_what_was_usual()
    {
        var detector = new GenericDetector();
        var noise = new Noise(3);
        for (var i = 0; i < 500; i++) Assert.False(detector.Observe(i * Minute, [20 + noise.Next()]).Alarm, $"row {i}");

        var finding = detector.Observe(500 * Minute, [60]);

        Assert.True(finding.Alarm);
        Assert.True(finding.Score >= finding.Threshold);
        Assert.Contains("60, usual 20", detector.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_episode_is_one_alarm_and_its_later_rows_stay_below_the_threshold()
    {
        var detector = new GenericDetector();
        var noise = new Noise(4);
        for (var i = 0; i < 500; i++) detector.Observe(i * Minute, [20 + noise.Next()]);
        var alarms = 0;
        for (var i = 500; i < 540; i++)
        {
            var finding = detector.Observe(i * Minute, [60 + noise.Next()]);
            Assert.Equal(finding.Alarm, finding.Score >= finding.Threshold);
            if (finding.Alarm) alarms++;
        }

        Assert.Equal(1, alarms);
    }

    [Fact]
    public void The_hour_of_day_begins_to_speak_without_crying_out()
    {
        var detector = new GenericDetector();
        var noise = new Noise(9);
        var highest = 0.0;
        for (var i = 0; i < 600; i++)
        {
            var finding = detector.Observe(i * 5 * Minute, [20 + (5 * Math.Sin(i * Math.Tau / 288)) + noise.Next()]);
            if (i is >= 288 and < 340) highest = Math.Max(highest, finding.Score);
        }

        Assert.True(highest < 2, $"score {highest} on a second day like the first");
    }

    [Fact]
    public void Nothing_measured_infinities_and_rows_out_of_order_change_nothing_that_is_learnt()
    {
        var plain = new GenericDetector();
        var troubled = new GenericDetector();
        var noise = new Noise(5);
        for (var i = 0; i < 300; i++)
        {
            var value = noise.Next();
            var expected = plain.Observe(i * Minute, [value]);
            troubled.Observe(i * Minute, [double.NaN]);
            troubled.Observe(i * Minute, [double.PositiveInfinity]);
            var found = troubled.Observe(i * Minute, [value]);
            troubled.Observe((i - 40) * Minute, [1e9]);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void A_constant_series_and_one_of_giant_numbers_never_make_a_score_that_is_no_number()
    {
        foreach (var scale in (double[])[0, 1e-300, 1e150, 1e300])
        {
            var detector = new GenericDetector();
            for (var i = 0; i < 400; i++) Assert.True(double.IsFinite(detector.Observe(i * Minute, [scale * (i % 7 == 6 ? -1 : 1)]).Score), $"{scale} row {i}");
        }
    }

    [Fact]
    public void Saved_in_the_middle_and_restored_it_goes_on_as_if_nothing_had_been()
    {
        var straight = new GenericDetector();
        var cut = new GenericDetector();
        var noise = new Noise(6);
        for (var i = 0; i < 3_000; i++)
        {
            var value = (10 * Math.Sin(i / 40.0)) + noise.Next() + (i == 2_500 ? 80 : 0);
            if (i % 311 == 0) cut = Reborn(cut, new GenericDetector());
            Assert.Equal(straight.Observe(i * 5 * Minute, [value]), cut.Observe(i * 5 * Minute, [value]));
            Assert.Equal(straight.Explain(), cut.Explain());
        }
    }

    [Fact]
    public void An_update_allocates_nothing_and_a_key_takes_at_most_1500_bytes()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var detector = new GenericDetector();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Span<double> row = [1.5];
        for (var i = 0; i < 200; i++) detector.Observe(i, row);
        before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 200; i < 10_000; i++) detector.Observe(i * Minute, row);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(bytes <= 1_500, $"{bytes} bytes a key");
    }

    internal static T Reborn<T>(Detector from, T into) where T : Detector
    {
        var writer = new StateWriter();
        from.Save(writer);
        var reader = new StateReader(writer.Written);
        into.Restore(ref reader);
        Assert.Equal(0, reader.Remaining);
        return into;
    }

    /// <summary>The same near-normal noise on every machine.</summary>
    internal sealed class Noise(uint seed)
    {
        private uint state = seed;

        public double Uniform()
        {
            state = (state * 1_664_525) + 1_013_904_223;
            return (state >> 8) / (double)(1 << 24);
        }

        public double Next() => Uniform() + Uniform() + Uniform() + Uniform() - 2;
    }
}
