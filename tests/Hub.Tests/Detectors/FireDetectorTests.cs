using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Fire;
using static Hub.Tests.Detectors.GenericDetectorTests;

namespace Hub.Tests.Detectors;

public sealed class FireDetectorTests
{
    private const double None = double.NaN;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(60)]
    public void A_chair_on_fire_is_seen_before_a_rate_of_rise_alarm_would_and_not_before_it_burns(int everyS)
    {
        var detector = new FireDetector();
        var noise = new Noise(1);
        var (ours, reference) = (-1, -1);
        var temperatures = new List<double>();
        for (var s = 0; s < 900 && ours < 0; s += everyS)
        {
            temperatures.Add(21 + (0.1 * noise.Next()) + (s > 600 ? 0.006 * (s - 600) * (s - 600) : 0));
            var back = temperatures.Count - 1 - (60 / everyS);
            if (reference < 0 && back >= 0 && temperatures[^1] - temperatures[back] >= 8.3) reference = s;
            if (detector.Observe(s * 1000L, [temperatures[^1], None, None, None]).Alarm) ours = s;
        }

        Assert.InRange(ours, 600, reference < 0 ? 900 : reference);
        Assert.Contains("K up in a minute", detector.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_room_that_cools_after_one_fire_still_shows_the_next()
    {
        var detector = new FireDetector();
        var alarms = new List<int>();
        for (var s = 0; s < 1_500; s++)
        {
            var celsius = 25 + (60 * Math.Exp(-s / 500.0)) + (s > 1_200 ? 0.02 * (s - 1_200) * (s - 1_200) : 0);
            if (detector.Observe(s * 1000L, [celsius, None, None, None]).Alarm) alarms.Add(s);
        }

        Assert.InRange(Assert.Single(alarms), 1_200, 1_240);
    }

    [Fact]
    public void A_heated_room_the_sun_and_an_opened_window_raise_nothing()
    {
        var detector = new FireDetector();
        var noise = new Noise(2);
        for (var s = 0; s < 6 * 3600; s += 10)
        {
            var celsius = 18 + Math.Min(5, s / 600.0) + (s is > 7_000 and < 9_000 ? 14 * (1 - Math.Exp(-(s - 7_000) / 420.0)) : 0) - (s is > 12_000 and < 13_000 ? 6 : 0);
            if (s >= 13_000) celsius += -6 * Math.Exp(-(s - 13_000) / 300.0);
            Assert.False(detector.Observe(s * 1000L, [celsius + (0.1 * noise.Next()), None, None, None]).Alarm, $"second {s}: {detector.Explain()}");
        }
    }

    [Fact]
    public void A_machine_room_that_is_always_hot_may_stop_and_start_again()
    {
        var detector = new FireDetector();
        for (var minute = 0; minute < 20_000; minute += 5)
        {
            var celsius = minute is > 12_000 and < 14_000 ? 20.0 : minute is >= 14_000 and < 14_200 ? 20 + ((minute - 14_000) * 0.32) : 84;
            Assert.False(detector.Observe(minute * 60_000L, [celsius, None, None, None]).Alarm, detector.Explain());
        }
    }

    [Fact]
    public void Heat_of_57_degrees_is_confirmed_even_where_readings_come_too_seldom_to_show_a_rise()
    {
        var detector = new FireDetector();
        for (var i = 0; i < 20; i++) detector.Observe(i * 300_000L, [22, None, None, None]);

        Assert.True(detector.Observe(20 * 300_000L, [63, None, None, None]).Alarm);
        Assert.StartsWith("confirmed", detector.Explain(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.004, 0.2)]
    [InlineData(0.3, 5.0)]
    public void Smoke_alone_is_enough_whether_it_is_given_in_dB_or_in_percent_a_metre(double resting, double burning)
    {
        var detector = new FireDetector();
        for (var s = 0; s < 600; s += 5) Assert.False(detector.Observe(s * 1000L, [None, resting, None, None]).Alarm);
        detector.Observe(600_000, [None, burning, None, None]);

        Assert.True(detector.Observe(605_000, [None, burning, None, None]).Alarm);
    }

    [Fact]
    public void Steam_from_a_shower_does_not_pass_for_smoke_but_thick_smoke_in_damp_air_does()
    {
        var steam = new FireDetector();
        var fire = new FireDetector();
        var (steamAlarms, fireAlarms) = (0, 0);
        for (var s = 0; s < 1_200; s += 5)
        {
            var humidity = s < 600 ? 50 : Math.Min(95, 50 + ((s - 600) * 0.5));
            if (steam.Observe(s * 1000L, [22, s < 620 ? 0.005 : 0.18, 0, humidity]).Alarm) steamAlarms++;
            if (fire.Observe(s * 1000L, [22, s < 620 ? 0.005 : 0.35, 0, humidity]).Alarm) fireAlarms++;
        }

        Assert.Equal(0, steamAlarms);
        Assert.Equal(1, fireAlarms);
    }

    [Fact]
    public void Two_weak_signs_together_are_a_fire_where_each_alone_is_not()
    {
        static int Alarms(bool haze, bool gas)
        {
            var detector = new FireDetector();
            var alarms = 0;
            for (var s = 0; s < 900; s += 5)
            {
                var late = s > 600;
                if (detector.Observe(s * 1000L, [None, late && haze ? 0.1 : 0.005, late && gas ? 22 : 1, None]).Alarm) alarms++;
            }

            return alarms;
        }

        Assert.Equal((0, 0, 1), (Alarms(true, false), Alarms(false, true), Alarms(true, true)));
    }

    [Fact]
    public void Carbon_monoxide_below_every_peak_still_counts_by_its_dose()
    {
        var detector = new FireDetector();
        var minute = 0;
        for (; minute < 300; minute++)
        {
            // It creeps up so slowly that no rise is seen.
            var finding = detector.Observe(minute * 60_000L, [None, None, Math.Min(60, minute * 0.4), None]);
            if (finding.Alarm) break;
        }

        Assert.InRange(minute, 100, 215);
    }

    [Fact]
    public void A_further_sensor_that_sees_nothing_never_lowers_the_score()
    {
        var alone = new FireDetector();
        var joined = new FireDetector();
        for (var s = 0; s < 700; s += 5)
        {
            var celsius = s < 600 ? 21 : 21 + ((s - 600) * 0.3);
            Assert.Equal(alone.Observe(s * 1000L, [celsius, None, None, None]).Score, joined.Observe(s * 1000L, [celsius, 0.005, 1, 50]).Score);
        }
    }

    [Fact]
    public void A_clock_put_right_after_a_day_ahead_does_not_blind_it()
    {
        var detector = new FireDetector();
        for (var s = 0; s < 600; s++) detector.Observe((86_400 + s) * 1000L, [21, None, None, None]);
        var seen = false;
        for (var s = 600; s < 800; s++) seen |= detector.Observe(s * 1000L, [s < 660 ? 21 : 21 + ((s - 660) * 0.5), None, None, None]).Alarm;

        Assert.True(seen);
    }
}
