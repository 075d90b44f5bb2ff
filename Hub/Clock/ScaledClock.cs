namespace Hub.Clock;

/// <summary>A clock that starts where it is told and runs a number of times faster than the real one. For simulation only.</summary>
internal sealed class ScaledClock(TimeProvider real, DateTimeOffset start, double speed) : TimeProvider
{
    private readonly DateTimeOffset origin = real.GetUtcNow();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + (real.GetUtcNow() - origin) * speed;

    public override long GetTimestamp() => (long)(real.GetElapsedTime(0, real.GetTimestamp()).Ticks * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, Shrink(dueTime), Shrink(period));

    private TimeSpan Shrink(TimeSpan span) => span == Timeout.InfiniteTimeSpan || span == TimeSpan.Zero
        ? span
        : TimeSpan.FromMilliseconds(Math.Max(1, span.TotalMilliseconds / speed));
}
