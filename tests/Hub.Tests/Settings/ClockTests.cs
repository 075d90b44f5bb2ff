using Hub.Clock;
using Hub.Tests.Support;

namespace Hub.Tests.Settings;

public sealed class ClockTests
{
    private static readonly DateTimeOffset morning = new(2026, 11, 22, 8, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void A_scaled_clock_starts_where_it_is_told_and_runs_as_fast_as_it_is_told()
    {
        var real = new ManualClock();
        var clock = new ScaledClock(real, morning, 60);

        real.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(morning + TimeSpan.FromMinutes(2), clock.GetUtcNow());
    }

    [Fact]
    public void A_timer_of_a_scaled_clock_fires_after_its_own_time()
    {
        var real = new ManualClock();
        var clock = new ScaledClock(real, morning, 60);
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);

        real.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(0, fired);
        real.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, fired);
    }

    [Fact]
    public void The_demo_clock_is_moved_by_hand_and_then_runs_on()
    {
        var real = new ManualClock();
        var clock = new DemoClock(real, morning);
        real.Advance(TimeSpan.FromHours(1));
        Assert.Equal(morning, clock.GetUtcNow());
        Assert.Equal(long.MaxValue, clock.EvenSinceMs);

        clock.MoveTo(morning.AddMinutes(5));
        clock.MoveTo(morning);
        clock.Release(2);
        real.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(morning.AddMinutes(7), clock.GetUtcNow());
        Assert.Equal(morning.AddMinutes(5).ToUnixTimeMilliseconds(), clock.EvenSinceMs);
    }
}
