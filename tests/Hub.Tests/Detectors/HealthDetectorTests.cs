using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Health;
using static Hub.Tests.Detectors.GenericDetectorTests;

namespace Hub.Tests.Detectors;

public sealed class HealthDetectorTests
{
    private const long Minute = 60_000;

    [Fact]
    public void A_sensor_that_falls_silent_is_told_and_one_that_pauses_as_usual_is_not()
    {
        var detector = new HealthDetector();
        var noise = new Noise(1);
        long at = 0;
        for (var i = 0; i < 600; i++)
        {
            at += i % 50 == 49 ? 10 * Minute : Minute;
            // The first pauses are new to it.
            Assert.False(detector.Advance(at).Alarm && i > 200);
            Assert.False(detector.Observe(at, [20 + noise.Next(), double.NaN]).Alarm);
        }

        Assert.False(detector.Advance(at + (11 * Minute)).Alarm);
        Assert.True(detector.Advance(at + (40 * Minute)).Alarm);
        Assert.Contains("silent", detector.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_no_longer_changes_is_stuck_and_a_meter_that_rests_every_night_is_not()
    {
        var noise = new Noise(2);
        Assert.Equal(1, Alarms(2_000, i => i < 1_400 ? 20 + noise.Next() : 20));
        Assert.Equal(0, Alarms(6_000, i => i % 1_440 < 500 ? 0 : 100 + noise.Next()));
    }

    [Fact]
    public void One_spike_is_a_glitch_and_six_a_day_are_a_loose_wire()
    {
        var noise = new Noise(3);
        Assert.Equal(0, Alarms(1_440, i => i == 700 ? 85 : 20 + noise.Next()));
        Assert.Equal(1, Alarms(1_440, i => i % 120 == 100 ? 85 : 20 + noise.Next()));
    }

    [Theory]
    [InlineData(1_000, 0)]
    [InlineData(0.1, 0)]
    [InlineData(1.8, 32)]
    public void A_new_unit_is_known_by_its_factor(double factor, double offset)
    {
        var noise = new Noise(4);
        Assert.Equal(1, Alarms(800, i => i < 600 ? 21 + (0.2 * noise.Next()) : (factor * (21 + (0.2 * noise.Next()))) + offset));
    }

    [Fact]
    public void A_cable_that_grows_hot_has_not_changed_its_unit()
    {
        var noise = new Noise(6);
        // The usual course of a day, and then sixty degrees more within a quarter of an hour: by chance near what Fahrenheit would say of the usual value.
        Assert.Equal(0, Alarms(1_600, i => 20 + (3 * Math.Sin(i / 230.0)) + (0.2 * noise.Next()) + Math.Clamp((i - 1_400) * 4, 0, 56)));
    }

    [Fact]
    public void A_step_that_is_no_change_of_unit_is_the_worlds_business()
    {
        var noise = new Noise(5);
        Assert.Equal(0, Alarms(800, i => (i < 600 ? 21 : 34) + (0.2 * noise.Next())));
    }

    [Fact]
    public void A_sensor_that_leaves_its_peers_is_told_within_days_and_one_that_goes_with_them_is_not()
    {
        foreach (var leaves in new[] { false, true })
        {
            var detector = new HealthDetector();
            var noise = new Noise(6);
            var first = -1;
            for (var hour = 0; hour < 40 * 24; hour++)
            {
                var weather = 15 + (10 * Math.Sin(hour / 60.0)) + (hour / 200.0);
                var drift = leaves && hour > 480 ? (hour - 480) / 24.0 * 0.3 : 0;
                if (detector.Observe(hour * 60 * Minute, [weather + drift + (0.3 * noise.Next()), weather]).Alarm && first < 0) first = hour;
            }

            if (leaves) Assert.InRange(first, 480, 480 + (10 * 24));
            else Assert.Equal(-1, first);
        }
    }

    private static int Alarms(int minutes, Func<int, double> value)
    {
        var detector = new HealthDetector();
        var alarms = 0;
        for (var i = 0; i < minutes; i++) if (detector.Observe(i * Minute, [value(i), double.NaN]).Alarm) alarms++;
        return alarms;
    }

    [Fact]
    public void A_sensor_that_drifted_and_then_sticks_is_called_stuck()
    {
        var detector = new HealthDetector();
        var noise = new Random(5);
        var signs = new List<string>();
        for (var minute = 0; minute < 40 * 1440; minute += 10)
        {
            var day = minute / 1440.0;
            var away = day > 20 ? (day - 20) * 0.5 : 0;
            var value = day > 38 ? 31.5 : Math.Round(20 + away + noise.NextDouble(), 2);
            detector.Observe(minute * Minute, [value, 20.5]);
            if (minute % 1440 == 0) signs.Add(detector.Sign);
        }

        Assert.Equal("drift", signs[37]);
        Assert.Equal("stuck", detector.Sign);
    }
}
