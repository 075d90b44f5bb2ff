using Hub.Rules.Detectors.Inactivity;

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
        Assert.Contains("0 of 13 days were as silent", detector.Explain(), StringComparison.Ordinal);
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

    private static List<long> Live(InactivityDetector detector, int fromDay, int toDay)
    {
        var alarms = new List<long>();
        for (var at = fromDay * 24 * Hour; at < toDay * 24 * Hour; at += Hour / 4)
            if ((Up(at) ? detector.Observe(at, [1, double.NaN]) : detector.Advance(at)).Alarm) alarms.Add(at);
        return alarms;
    }

    private static double FirstAlarm(InactivityDetector detector, long from, int hours)
    {
        for (var at = from; at < from + (hours * Hour); at += Hour / 4)
            if (detector.Advance(at).Alarm) return (at - from) / (double)Hour;
        return double.PositiveInfinity;
    }
}
