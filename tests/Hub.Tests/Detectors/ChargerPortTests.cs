using Hub.Rules.Detectors.Charging;

namespace Hub.Tests.Detectors;

public sealed class ChargerPortTests
{
    private const int StepS = 30;
    private const double Ambient = 18;
    private readonly ChargerPortDetector detector = new();
    private long atMs;
    private double warmth;

    [Fact]
    public void A_port_that_only_sees_good_charges_raises_nothing()
    {
        for (var i = 0; i < 25; i++) Assert.Empty(Charge(140 + (i * 7 % 90), hours: 3.5 + (i % 4 * 0.5)));
    }

    [Fact]
    public void A_charge_that_never_tapers_is_noticed_when_it_takes_more_than_its_port_ever_gave()
    {
        for (var i = 0; i < 20; i++) Charge(200, hours: 4 + (i % 3 * 0.3));

        var (minute, explanation) = Assert.Single(Charge(200, hours: 14, taper: false), a => a.Explanation.Contains("no taper", StringComparison.Ordinal));

        Assert.InRange(minute, 4.5 * 60, 8 * 60);
        Assert.Contains("of 20 charges here", explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_charge_at_a_port_without_past_is_overlong_after_ten_hours()
    {
        var alarms = Charge(90, hours: 12, taper: false);

        Assert.Contains(alarms, a => a.Minute is > 595 and < 610 && a.Explanation.Contains("overlong at 100 %", StringComparison.Ordinal));
    }

    [Fact]
    public void Fifteen_percent_more_within_minutes_is_noticed_and_the_slow_rise_of_a_battery_is_not()
    {
        var (minute, explanation) = Assert.Single(Charge(180, hours: 4, watts: (m, w) => m > 120 ? 1.15 * w : w));

        Assert.InRange(minute, 120, 126);
        Assert.Contains("step up", explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_the_rating_for_a_minute_is_overload_and_inrush_is_not()
    {
        Assert.Empty(Charge(300, hours: 3, watts: (m, w) => m == 0 ? 900 : w));
        Assert.Contains(Charge(300, hours: 3, watts: (m, w) => m is > 60 and < 70 ? 800 : w), a => a.Minute is 62 && a.Explanation.Contains("overload", StringComparison.Ordinal));
    }

    [Fact]
    public void Power_that_swings_is_a_bad_contact()
    {
        var turn = 0;
        var alarms = Charge(180, hours: 3, watts: (m, w) => m is > 60 and < 80 && turn++ % 2 == 0 ? w / 2 : w);

        Assert.Contains(alarms, a => a.Minute is > 60 and < 70 && a.Explanation.Contains("bad contact", StringComparison.Ordinal));
    }

    [Fact]
    public void A_port_that_grows_warmer_than_its_power_explains_is_noticed_long_before_it_is_hot()
    {
        for (var i = 0; i < 6; i++) Assert.Empty(Charge(200, hours: 4));

        var alarms = Charge(200, hours: 4, heat: m => m > 100 ? 0.7 * (m - 100) : 0);

        Assert.InRange(alarms[0].Minute, 101, 120);
        Assert.Contains("warmer than its power explains", alarms[0].Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_battery_that_heats_itself_is_noticed_within_minutes_also_after_the_power_fell()
    {
        var alarms = Charge(200, hours: 4, watts: (m, w) => m > 100 ? 30 : w, heat: m => m > 100 ? 4 * (m - 100) : 0);

        Assert.InRange(alarms[0].Minute, 101, 105);
        Assert.Contains(alarms, a => a.Explanation.Contains("thermal runaway", StringComparison.Ordinal) && a.Minute < 105);
    }

    [Fact]
    public void A_plug_that_reports_only_changes_is_followed_just_as_well()
    {
        var quiet = new ChargerPortDetector();
        var alarms = 0;
        for (var minute = 0; minute < 8 * 60; minute += minute < 420 ? 14 : 1)
            if (quiet.Observe(minute * 60_000L, [minute < 420 ? 70 + (minute / 30.0) : 0, double.NaN, double.NaN]).Alarm) alarms++;

        Assert.Equal(0, alarms);
        Assert.Contains("idle", quiet.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_glitch_of_the_thermometer_is_no_runaway()
    {
        Assert.Empty(Charge(150, hours: 2, heat: m => m == 60 ? 6 : 0, glitch: true));
    }

    [Fact]
    public void Two_bikes_plugged_in_one_after_the_other_are_two_charges()
    {
        for (var i = 0; i < 20; i++) Charge(200, hours: 4 + (i % 3 * 0.3));

        // Unplugged before it was full, and three minutes later the next.
        Assert.Empty(Charge(200, hours: 3, taper: false, restS: 180));
        Assert.DoesNotContain(Charge(170, hours: 4), a => a.Explanation.Contains("no taper", StringComparison.Ordinal) || a.Explanation.Contains("overlong", StringComparison.Ordinal));
    }

    // One charge and half an hour of rest, if nothing else is said; the minutes of its alarms since it was plugged in, with what was said.
    private List<(double Minute, string Explanation)> Charge(double peak, double hours, bool taper = true, Func<int, double, double>? watts = null, Func<double, double>? heat = null, bool glitch = false, int restS = 1_800)
    {
        var alarms = new List<(double, string)>();
        var constantS = taper ? hours * 3600 * 0.8 : hours * 3600;
        for (var s = 0; s < (hours * 3600) + restS; s += StepS, atMs += StepS * 1000)
        {
            var minute = s / 60;
            var power = s > hours * 3600 ? 0 : s < constantS ? peak * (0.85 + (0.15 * s / constantS)) : peak * Math.Exp(-(s - constantS) / 900);
            if (watts is not null && power > 0) power = watts(minute, power);
            warmth += (1 - Math.Exp(-StepS / 1_200.0)) * ((0.05 * power) - warmth);
            var extra = heat is null || (glitch && s % 60 != 0) ? 0 : heat(s / 60.0);
            if (detector.Observe(atMs, [power, Math.Round(Ambient + warmth + extra, 1), Ambient]).Alarm) alarms.Add((minute, detector.Explain()));
        }

        return alarms;
    }
}
