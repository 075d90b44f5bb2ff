using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Charging;
using static Hub.Tests.Detectors.GenericDetectorTests;

namespace Hub.Tests.Detectors;

public sealed class FlatChargerTests
{
    private const int Plugged = 1_140;

    [Theory]
    [InlineData(84, 420)]
    [InlineData(180, 300)]
    [InlineData(360, 240)]
    public void A_charger_among_the_loads_of_an_evening_is_seen_while_it_still_charges(double watts, int minutes)
    {
        var (first, alarms, explanation) = Run(i => Home(i) + Charge(i - Plugged, watts, minutes));

        Assert.Equal(1, alarms);
        Assert.InRange(first, Plugged + 90, Plugged + minutes + 60);
        Assert.Contains("% an hour", explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_evening_without_a_charger_raises_nothing() => Assert.Equal(0, Run(Home).Alarms);

    [Theory]
    [InlineData("a lamp")]
    [InlineData("a television")]
    [InlineData("a radiator")]
    [InlineData("a computer")]
    public void Loads_that_stay_on_for_hours_are_no_chargers(string load)
    {
        var noise = new Noise(9);
        var wander = 0.0;
        var (_, alarms, _) = Run(i =>
        {
            var on = i is > Plugged and < Plugged + 300;
            wander = on ? (0.9 * wander) + (4 * noise.Next()) : 0;
            return Home(i) + (!on ? 0 : load switch
            {
                "a lamp" => 120,
                "a television" => 110 + (6 * noise.Next()),
                "a radiator" => (i - Plugged) % 24 < 14 ? 700 : 0,
                _ => 95 + wander,
            });
        });

        Assert.Equal(0, alarms);
    }

    [Fact]
    public void A_charger_plugged_in_under_a_washing_machine_shows_when_the_machine_is_done()
    {
        var (first, _, _) = Run(i => Home(i) + Charge(i - Plugged, 200, 400) + (i is > Plugged - 40 and < Plugged + 60 ? 2_100 : 0));

        Assert.InRange(first, Plugged + 100, Plugged + 420);
    }

    [Fact]
    public void Readings_every_ten_seconds_and_a_gap_of_ten_minutes_tell_the_same()
    {
        var detector = new FlatChargerDetector();
        var alarms = 0;
        for (var s = 0; s < 1_800 * 60; s += 10)
        {
            if (s / 60 is > 1_250 and < 1_258) continue;
            if (detector.Observe(s * 1000L, [Home(s / 60) + Charge((s / 60) - Plugged, 180, 300)]).Alarm) alarms++;
        }

        Assert.Equal(1, alarms);
    }

    private static (int First, int Alarms, string Explanation) Run(Func<int, double> watts)
    {
        var detector = new FlatChargerDetector();
        var (first, alarms, explanation) = (-1, 0, "");
        for (var i = 0; i < 1_800; i++)
        {
            if (!detector.Observe(i * 60_000L, [Math.Round(watts(i))]).Alarm) continue;
            if (alarms++ > 0) continue;
            (first, explanation) = (i, detector.Explain());
        }

        return (first, alarms, explanation);
    }

    // A fridge, a kettle, supper and some hours of light.
    private static double Home(int minute) =>
        12 + (minute % 45 < 16 ? 85 : 0) + (minute % 360 is > 350 and < 354 ? 1_900 : 0) + (minute is > 1_080 and < 1_110 ? 1_400 : 0) + (minute is > 1_050 and < 1_380 ? 40 : 0);

    // Constant current while the voltage rises by a fifth, then a taper.
    private static double Charge(int minute, double watts, int minutes)
    {
        if (minute < 0) return 0;
        var bulk = (int)(0.85 * minutes);
        return minute < bulk ? watts * (0.82 + (0.18 * minute / bulk)) : minute < minutes + 60 ? watts * Math.Exp(-(minute - bulk) / 25.0) : 0;
    }
}
