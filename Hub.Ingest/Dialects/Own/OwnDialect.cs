using System.Text.Json;
using Hub.Core;
using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>
/// The hub's own JSON: an object, an array of objects, or a bare object of values. See <c>docs/formats/topics.md</c>.
/// What cannot be read of a message is left out; one of which nothing is left is refused. One thread at a time.
/// </summary>
internal sealed class OwnDialect
{
    private static readonly JsonReaderOptions strict = new() { MaxDepth = 8, CommentHandling = JsonCommentHandling.Disallow };

    private readonly IngestOptions _options;
    private readonly OwnFields _fields;

    public OwnDialect(ChannelTable channels, IngestOptions options)
    {
        _options = options;
        _fields = new OwnFields(channels, options);
    }

    /// <summary>Decodes one payload into the message; device, lane and position are the caller's to set.</summary>
    /// <returns>False when it cannot be decoded: the message says why.</returns>
    public bool Decode(MessageKind kind, ReadOnlySpan<byte> payload, long arrivalMs, DecodedMessage message)
    {
        if (payload.StartsWith("\uFEFF"u8)) payload = payload[3..];
        if (payload.IsEmpty) return message.Fail(DeadReasons.Empty, "the payload has 0 bytes; expected a JSON object or array");
        if (kind == MessageKind.Telemetry && _fields.TryReadPlain(payload, arrivalMs, message)) return true;
        if (kind == MessageKind.Status && TryLifeSign(payload, arrivalMs, message)) return true;
        return DecodeInFull(kind, payload, arrivalMs, message);
    }

    /// <summary>Decodes by the full reader, which understands every form and names what is wrong.</summary>
    internal bool DecodeInFull(MessageKind kind, ReadOnlySpan<byte> payload, long arrivalMs, DecodedMessage message)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, strict);
            reader.Read();
            if (!ReadTop(ref reader, kind, arrivalMs, message)) return false;
            return !reader.Read() || message.Fail(DeadReasons.BadJson, "there is something behind the end of the JSON value");
        }
        catch (JsonException e)
        {
            if (!IsNotANumber(payload, e)) return message.Fail(DeadReasons.BadJson, $"not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}; expected a JSON object or array");
            var detail = $"NaN and Infinity are not numbers in JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); leave the value out";
            return DecodeWithout(kind, payload, arrivalMs, message, detail);
        }
    }

    // Some libraries write NaN for a sensor that gave nothing; what its neighbours say counts all the same.
    private bool DecodeWithout(MessageKind kind, ReadOnlySpan<byte> payload, long arrivalMs, DecodedMessage message, string detail)
    {
        message.Clear();
        var cleaned = NotNumbers.Without(payload, out var count);
        if (count == 0) return message.Fail(DeadReasons.NotANumber, detail);
        if (!DecodeInFull(kind, cleaned, arrivalMs, message)) return false;
        foreach (var observation in message.Observations)
        {
            if (OwnFields.IsEmpty(observation)) continue;
            for (var i = 0; i < count; i++) message.LeaveOut(DeadReasons.NotANumber, detail);
            return true;
        }

        return message.Fail(DeadReasons.NotANumber, detail);
    }

    private bool ReadTop(ref Utf8JsonReader reader, MessageKind kind, long arrivalMs, DecodedMessage message)
    {
        if (reader.TokenType == JsonTokenType.StartObject) return _fields.Read(ref reader, kind, arrivalMs, message);
        if (reader.TokenType != JsonTokenType.StartArray)
            return message.Fail(DeadReasons.WrongType, $"the payload is {OwnFields.NameOf(reader.TokenType)}; expected an object or an array of objects");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (message.Count == _options.MostElements)
                return message.Fail(DeadReasons.TooMany, $"the array has more than {_options.MostElements} elements; send several messages");
            if (reader.TokenType != JsonTokenType.StartObject)
                return message.Fail(DeadReasons.WrongType, $"element {message.Count} of the array is {OwnFields.NameOf(reader.TokenType)}; expected an object");
            if (!_fields.Read(ref reader, kind, arrivalMs, message)) return false;
        }

        return true;
    }

    // A last will is often no more than a word.
    private bool TryLifeSign(ReadOnlySpan<byte> payload, long arrivalMs, DecodedMessage message)
    {
        if (payload is [(byte)'"', .., (byte)'"']) payload = payload[1..^1];
        var online = payload.SequenceEqual("online"u8);
        if (!online && !payload.SequenceEqual("offline"u8)) return false;
        var observation = message.Add();
        observation.Kind = MessageKind.Status;
        observation.ArrivalMs = observation.AtMs = arrivalMs;
        observation.Add(new Reading(_fields.Online, online ? 1 : 0));
        return true;
    }

    private static bool IsNotANumber(ReadOnlySpan<byte> payload, JsonException e)
    {
        var at = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--) at += payload[at..].IndexOf((byte)'\n') + 1;
        at += (int)(e.BytePositionInLine ?? 0);
        if (at > payload.Length) return false;

        // The reader stops at or inside the word: look at the whole of it.
        while (at > 0 && (char.IsAsciiLetter((char)payload[at - 1]) || payload[at - 1] == '-')) at--;
        var word = payload[at..];
        if (word.StartsWith("-"u8)) word = word[1..];
        return word.StartsWith("NaN"u8) || word.StartsWith("nan"u8) || word.StartsWith("Infinity"u8) || word.StartsWith("inf"u8);
    }
}
