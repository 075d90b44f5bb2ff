using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Api;

/// <summary>Reads query parameters and collects every fault, so that a caller hears of all mistakes at once; a misspelt name is a mistake too.</summary>
internal sealed class Params(HttpContext http)
{
    private static readonly string[] always = ["lang", "access_token", "_"];

    private readonly List<string> known = [.. always];
    private readonly List<Fault> faults = [];

    public string? Text(string name, int maxLength = 200)
    {
        var value = Raw(name);
        if (value is null || value.Length <= maxLength) return value;
        faults.Add(new Fault(name, $"{value.Length} characters", $"at most {maxLength}"));
        return null;
    }

    public string Required(string name)
    {
        var value = Text(name);
        if (value is not null) return value;
        faults.Add(new Fault(name, "nothing", "a value"));
        return "";
    }

    public int Int(string name, int fallback, int min, int max)
    {
        var value = Raw(name);
        if (value is null) return fallback;
        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        faults.Add(new Fault(name, Short(value), $"a whole number from {min} to {max}"));
        return fallback;
    }

    public int Limit(int fallback = 100, int max = 1_000) => Int("limit", fallback, 1, max);

    public bool? Flag(string name)
    {
        var value = Raw(name);
        if (value is null) return null;
        if (bool.TryParse(value, out var flag)) return flag;
        if (value is "1" or "0") return value == "1";
        faults.Add(new Fault(name, Short(value), "true or false"));
        return null;
    }

    /// <summary>A name of an enumeration, in any case; numbers are not names.</summary>
    public T? OneOf<T>(string name) where T : struct, Enum
    {
        var value = Raw(name);
        if (value is null) return null;
        if (Enum.TryParse<T>(value, ignoreCase: true, out var found) && char.IsAsciiLetter(value[0]) && Enum.IsDefined(found)) return found;
        faults.Add(new Fault(name, Short(value), "one of " + string.Join(", ", Enum.GetNames<T>())));
        return null;
    }

    public string? OneOf(string name, IEnumerable<string> allowed)
    {
        var value = Raw(name);
        if (value is null || allowed.Contains(value, StringComparer.Ordinal)) return value;
        faults.Add(new Fault(name, Short(value), "one of " + string.Join(", ", allowed)));
        return null;
    }

    /// <summary>An instant: ISO 8601, with or without zone (then local), or epoch milliseconds.</summary>
    public long? Time(string name, Clock clock)
    {
        var value = Raw(name);
        if (value is null) return null;
        if (Times.TryParse(value, clock, out var ms)) return ms;
        faults.Add(new Fault(name, Short(value), "ISO 8601 such as 2026-11-22T08:00:00+08:00, or epoch milliseconds"));
        return null;
    }

    /// <summary>A length of time: <c>60s</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>, or milliseconds; at least one second.</summary>
    public long? Duration(string name)
    {
        var value = Raw(name);
        if (value is null) return null;
        if (Times.TryParseDuration(value, out var ms)) return ms;
        faults.Add(new Fault(name, Short(value), "a duration of at least 1 s such as 60s, 5m, 1h, 1d, or milliseconds"));
        return null;
    }

    public void Fault(string name, string found, string expected) => faults.Add(new Fault(name, Short(found), expected));

    /// <summary>Ends the reading: throws when something was wrong.</summary>
    public void Done()
    {
        foreach (var name in http.Request.Query.Keys)
            if (!known.Contains(name, StringComparer.Ordinal))
                faults.Add(new Fault(Short(name), "an unknown parameter", "one of " + string.Join(", ", known.Skip(always.Length).DefaultIfEmpty("none"))));
        if (faults.Count > 0) throw ApiProblem.BadRequest(faults);
    }

    private string? Raw(string name)
    {
        known.Add(name);
        var values = http.Request.Query[name];
        if (values.Count > 1) faults.Add(new Fault(name, $"{values.Count} values", "one value"));
        var value = values.Count == 0 ? null : values[0];
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private static string Short(string value) => value.Length <= 60 ? $"'{value}'" : $"'{value[..60]}…'";
}
