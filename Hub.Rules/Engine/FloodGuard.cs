namespace Hub.Rules.Engine;

/// <summary>Counts the alerts of one rule in one lane: a rule that matches everything is held back, and in the end makes no more cases. Never asked for P1.</summary>
internal sealed class FloodGuard(EngineOptions options)
{
    private const long MinuteMs = 60_000;
    private const int MinutesOfHour = 60;

    private long minute = long.MinValue / 2;
    private int count;
    private long hour = long.MinValue / 2;
    private int flooded;

    /// <summary>Since when the rule makes no cases of its own accord, milliseconds since 1970-01-01 UTC; 0 while it does.</summary>
    public long ShadowedMs { get; private set; }

    /// <summary>Counts one alert that would go out.</summary>
    /// <returns>Whether it is too many for this minute.</returns>
    public bool Flooding(long nowMs)
    {
        if (minute != nowMs / MinuteMs) (minute, count) = (nowMs / MinuteMs, 0);
        if (++count <= options.MaxAlertsPerRulePerMinute) return false;
        if (count == options.MaxAlertsPerRulePerMinute + 1) Flooded(nowMs);
        return true;
    }

    public void Write(StateWriter writer)
    {
        writer.Long(minute);
        writer.Int(count);
        writer.Long(hour);
        writer.Int(flooded);
        writer.Long(ShadowedMs);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; of a rule that was changed since, nothing is kept.</summary>
    public void Read(ref StateReader reader, bool changed, int format)
    {
        var (savedMinute, savedCount) = (reader.Long(), reader.Int());
        var (savedHour, savedFlooded, savedShadow) = format >= 2 ? (reader.Long(), reader.Int(), reader.Long()) : (hour, 0, 0);
        if (!changed) (minute, count, hour, flooded, ShadowedMs) = (savedMinute, savedCount, savedHour, savedFlooded, savedShadow);
    }

    private void Flooded(long nowMs)
    {
        if (hour != minute / MinutesOfHour) (hour, flooded) = (minute / MinutesOfHour, 0);
        if (++flooded >= options.FloodedMinutesBeforeShadow && ShadowedMs == 0) ShadowedMs = nowMs;
    }
}
