using System.Globalization;
using System.Text.Json;

namespace Hub.Simulators.Scoring;

/// <summary>A case as the hub tells it, as far as scoring asks.</summary>
internal sealed record FoundCase(string Id, string Type, string Severity, string Place, long OpenedMs, long UpdatedMs)
{
    public static FoundCase Of(JsonElement json) => new(
        Text(json, "id"), Text(json, "type"), Text(json, "severity"), Text(json, "place"), Time(json, "openedAt"), Time(json, "updatedAt"));

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var v)
        ? v.ValueKind == JsonValueKind.String ? v.GetString()! : v.ValueKind == JsonValueKind.Number ? "P" + v.GetRawText() : ""
        : "";

    private static long Time(JsonElement json, string name) => !json.TryGetProperty(name, out var v) ? 0
        : v.ValueKind == JsonValueKind.Number ? v.GetInt64()
        : DateTimeOffset.TryParse(v.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUnixTimeMilliseconds() : 0;
}
