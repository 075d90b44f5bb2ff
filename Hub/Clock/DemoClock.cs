namespace Hub.Clock;

/// <summary>The demo's clock: first moved by hand through some past hours, then released to run with the real one.</summary>
internal sealed class DemoClock(TimeProvider real, DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset held = start;
    private bool released;
    private TimeSpan offset;
    private double speed = 1;
    private DateTimeOffset releasedAt;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return released ? releasedAt + offset + (real.GetUtcNow() - releasedAt) * speed : held;
    }

    public override long GetTimestamp() => real.GetTimestamp();

    public override long TimestampFrequency => real.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, dueTime, period);

    /// <summary>Since when the clock runs evenly, in its own milliseconds; <see cref="long.MaxValue"/> while it is moved by hand.</summary>
    public long EvenSinceMs
    {
        get { lock (gate) return released ? (releasedAt + offset).ToUnixTimeMilliseconds() : long.MaxValue; }
    }

    /// <summary>Moves the held clock; never backwards.</summary>
    public void MoveTo(DateTimeOffset now)
    {
        lock (gate)
            if (now > held) held = now;
    }

    /// <summary>Lets the clock run on from where it was moved to.</summary>
    public void Release(double runSpeed)
    {
        lock (gate)
        {
            releasedAt = real.GetUtcNow();
            offset = held - releasedAt;
            speed = runSpeed;
            released = true;
        }
    }
}
