using Hub.Rules.Detectors.Health;

namespace Hub.Tests.Detectors;

public sealed class ClockDetectorTests
{
    private const long Minute = 60_000;
    private readonly ClockDetector detector = new();
    private long atMs = 1_000_000;
    private int alarms;

    [Theory]
    [InlineData(-312)]
    [InlineData(75)]
    public void A_clock_off_by_more_than_a_minute_is_told_once_with_its_sign(double seconds)
    {
        Say(60, i => seconds - (i % 4));
        Assert.Equal(1, alarms);
        Assert.Equal(seconds < 0 ? seconds : seconds - 3, detector.Off, 3);
        Assert.Contains(seconds < 0 ? "behind" : "ahead", detector.Why().En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backlog_after_a_cut_link_is_no_wrong_clock()
    {
        Say(30, _ => -0.2);
        Say(12, i => -600 + (i * 50), 100);   // ten minutes of messages within seconds
        Say(30, _ => -0.2);
        Assert.Equal(0, alarms);
        Assert.Equal(-0.2, detector.Off, 3);
    }

    [Fact]
    public void A_backlog_of_a_clock_that_is_ahead_does_not_set_it_right()
    {
        Say(30, _ => 480);
        Say(12, i => -120 + (i * 50), 100);
        Say(30, _ => 480);
        Assert.Equal(1, alarms);
        Assert.Equal(480, detector.Off, 3);
    }

    [Fact]
    public void Messages_that_are_always_late_by_less_than_a_minute_are_none_either()
    {
        Say(60, i => -20 - (i % 30));
        Assert.Equal(0, alarms);
        Assert.InRange(detector.Off, -49, -20);
    }

    [Fact]
    public void A_clock_that_was_set_right_is_believed_again_and_a_second_fault_is_told_again()
    {
        Say(30, _ => -300);
        Say(30, _ => 0.1);
        Assert.Equal(0.1, detector.Off, 3);
        Say(30, _ => -300);
        Assert.Equal(2, alarms);
    }

    [Fact]
    public void A_few_messages_prove_nothing()
    {
        Say(4, _ => -400, 24 * 60 * Minute);
        Assert.True(double.IsNaN(detector.Off));
    }

    private void Say(int messages, Func<int, double> skew, long everyMs = Minute)
    {
        for (var i = 0; i < messages; i++)
        {
            atMs += everyMs;
            if (detector.Observe(atMs, [skew(i)]).Alarm) alarms++;
        }
    }
}
