using System.Globalization;

namespace Hub.Cases.Limits;

/// <summary>Which minutes are working time: week days, holidays and the make-up work days that pay for them.</summary>
public sealed class WorkCalendar
{
    private const int MaxDays = 3 * 366; // a limit never looks further than this

    private readonly TimeSpan offset;
    private readonly (TimeSpan From, TimeSpan To)[] hours;
    private readonly HashSet<DateOnly> holidays = [];
    private readonly HashSet<DateOnly> makeUp;

    internal WorkCalendar(CalendarFile file)
    {
        Version = file.Version;
        Years = file.Years;
        offset = ParseOffset(file.UtcOffset);
        hours = [.. file.WorkHours.Select(ParseSpan)];
        if (hours.Length == 0) throw new CasePolicyException("calendar.yaml: workHours is empty; at least one span like 08:30-12:00 is needed");
        WorkDayMs = hours.Sum(h => (long)(h.To - h.From).TotalMilliseconds);
        foreach (var h in file.Holidays)
        {
            var (from, to) = (ParseDate(h.From), ParseDate(h.To.Length == 0 ? h.From : h.To));
            if (to < from || to.DayNumber - from.DayNumber > 60) throw new CasePolicyException($"calendar.yaml: holiday {h.Name} runs from {h.From} to {h.To}; expected at most 60 days, the end not before the start");
            for (var day = from; day <= to; day = day.AddDays(1)) holidays.Add(day);
        }

        makeUp = [.. file.MakeUpWorkDays.Select(ParseDate)];
    }

    /// <summary>Version of the data.</summary>
    public string Version { get; }

    /// <summary>Years whose holidays are known; outside them only week ends are free.</summary>
    public IReadOnlyList<int> Years { get; }

    /// <summary>Working time of one full day, milliseconds.</summary>
    public long WorkDayMs { get; }

    /// <summary>Local time of an instant in milliseconds since 1970-01-01 UTC.</summary>
    public DateTime Local(long ms) => DateTime.UnixEpoch.AddMilliseconds(ms) + offset;

    /// <summary>The instant of a local time.</summary>
    public long Instant(DateTime local) => (long)(local - offset - DateTime.UnixEpoch).TotalMilliseconds;

    /// <summary>Whether people work on that day.</summary>
    public bool IsWorkDay(DateOnly day) =>
        makeUp.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !holidays.Contains(day));

    /// <summary>The instant when so much working time has passed since <paramref name="fromMs"/>.</summary>
    public long AddWork(long fromMs, long workMs)
    {
        var local = Local(fromMs);
        var left = workMs;
        var day = DateOnly.FromDateTime(local);
        for (var n = 0; n < MaxDays; n++, day = day.AddDays(1))
        {
            if (!IsWorkDay(day)) continue;
            var midnight = day.ToDateTime(TimeOnly.MinValue);
            foreach (var (from, to) in hours)
            {
                var start = midnight + from;
                if (start < local) start = local;
                var free = (long)(midnight + to - start).TotalMilliseconds;
                if (free <= 0) continue;
                if (left <= free) return Instant(start.AddMilliseconds(left));
                left -= free;
            }
        }

        return Instant(day.ToDateTime(TimeOnly.MinValue));
    }

    /// <summary>Working time between two instants, milliseconds.</summary>
    public long WorkBetween(long fromMs, long toMs)
    {
        var (local, end) = (Local(fromMs), Local(toMs));
        long sum = 0;
        var day = DateOnly.FromDateTime(local);
        for (var n = 0; n < MaxDays && day <= DateOnly.FromDateTime(end); n++, day = day.AddDays(1))
        {
            if (!IsWorkDay(day)) continue;
            var midnight = day.ToDateTime(TimeOnly.MinValue);
            foreach (var (from, to) in hours)
            {
                var start = midnight + from < local ? local : midnight + from;
                var stop = midnight + to > end ? end : midnight + to;
                if (stop > start) sum += (long)(stop - start).TotalMilliseconds;
            }
        }

        return sum;
    }

    internal static (TimeSpan From, TimeSpan To) ParseSpan(string text)
    {
        var parts = text.Split('-');
        if (parts.Length == 2 && TimeOfDay(parts[0]) is { } from && TimeOfDay(parts[1]) is { } to) return (from, to);
        throw new CasePolicyException($"time span '{text}' cannot be read; expected HH:mm-HH:mm");
    }

    private static TimeSpan? TimeOfDay(string text) =>
        text == "24:00" ? TimeSpan.FromDays(1)
        : TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out var time) ? time
        : null;

    private static TimeSpan ParseOffset(string text) =>
        TimeSpan.TryParseExact(text.TrimStart('+', '-'), @"hh\:mm", CultureInfo.InvariantCulture, out var value)
            ? text.StartsWith('-') ? -value : value
            : throw new CasePolicyException($"calendar.yaml: utcOffset '{text}' cannot be read; expected ±HH:mm");

    private static DateOnly ParseDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new CasePolicyException($"calendar.yaml: date '{text}' cannot be read; expected yyyy-MM-dd");
}
