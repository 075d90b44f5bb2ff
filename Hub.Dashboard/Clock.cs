namespace Hub.Dashboard;

/// <summary>The hub's clock in the zone people live in: milliseconds inside, ISO 8601 with offset outside.</summary>
internal sealed class Clock(TimeProvider time, DashboardOptions options)
{
    // A day within the calendar's ends, so that any zone's offset still fits.
    private static readonly long LeastMs = DateTimeOffset.MinValue.AddDays(1).ToUnixTimeMilliseconds();
    private static readonly long MostMs = DateTimeOffset.MaxValue.AddDays(-1).ToUnixTimeMilliseconds();

    public TimeProvider Time => time;

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public DateTimeOffset Now => At(NowMs);

    /// <summary>An instant in the hub's zone. One that no calendar has becomes the first or last day of it: a single odd record must not hide all others.</summary>
    public DateTimeOffset At(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, LeastMs, MostMs)), options.TimeZone);

    /// <summary>Null for 0, which stands for "never" in the domain's records.</summary>
    public DateTimeOffset? AtOrNull(long ms) => ms == 0 ? null : At(ms);

    /// <summary>Midnight before an instant, in local time.</summary>
    public long DayStartMs(long ms)
    {
        var local = At(ms);
        var midnight = DateTime.SpecifyKind(local.Date, DateTimeKind.Unspecified);
        return new DateTimeOffset(midnight, options.TimeZone.GetUtcOffset(midnight)).ToUnixTimeMilliseconds();
    }

    /// <summary>A time without zone is local time.</summary>
    public long FromLocal(DateTime local) => new DateTimeOffset(local, options.TimeZone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
}
