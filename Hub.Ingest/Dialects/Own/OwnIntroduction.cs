using System.Buffers;
using System.Text.Json;

namespace Hub.Ingest;

/// <summary>
/// Reads a device's words about itself out of a status message: <c>{"kind":"smokeAlarm","name":"…","place":"leshan/estate-1/…","gateway":"…"}</c>.
/// An introduction with a kind, place or gateway that cannot be is none, so that a mended device may introduce itself again.
/// </summary>
internal static class OwnIntroduction
{
    public const int MostKindBytes = 64;
    public const int MostNameChars = 128;
    public const int MostPlaceBytes = 256;
    public const int MostPlaceLevels = 12;
    public const int MostAttributes = 16;

    private static readonly JsonReaderOptions strict = new() { MaxDepth = 8, CommentHandling = JsonCommentHandling.Disallow };
    private static readonly SearchValues<byte> kindBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);

    /// <summary>Whether a field of a status message belongs to the introduction and is no reading.</summary>
    public static bool IsField(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("name"u8) || name.SequenceEqual("place"u8) || name.SequenceEqual("gateway"u8)
        || name.SequenceEqual("attributes"u8) || name.SequenceEqual("longitude"u8) || name.SequenceEqual("latitude"u8);

    /// <summary>Reads the body of a status message that the dialect could decode; null when it holds no introduction.</summary>
    public static Introduction? Read(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("\uFEFF"u8)) payload = payload[3..];
        try
        {
            var reader = new Utf8JsonReader(payload, strict);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadFields(ref reader) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A bare "online", or a text that is no Unicode: no introduction.
            return null;
        }
    }

    private static Introduction? ReadFields(ref Utf8JsonReader reader)
    {
        string? kind = null, gateway = null;
        string name = "", place = "";
        double? longitude = null, latitude = null;
        var sim = false;
        Dictionary<string, string>? attributes = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.ValueSpan;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) continue;
            if (field.SequenceEqual("kind"u8)) { if (!TryText(ref reader, IsKind, out kind)) return null; }
            else if (field.SequenceEqual("place"u8)) { if (!TryText(ref reader, IsPlace, out place!)) return null; }
            else if (field.SequenceEqual("gateway"u8)) { if (!TryText(ref reader, DeviceIds.IsValid, out gateway)) return null; }
            else if (field.SequenceEqual("name"u8)) name = NameIn(ref reader);
            else if (field.SequenceEqual("longitude"u8)) longitude = Degrees(ref reader, 180);
            else if (field.SequenceEqual("latitude"u8)) latitude = Degrees(ref reader, 90);
            else if (field.SequenceEqual("sim"u8)) sim = reader.TokenType == JsonTokenType.True;
            else if (field.SequenceEqual("attributes"u8)) attributes = AttributesIn(ref reader);
            else reader.Skip();
        }

        return kind is null ? null : new Introduction(kind, name, place, gateway, longitude, latitude, sim, attributes);
    }

    private delegate bool Allowed(ReadOnlySpan<byte> text);

    private static bool TryText(ref Utf8JsonReader reader, Allowed isAllowed, out string? text)
    {
        text = null;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || !isAllowed(reader.ValueSpan)) return false;
        text = reader.GetString();
        return true;
    }

    private static bool IsKind(ReadOnlySpan<byte> text) => text.Length is >= 1 and <= MostKindBytes && !text.ContainsAnyExcept(kindBytes);

    private static bool IsPlace(ReadOnlySpan<byte> path)
    {
        if (path.Length is 0 or > MostPlaceBytes || Labels.HasLongNumber(path)) return false;
        var levels = 0;
        foreach (var level in path.Split((byte)'/'))
        {
            if (++levels > MostPlaceLevels || !Labels.IsName(path[level])) return false;
        }

        return true;
    }

    // A name is for people to read and may be in any language; one with a telephone or identity number in it is left out.
    private static string NameIn(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || Labels.HasLongNumber(reader.ValueSpan))
        {
            reader.Skip();
            return "";
        }

        var name = reader.GetString()!.Trim();
        return name.Length <= MostNameChars && !name.Any(char.IsControl) ? name : "";
    }

    private static double? Degrees(ref Utf8JsonReader reader, double most)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var degrees) && Math.Abs(degrees) <= most) return degrees;
        reader.Skip();
        return null;
    }

    private static Dictionary<string, string>? AttributesIn(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var isName = !reader.ValueIsEscaped && Labels.IsName(reader.ValueSpan) && !PersonalFields.Contains(name);
            reader.Read();
            if (isName && attributes.Count < MostAttributes && reader.TokenType == JsonTokenType.String && OwnValues.TryLabel(ref reader, out _)) attributes[name] = reader.GetString()!;
            else reader.Skip();
        }

        return attributes;
    }
}
