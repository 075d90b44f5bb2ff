using System.Globalization;

namespace Hub.Adapters.Readings.Import;

/// <summary>Times as files have them.</summary>
internal static class ImportTimes
{
    /// <summary>ISO 8601 with or without zone (without: UTC), or a whole number since 1970 in s, ms, µs or ns, told apart by its size.</summary>
    public static bool TryParse(string text, out long atMs)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            atMs = Math.Abs(number) switch
            {
                < 100_000_000_000 => number * 1000,             // seconds until the year 5138
                < 100_000_000_000_000 => number,                // milliseconds
                < 100_000_000_000_000_000 => number / 1000,     // microseconds
                _ => number / 1_000_000,
            };
            return true;
        }

        var parsed = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        atMs = time.ToUnixTimeMilliseconds();
        return parsed;
    }
}
