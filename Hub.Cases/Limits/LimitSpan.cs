using System.Globalization;

namespace Hub.Cases.Limits;

/// <summary>Unit of a time limit.</summary>
internal enum LimitUnit
{
    /// <summary>By the clock.</summary>
    Clock,

    /// <summary>Only working time counts.</summary>
    Work,

    /// <summary>Until local midnight, yet never less than four hours.</summary>
    EndOfDay,
}

/// <summary>How long a phase may take.</summary>
/// <param name="Unit">How it is counted.</param>
/// <param name="Amount">Milliseconds of the clock or of working time; unused for the end of the day.</param>
internal readonly record struct LimitSpan(LimitUnit Unit, long Amount)
{
    private static readonly long LeastOfDay = (long)TimeSpan.FromHours(4).TotalMilliseconds;

    /// <summary>Reads <c>60 s</c>, <c>3 min</c>, <c>4 h</c>, <c>2 workHour</c>, <c>1 workDay</c> or <c>endOfDay</c>.</summary>
    public static LimitSpan Parse(string text, WorkCalendar calendar)
    {
        if (text == "endOfDay") return new(LimitUnit.EndOfDay, 0);
        var cut = text.IndexOf(' ', StringComparison.Ordinal);
        if (cut > 0 && double.TryParse(text.AsSpan(0, cut), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n is > 0 and < 100_000)
            switch (text[(cut + 1)..].Trim())
            {
                case "s": return new(LimitUnit.Clock, (long)(n * 1000));
                case "min": return new(LimitUnit.Clock, (long)(n * 60_000));
                case "h": return new(LimitUnit.Clock, (long)(n * 3_600_000));
                case "workHour": return new(LimitUnit.Work, (long)(n * 3_600_000));
                case "workDay": return new(LimitUnit.Work, (long)(n * calendar.WorkDayMs));
                default: break;
            }

        throw new CasePolicyException($"limits.yaml: limit '{text}' cannot be read; expected a number and s, min, h, workHour or workDay, or endOfDay");
    }

    /// <summary>When it runs out, counted from <paramref name="fromMs"/>, with the given share of it (1 = all).</summary>
    public long From(long fromMs, double share, WorkCalendar calendar)
    {
        switch (Unit)
        {
            case LimitUnit.Clock: return fromMs + (long)(Amount * share);
            case LimitUnit.Work: return calendar.AddWork(fromMs, (long)(Amount * share));
            default:
                var midnight = calendar.Instant(calendar.Local(fromMs).Date.AddDays(1));
                var whole = Math.Max(midnight - fromMs, LeastOfDay);
                return fromMs + (long)(whole * share);
        }
    }
}
