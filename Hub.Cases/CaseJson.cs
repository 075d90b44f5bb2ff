using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hub.Cases;

/// <summary>How cases and events are written: one form for the hash, the store and the wire of the store, so that equal means equal bytes.</summary>
public static class CaseJson
{
    // Derived from the event itself or from the chain: not repeated in "set".
    private static readonly HashSet<string> derived = new(StringComparer.Ordinal) { "version", "state", "updatedAtMs", "lastHash" };
    private static readonly JsonWriterOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The options of that form: camel case, members in the order of declaration, enums as words, no indentation.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The canonical bytes of an event: everything but its sequence and its own hash.</summary>
    public static byte[] Canonical(CaseEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, plain))
        {
            json.WriteStartObject();
            json.WriteString("case", e.CaseId);
            json.WriteNumber("version", e.Version);
            json.WriteString("kind", e.Kind);
            json.WriteNumber("atMs", e.AtMs);
            json.WriteString("actor", e.Actor);
            json.WriteString("post", e.Post);
            json.WriteString("state", e.State.ToString());
            json.WritePropertyName("data");
            e.Data.WriteTo(json);
            json.WriteString("previous", e.PreviousHash);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The hash of an event, over <see cref="Canonical"/>.</summary>
    public static string HashOf(CaseEvent e) => Convert.ToHexStringLower(SHA256.HashData(Canonical(e)));

    /// <summary>The link of the whole-log chain: over the link before, the sequence and the hash of the event.</summary>
    public static string LogHash(string previous, long sequence, string eventHash) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{previous}|{sequence}|{eventHash}")));

    /// <summary>A case as text.</summary>
    public static string Write(GridCase @case) => JsonSerializer.Serialize(@case, Options);

    /// <summary>A case from its text.</summary>
    public static GridCase ReadCase(string text) =>
        JsonSerializer.Deserialize<GridCase>(text, Options) ?? throw new JsonException("a case was expected, found null");

    /// <summary>The data of an event as text.</summary>
    public static string Write(JsonObject data) => data.ToJsonString(Options);

    /// <summary>The data of an event from its text.</summary>
    public static JsonObject ReadData(string text) =>
        JsonNode.Parse(text) as JsonObject ?? throw new JsonException("the data of an event must be an object");

    /// <summary>The case after an event: what the event says, laid over the case before (null for the first).</summary>
    public static GridCase Apply(GridCase? before, CaseEvent e)
    {
        var json = before is null ? [] : Tree(before);
        if (e.Data["set"] is JsonObject set)
            foreach (var (name, value) in set)
                json[name] = value?.DeepClone();
        json["version"] = e.Version;
        json["state"] = e.State.ToString();
        json["updatedAtMs"] = e.AtMs;
        json["lastHash"] = e.Hash;
        return json.Deserialize<GridCase>(Options) ?? throw new JsonException("an event must leave a case");
    }

    internal static JsonObject Tree(GridCase @case) => (JsonObject)JsonSerializer.SerializeToNode(@case, Options)!;

    /// <summary>The fields that differ, with their new values, in the order of declaration.</summary>
    internal static JsonObject Difference(GridCase? before, GridCase after)
    {
        var old = before is null ? null : Tree(before);
        var set = new JsonObject();
        foreach (var (name, value) in Tree(after))
        {
            if (derived.Contains(name)) continue;
            if (old is not null && JsonNode.DeepEquals(old[name], value)) continue;
            if (old is null && (value is null || value is JsonArray { Count: 0 })) continue;
            set[name] = value?.DeepClone();
        }

        return set;
    }
}
