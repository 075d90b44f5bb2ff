using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Hub.Settings;

/// <summary>Reads settings by key and gathers every fault, so that a start fails once with the whole list instead of one by one.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> faults = [];
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One line each: key, value found, what is allowed.</summary>
    public IReadOnlyList<string> Faults => faults;

    public int Int(string key, int fallback, int min, int max) => (int)Long(key, fallback, min, max);

    public long Long(string key, long fallback, long min, long max)
    {
        if (!TryText(key, out var text)) return fallback;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        Fault(key, text, $"a whole number from {min} to {max}");
        return fallback;
    }

    public double Number(string key, double fallback, double min, double max)
    {
        if (!TryText(key, out var text)) return fallback;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        Fault(key, text, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
        return fallback;
    }

    public bool Flag(string key, bool fallback)
    {
        if (!TryText(key, out var text)) return fallback;
        if (bool.TryParse(text, out var value)) return value;
        Fault(key, text, "true or false");
        return fallback;
    }

    public string Text(string key, string fallback = "") => TryText(key, out var text) ? text : fallback;

    public string? Secret(string key) => TryText(key, out var text) ? text : null;

    public T Choice<T>(string key, T fallback) where T : struct, Enum
    {
        if (!TryText(key, out var text)) return fallback;
        if (Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])) return value;
        Fault(key, text, string.Join(" | ", Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..])));
        return fallback;
    }

    public DateTimeOffset? Instant(string key)
    {
        if (!TryText(key, out var text)) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)) return value;
        Fault(key, text, "an ISO 8601 time such as 2026-11-22T00:00:00+08:00");
        return null;
    }

    public Uri? Url(string key, params string[] schemes)
    {
        if (!TryText(key, out var text)) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var value) && schemes.Contains(value.Scheme, StringComparer.OrdinalIgnoreCase)) return value;
        Fault(key, text, $"a URL that starts with {string.Join(" or ", schemes.Select(s => s + "://"))}");
        return null;
    }

    /// <summary>A list: <c>Key:0</c>, <c>Key:1</c>, … or one value with commas.</summary>
    public IReadOnlyList<string> Words(string key)
    {
        known.Add(key);
        var section = configuration.GetSection(key);
        var children = section.GetChildren().ToList();
        foreach (var child in children) known.Add(child.Path);
        var words = children.Count > 0 ? children.Select(c => c.Value ?? "") : (section.Value ?? "").Split(',');
        return [.. words.Select(w => w.Trim()).Where(w => w.Length > 0)];
    }

    public void Fault(string key, string found, string allowed) => faults.Add($"{key}: found '{found}', allowed is {allowed}");

    /// <summary>Adds a fault for every key under a section that nobody asked for: a misspelt key must not be silently ignored.</summary>
    public void RefuseUnknown(string root)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (value is null || !key.StartsWith(root + ":", StringComparison.OrdinalIgnoreCase) || known.Contains(key)) continue;
            var near = known.OrderBy(k => Suggestion.Distance(k, key)).FirstOrDefault();
            faults.Add($"{key}: there is no such key{(near is null ? "" : $"; did you mean {near}?")}");
        }
    }

    private bool TryText(string key, out string text)
    {
        known.Add(key);
        text = configuration[key]?.Trim() ?? "";
        return text.Length > 0;
    }
}
