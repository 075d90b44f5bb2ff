using Hub.Rules.Detectors.Inactivity;
using Hub.Rules.Engine;

namespace Hub.Tests.Detectors;

public sealed class InactivityDetectorTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void A_morning_without_any_sound_is_an_alarm_before_noon_and_an_ordinary_night_is_none()
    {
        var detector = new InactivityDetector();
        Assert.Empty(Live(detector, 0, 14));
        var at = FirstAlarm(detector, 14 * 24 * Hour, 24);
        Assert.InRange(at, 9, 12);
        Assert.Contains("no activity since Wed 22:30", detector.Explain(), StringComparison.Ordinal);
        Assert.Contains("the longest of 13 before took 8.5 h, alarm after 10.5 h", detector.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_week_only_teaches()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 3);
        Assert.Equal(double.PositiveInfinity, FirstAlarm(detector, 3 * 24 * Hour, 90));
        Assert.Contains("learning: ", detector.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_only_tells_the_time_is_enough_for_an_alarm()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 14);
        var finding = detector.Observe((14 * 24 * Hour) + (15 * Hour), [double.NaN, double.NaN]);
        Assert.True(finding.Alarm);
        Assert.True(finding.Score >= finding.Threshold);
    }

    [Fact]
    public void The_row_that_ends_a_silence_tells_its_score_and_the_next_begins_at_nothing()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 14);
        var at = (14 * 24 * Hour) + (15 * Hour);
        Assert.True(detector.Observe(at, [1, double.NaN]).Alarm);
        Assert.Contains("activity again after 16.5 h; the surprise had grown to ", detector.Explain(), StringComparison.Ordinal);
        Assert.Equal(0, detector.Observe(at + 1, [1, double.NaN]).Score);
    }

    [Fact]
    public void One_silence_is_one_alarm()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 14);
        var alarms = 0;
        for (var q = 0; q < 4 * 60; q++) if (detector.Advance((14 * 24 * Hour) + (q * Hour / 4)).Alarm) alarms++;
        Assert.Equal(1, alarms);
    }

    [Fact]
    public void Whoever_went_out_by_the_entrance_is_waited_for_longer_but_not_for_ever()
    {
        var home = new InactivityDetector();
        var gone = new InactivityDetector();
        Live(home, 0, 14);
        Live(gone, 0, 14);
        var at = (14 * 24 * Hour) + (9 * Hour);
        home.Observe(at, [1, 0]);
        gone.Observe(at, [0, 1]);
        var (early, later) = (FirstAlarm(home, at, 24), FirstAlarm(gone, at, 72));
        Assert.True(early < later && later < 72, $"{early} h at home, {later} h after going out");
    }

    [Fact]
    public void A_month_away_and_rows_out_of_order_do_no_harm()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 14);
        detector.Observe(0, [1, double.NaN]);
        Assert.True(double.IsFinite(detector.Advance(400L * 24 * Hour).Score));
        Assert.True(double.IsFinite(detector.Observe(401L * 24 * Hour, [1, double.NaN]).Score));
        Assert.Empty(Live(detector, 401, 410));
    }

    [Fact]
    public void Who_is_out_all_day_is_waited_for_and_yet_an_evening_without_a_sound_is_found_within_six_hours()
    {
        var detector = new InactivityDetector();
        Assert.Empty(Live(detector, 0, 21, Worker));
        var day = 21 * 24 * Hour;
        for (var at = day; at <= day + (19 * Hour); at += Hour / 4) if (Worker(at)) detector.Observe(at, [1, double.NaN]);
        Assert.InRange(FirstAlarm(detector, day + (19 * Hour), 24), 4, 6);
    }

    [Fact]
    public void One_weekend_away_does_not_make_every_later_silence_usual()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 12);
        for (var at = 12 * 24 * Hour; at <= (12 * 24 * Hour) + (10 * Hour); at += Hour / 4) if (Up(at)) detector.Observe(at, [1, double.NaN]);
        Assert.Single(Live(detector, 14, 24));
        var noon = (24 * 24 * Hour) + (14 * Hour);
        for (var at = 24 * 24 * Hour; at <= noon; at += Hour / 4) if (Up(at)) detector.Observe(at, [1, double.NaN]);
        Assert.InRange(FirstAlarm(detector, noon, 48), 2, 7);
    }

    [Fact]
    public void A_month_away_lets_nothing_be_forgotten()
    {
        var stayed = new InactivityDetector();
        var away = new InactivityDetector();
        Live(stayed, 0, 21);
        Live(away, 0, 21);
        Live(stayed, 21, 22);
        Live(away, 51, 52);
        var (one, other) = (FirstAlarm(stayed, 22 * 24 * Hour, 24), FirstAlarm(away, 52 * 24 * Hour, 24));
        Assert.InRange(Math.Abs(one - other), 0, 2);
    }

    [Fact]
    public void The_state_of_a_home_is_less_than_a_kilobyte()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 90);
        var state = new StateWriter();
        detector.Save(state);
        Assert.InRange(state.Written.Length, 1, 1024);
    }

    [Fact]
    public void State_of_another_layout_is_left_alone_and_learning_begins_anew()
    {
        var state = new StateWriter();
        for (var i = 0; i < 200; i++) state.Long(i);
        var reader = new StateReader(state.Written);
        var detector = new InactivityDetector();
        detector.Restore(ref reader);
        Assert.Equal("no activity yet", detector.Explain());
        Assert.Empty(Live(detector, 0, 14));
    }

    [Fact]
    public void Saved_in_the_middle_and_restored_it_goes_on_as_if_nothing_had_been()
    {
        var straight = new InactivityDetector();
        var cut = new InactivityDetector();
        var step = 0;
        for (var at = 0L; at < 30 * 24 * Hour; at += Hour / 4)
        {
            if (step++ % 97 == 0) cut = GenericDetectorTests.Reborn(cut, new InactivityDetector());
            double[] row = [Up(at) ? 1 : 0, at / Hour % 24 == 13 ? 1 : 0];
            Assert.Equal(straight.Observe(at, row), cut.Observe(at, row));
        }

        Assert.Equal(straight.Explain(), cut.Explain());
    }

    [Fact]
    public void An_update_allocates_nothing()
    {
        var detector = new InactivityDetector();
        Live(detector, 0, 14);
        Span<double> row = [1, double.NaN];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 14 * 24 * Hour; at < 20 * 24 * Hour; at += Hour / 4)
        {
            detector.Advance(at);
            if (Up(at)) detector.Observe(at, row);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Somebody who is up from seven to half past ten, and moves every half hour.
    private static bool Up(long at) => at % (24 * Hour) is >= 7 * Hour and <= (22 * Hour) + (Hour / 2) && at % (Hour / 2) == 0;

    // Somebody who leaves at half past eight and is back at half past six.
    private static bool Worker(long at) => Up(at) && at % (24 * Hour) is <= (8 * Hour) + (Hour / 2) or >= (18 * Hour) + (Hour / 2);

    private static List<long> Live(InactivityDetector detector, int fromDay, int toDay, Func<long, bool>? moves = null)
    {
        var alarms = new List<long>();
        for (var at = fromDay * 24 * Hour; at < toDay * 24 * Hour; at += Hour / 4)
            if (((moves ?? Up)(at) ? detector.Observe(at, [1, double.NaN]) : detector.Advance(at)).Alarm) alarms.Add(at);
        return alarms;
    }

    private static double FirstAlarm(InactivityDetector detector, long from, int hours)
    {
        for (var at = from; at < from + (hours * Hour); at += Hour / 4)
            if (detector.Advance(at).Alarm) return (at - from) / (double)Hour;
        return double.PositiveInfinity;
    }
}
