namespace Hub.Mqtt.Server;

/// <summary>How much one client publishes, whatever connection it uses: a bucket of credit, and what happens to those who press on without.</summary>
/// <remarks>Any thread. Times are timestamps of the endpoint's clock.</remarks>
internal sealed class Meter(int grant, MqttOptions options, TimeProvider clock)
{
    private const int MostDoublings = 4;
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private double credit = options.PublishBurst;
    private long countedAt = clock.GetTimestamp();
    private long floodSince = long.MinValue;
    private long shutUntil = long.MinValue;
    private int offences;
    private int users;
    private bool gone;

    /// <summary>Messages a second it may publish on average.</summary>
    public int Rate { get; set; } = grant;

    /// <summary>When the quarantine ends; null when there is none.</summary>
    public DateTimeOffset? QuarantineEnds
    {
        get
        {
            lock (gate)
            {
                var left = Left(clock.GetTimestamp());
                return left > TimeSpan.Zero ? clock.GetUtcNow() + left : null;
            }
        }
    }

    /// <summary>A connection counts on this meter from now on; false when it has just been let go.</summary>
    public bool TryUse()
    {
        lock (gate)
        {
            if (!gone) users++;
            return !gone;
        }
    }

    public void Leave()
    {
        lock (gate) users--;
    }

    /// <summary>Lets go of it when nobody uses it and a new one would be just like it.</summary>
    public bool TryLetGo()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            Refill(now);
            return gone = users == 0 && credit >= options.PublishBurst
                && (shutUntil == long.MinValue || (Left(now) <= TimeSpan.Zero && clock.GetElapsedTime(shutUntil, now) > Memory));
        }
    }

    /// <summary>Messages that may be taken before the next <see cref="Spend"/>: the credit, or what a tenth of a second grants.</summary>
    public int Allowance
    {
        get
        {
            lock (gate)
            {
                Refill(clock.GetTimestamp());
                return (int)Math.Max(credit, 1 + (Rate / 10));
            }
        }
    }

    /// <summary>Counts messages that were taken.</summary>
    /// <param name="messages">How many.</param>
    /// <param name="wait">How long the client is not to be read.</param>
    /// <returns>False when it has pressed on for too long and is put out.</returns>
    public bool Spend(int messages, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        lock (gate)
        {
            var now = clock.GetTimestamp();
            if (Left(now) > TimeSpan.Zero) return false;
            Refill(now);
            credit -= messages;
            if (credit >= 1)
            {
                floodSince = long.MinValue;
                return true;
            }

            // To the last bit: who did not want more would have left some.
            wait = TimeSpan.FromSeconds(Math.Max(0, -credit / Rate));
            if (floodSince == long.MinValue) floodSince = now;
            return options.FloodSeconds == 0 || clock.GetElapsedTime(floodSince, now).TotalSeconds <= options.FloodSeconds;
        }
    }

    /// <summary>Shuts the client out, each time within an hour for twice as long. False when it is shut out already.</summary>
    public bool Quarantine()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            if (options.QuarantineSeconds == 0 || Left(now) > TimeSpan.Zero) return false;
            if (shutUntil != long.MinValue && clock.GetElapsedTime(shutUntil, now) > Memory) offences = 0;
            shutUntil = now + (options.QuarantineSeconds * (1L << Math.Min(offences++, MostDoublings)) * clock.TimestampFrequency);
            floodSince = long.MinValue;
            credit = options.PublishBurst;
            countedAt = now;
            return true;
        }
    }

    /// <summary>Ends the quarantine; false when there was none.</summary>
    public bool Release()
    {
        lock (gate)
        {
            if (Left(clock.GetTimestamp()) <= TimeSpan.Zero) return false;
            shutUntil = clock.GetTimestamp();
            return true;
        }
    }

    private TimeSpan Left(long now) => shutUntil == long.MinValue ? TimeSpan.Zero : clock.GetElapsedTime(now, shutUntil);

    private void Refill(long now)
    {
        credit = Math.Min(options.PublishBurst, credit + (clock.GetElapsedTime(countedAt, now).TotalSeconds * Rate));
        countedAt = now;
    }
}
