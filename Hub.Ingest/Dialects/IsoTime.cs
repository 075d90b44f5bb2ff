namespace Hub.Ingest;

/// <summary>Reads ISO 8601 times as devices write them: <c>2026-11-22T03:04:05.678+08:00</c>, also with a space, without seconds, without zone.</summary>
internal static class IsoTime
{
    private const long MsPerMinute = 60_000;
    private const long MsPerDay = 86_400_000;
    private static readonly long epochDay = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    /// <param name="text">The time.</param>
    /// <param name="hasZone">False when the text names no zone: the result is then as if it were UTC.</param>
    /// <param name="ms">The time.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ms, out bool hasZone)
    {
        ms = 0;
        hasZone = false;
        if (!Number(ref text, 4, out var year) || !Skip(ref text, '-') || !Number(ref text, 2, out var month) || !Skip(ref text, '-') || !Number(ref text, 2, out var day)) return false;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (!(Skip(ref text, 'T') || Skip(ref text, 't') || Skip(ref text, ' '))) return false;
        if (!Number(ref text, 2, out var hour) || !Skip(ref text, ':') || !Number(ref text, 2, out var minute) || hour > 23 || minute > 59) return false;
        var second = 0;
        if (Skip(ref text, ':') && (!Number(ref text, 2, out second) || second > 60)) return false;
        var fractionMs = 0;
        if ((Skip(ref text, '.') || Skip(ref text, ',')) && !Fraction(ref text, out fractionMs)) return false;
        ms = ((new DateOnly(year, month, day).DayNumber - epochDay) * MsPerDay) + (((hour * 60) + minute) * MsPerMinute) + (Math.Min(second, 59) * 1000L) + fractionMs;
        return Zone(text, ref ms, out hasZone);
    }

    private static bool Zone(ReadOnlySpan<byte> text, ref long ms, out bool hasZone)
    {
        hasZone = !text.IsEmpty;
        if (!hasZone || text is [(byte)'Z' or (byte)'z']) return true;
        var sign = text[0] switch { (byte)'+' => 1, (byte)'-' => -1, _ => 0 };
        text = text[1..];
        if (sign == 0 || !Number(ref text, 2, out var hours) || hours > 14) return false;
        var minutes = 0;
        if (!text.IsEmpty)
        {
            Skip(ref text, ':');
            if (!Number(ref text, 2, out minutes) || minutes > 59 || !text.IsEmpty) return false;
        }

        ms -= sign * ((hours * 60) + minutes) * MsPerMinute;
        return true;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> text, out int ms)
    {
        ms = 0;
        var digits = 0;
        for (; !text.IsEmpty && char.IsAsciiDigit((char)text[0]); text = text[1..])
        {
            if (digits++ < 3) ms = (ms * 10) + (text[0] - '0');
        }

        for (var i = digits; i < 3; i++) ms *= 10;
        return digits > 0;
    }

    private static bool Number(ref ReadOnlySpan<byte> text, int digits, out int value)
    {
        value = 0;
        if (text.Length < digits) return false;
        foreach (var b in text[..digits])
        {
            if (!char.IsAsciiDigit((char)b)) return false;
            value = (value * 10) + (b - '0');
        }

        text = text[digits..];
        return true;
    }

    private static bool Skip(ref ReadOnlySpan<byte> text, char c)
    {
        if (text.IsEmpty || text[0] != c) return false;
        text = text[1..];
        return true;
    }
}
