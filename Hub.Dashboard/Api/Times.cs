using System.Globalization;

namespace Hub.Dashboard.Api;

/// <summary>Reads the times and durations that people and programs write into an address.</summary>
internal static class Times
{
    // Year 1 to 9999 in milliseconds: beyond it a DateTimeOffset cannot be made.
    private const long LeastMs = -62_135_596_800_000;
    private const long MostMs = 253_402_300_799_999;

    public static bool TryParse(string text, Clock clock, out long ms)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ms)) return ms is >= LeastMs and <= MostMs;
        // A plus sign in an address that was not escaped arrives as a space.
        var cleaned = text.Replace(' ', text.Contains('T', StringComparison.Ordinal) ? '+' : ' ');
        if (!DateTime.TryParse(cleaned, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed)) return false;
        if (parsed.Kind == DateTimeKind.Unspecified)
        {
            ms = clock.FromLocal(parsed);
            return true;
        }

        if (!DateTimeOffset.TryParse(cleaned, CultureInfo.InvariantCulture, DateTimeStyles.None, out var withZone)) return false;
        ms = withZone.ToUnixTimeMilliseconds();
        return true;
    }

    public static bool TryParseDuration(string text, out long ms)
    {
        ms = 0;
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) || amount > 1_000_000_000_000) return false;
        long unit = text[digits.Length..] switch { "" or "ms" => 1, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => 0 };
        if (unit == 0 || amount > long.MaxValue / unit) return false;
        ms = amount * unit;
        return ms >= 1_000;
    }
}
