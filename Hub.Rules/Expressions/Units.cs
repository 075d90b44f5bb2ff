namespace Hub.Rules.Expressions;

/// <summary>The units a pack may write, each as a dimension and a factor to that dimension's base.</summary>
internal static class Units
{
    private static readonly Dictionary<string, (string Dimension, double Factor)> known = new(StringComparer.Ordinal)
    {
        [""] = ("", 1),
        ["W"] = ("power", 1), ["kW"] = ("power", 1_000),
        ["Wh"] = ("energy", 1), ["kWh"] = ("energy", 1_000),
        ["V"] = ("voltage", 1), ["mV"] = ("voltage", 0.001), ["kV"] = ("voltage", 1_000),
        ["A"] = ("current", 1), ["mA"] = ("current", 0.001),
        ["°C"] = ("temperature", 1), ["K"] = ("temperature difference", 1),
        ["%"] = ("percent", 1), ["%LEL"] = ("gas", 1), ["ppm"] = ("concentration", 1), ["dB/m"] = ("obscuration", 1), ["dBm"] = ("signal", 1),
        ["m³"] = ("volume", 1), ["m3"] = ("volume", 1), ["L"] = ("volume", 0.001),
        ["ms"] = ("time", 0.001), ["s"] = ("time", 1), ["min"] = ("time", 60), ["h"] = ("time", 3_600), ["d"] = ("time", 86_400),
    };

    /// <summary>All spellings, for messages.</summary>
    public static string Allowed => string.Join(", ", known.Keys.Where(k => k.Length > 0)) + ", each also per s, min, h or d (°C/min)";

    /// <summary>The dimension and factor of a spelling; false when it is none.</summary>
    public static bool TryParse(string unit, out string dimension, out double factor)
    {
        if (known.TryGetValue(unit, out var found))
        {
            (dimension, factor) = found;
            return true;
        }

        var slash = unit.LastIndexOf('/');
        if (slash >= 0 && known.TryGetValue(unit[(slash + 1)..], out var per) && string.Equals(per.Dimension, "time", StringComparison.Ordinal))
        {
            var upper = unit[..slash];
            if (string.Equals(upper, "1", StringComparison.Ordinal)) upper = "";
            if (known.TryGetValue(upper, out var top))
            {
                dimension = top.Dimension + " per time";
                factor = top.Factor / per.Factor;
                return true;
            }
        }

        dimension = "";
        factor = 1;
        return false;
    }

    /// <summary>What a wrong unit was meant to be, or all there are: for messages.</summary>
    public static string Suggest(string unit) =>
        Array.Find(known.Keys.ToArray(), k => k.Length > 0 && string.Equals(k, unit, StringComparison.OrdinalIgnoreCase)) is { } near ? $"did you mean '{near}'?"
        : unit is "C" or "℃" or "degC" or "摄氏度" ? "did you mean '°C'?"
        : unit.TrimEnd('s') is "sec" or "second" ? "did you mean 's'?"
        : unit.TrimEnd('s') is "mins" or "minute" ? "did you mean 'min'?"
        : unit.TrimEnd('s') is "hour" or "hr" ? "did you mean 'h'?"
        : unit.TrimEnd('s') is "day" ? "did you mean 'd'?"
        : "one of " + Allowed;

    /// <summary>What a value is, for messages: a number in a unit, or a time of day; null for a plain text.</summary>
    public static string? LikeOf(string text) =>
        IsTimeOfDay(text) ? "a time of day such as \"20:00\""
        : TryQuantity(text, out _, out var unit) && TryParse(unit, out _, out _) ? unit.Length > 0 ? "a number in " + unit : "a number without a unit" : null;

    /// <summary>Both are numbers of one dimension, or both times of day.</summary>
    public static bool Alike(string one, string other)
    {
        if (IsTimeOfDay(other)) return IsTimeOfDay(one);
        return TryQuantity(one, out _, out var a) && TryParse(a, out _, out _) && TryQuantity(other, out _, out var b) && TryConvert(a, b, out _);
    }

    private static bool IsTimeOfDay(string text) => TimeOnly.TryParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _);

    /// <summary>Factor from one unit to another; false when they measure different things. Temperatures and their differences are alike here.</summary>
    public static bool TryConvert(string from, string to, out double factor)
    {
        factor = 1;
        if (string.Equals(from, to, StringComparison.Ordinal)) return true;
        if (!TryParse(from, out var fromDimension, out var fromFactor) || !TryParse(to, out var toDimension, out var toFactor)) return false;
        factor = fromFactor / toFactor;
        return string.Equals(Plain(fromDimension), Plain(toDimension), StringComparison.Ordinal);
    }

    /// <summary>Milliseconds of a quantity of time such as <c>90 s</c>; false when it is none.</summary>
    public static bool TryDuration(string text, out long milliseconds)
    {
        milliseconds = 0;
        if (!TryQuantity(text, out var value, out var unit)) return false;
        if (!TryParse(unit, out var dimension, out var factor) || !string.Equals(dimension, "time", StringComparison.Ordinal)) return false;
        if (!(value * factor is >= 0 and < 400d * 86_400)) return false;
        milliseconds = (long)Math.Round(value * factor * 1000);
        return true;
    }

    /// <summary>Splits <c>60 °C</c> into number and unit; false when it does not begin with a number.</summary>
    public static bool TryQuantity(string text, out double value, out string unit)
    {
        var span = text.AsSpan().Trim();
        var end = 0;
        while (end < span.Length && (char.IsAsciiDigit(span[end]) || span[end] is '.' or '_' or '-' or '+')) end++;
        unit = span[end..].Trim().ToString();
        return double.TryParse(span[..end].ToString().Replace("_", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture, out value);
    }

    private static string Plain(string dimension) => dimension.Replace(" difference", "", StringComparison.Ordinal);
}
