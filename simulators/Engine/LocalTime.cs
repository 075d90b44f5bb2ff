namespace Hub.Simulators.Engine;

/// <summary>The community's wall clock: UTC+8 all year.</summary>
internal static class LocalTime
{
    public const long Second = 1_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;
    private const long Offset = 8 * Hour;

    /// <summary>Hour of the local day, 0 to below 24, with fractions.</summary>
    public static double HourOf(long ms) => (ms + Offset) % Day / (double)Hour;

    /// <summary>Number of the local day since 1970.</summary>
    public static long DayOf(long ms) => (ms + Offset) / Day;

    /// <summary>When a local day begins.</summary>
    public static long StartOf(long day) => (day * Day) - Offset;

    /// <summary>Day of the year, 0 to 365.</summary>
    public static int DayOfYear(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms + Offset).DayOfYear - 1;

    /// <summary>Saturday or Sunday.</summary>
    public static bool IsWeekend(long ms) => (DayOf(ms) + 4) % 7 is 0 or 6;

    /// <summary>Night of the noise law and of most rules: 22 to 6.</summary>
    public static bool IsNight(long ms) => HourOf(ms) is >= 22 or < 6;
}
