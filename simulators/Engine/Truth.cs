using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Hub.Simulators.Engine;

/// <summary>What really happened: one line of the ground truth that a hub is scored against.</summary>
/// <param name="Scene">Name of the scripted scene, or <c>base</c> for an incident of the base rates.</param>
/// <param name="Type">English id of the anomaly type.</param>
/// <param name="Severity">P1 to P4: the highest it deserves.</param>
/// <param name="Place">Path of the place.</param>
/// <param name="Zone">Zone of the camera, or null.</param>
/// <param name="Device">Device that saw it first.</param>
/// <param name="From">When it began, milliseconds since 1970-01-01 UTC (simulated).</param>
/// <param name="To">When it ended.</param>
/// <param name="Due">When the rules have seen enough: a case is expected from here on, and time-to-case counts from here.</param>
/// <param name="Expected"><c>case</c>: must be found; <c>none</c>: a case would be false; <c>joined</c>: allowed, neither asked for nor false.</param>
/// <param name="Note">In words.</param>
public sealed record Truth(
    string Scene, string Type, string Severity, string Place, string? Zone, string Device, long From, long To, long Due, string Expected, string Note)
{
    /// <summary>Type of the last line of a run: devices fall silent after it, so what opens later is not scored.</summary>
    public const string EndOfRun = "EndOfRun";

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, json);

    /// <summary>Reads one line; throws <see cref="JsonException"/> when it is not one.</summary>
    public static Truth FromLine(string line) =>
        JsonSerializer.Deserialize<Truth>(line, json) ?? throw new JsonException("an empty object is not a line of ground truth");
}
