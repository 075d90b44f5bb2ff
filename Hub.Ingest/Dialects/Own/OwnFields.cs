using System.Text.Json;
using Hub.Core;
using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>Reads the fields of one element. What the allow-list does not name is left out and counted.</summary>
internal sealed class OwnFields
{
    private readonly OwnValues _values;
    private readonly OwnClock _clock;
    private readonly OwnPlain _plain;
    private readonly LabelTable _labels = new();
    private readonly LabelTable _tracks = new();

    public OwnFields(ChannelTable channels, IngestOptions options)
    {
        _values = new OwnValues(channels, _labels, options.MostReadings);
        _plain = new OwnPlain(_values.Known, options.MostReadings);
        _clock = new OwnClock(options);
        Online = channels.GetOrAdd("online")!;
    }

    public Channel Online { get; }

    public static string NameOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };

    /// <summary>Reads telemetry of the plain form without the full reader.</summary>
    /// <returns>False when it has another form: nothing has happened then.</returns>
    public bool TryReadPlain(ReadOnlySpan<byte> payload, long arrivalMs, DecodedMessage message)
    {
        var observation = message.Add();
        observation.Kind = MessageKind.Telemetry;
        observation.ArrivalMs = observation.AtMs = arrivalMs;
        if (_plain.TryRead(payload, observation)) return true;
        message.Clear();
        return false;
    }

    /// <summary>Reads from the opening to the closing brace.</summary>
    public bool Read(ref Utf8JsonReader reader, MessageKind kind, long arrivalMs, DecodedMessage message)
    {
        var observation = message.Add();
        observation.Kind = kind;
        observation.ArrivalMs = observation.AtMs = arrivalMs;
        var leftOut = message.LeftOutCount;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadField(ref reader, observation, message)) return false;
        }

        if (kind == MessageKind.Event && observation.EventType is null)
            return message.Fail(DeadReasons.MissingType, "the event has no \"type\"; expected a short word such as \"smoke\"");
        return message.LeftOutCount == leftOut || !IsEmpty(observation) || message.Fail(message.LeftOutReason, message.LeftOut);
    }

    /// <summary>Says nothing that anybody could use.</summary>
    public static bool IsEmpty(Observation o) => o.Count == 0 && o.EventType is null && o.Snapshot is null && o.CommandId is null;

    /// <summary>A field that cannot be read. An event goes on without it: what is wrong with its clock or its number must not silence a smoke alarm.</summary>
    public static bool Broken(ref Utf8JsonReader reader, Observation observation, DecodedMessage message, string reason, string detail)
    {
        if (observation.Kind != MessageKind.Event) return message.Fail(reason, detail);
        reader.Skip();
        return message.LeaveOut(reason, detail);
    }

    private bool ReadField(ref Utf8JsonReader reader, Observation observation, DecodedMessage message)
    {
        // Field names are plain words: one written with escapes is none of them, and no name of a value either.
        var name = reader.ValueSpan;
        if (name.SequenceEqual("ts"u8)) return _clock.Read(ref reader, observation, message);
        if (name.SequenceEqual("seq"u8)) return ReadSequence(ref reader, observation, message);
        if (name.SequenceEqual("values"u8) || name.SequenceEqual("readings"u8)) return _values.ReadObject(ref reader, "values", observation, message);
        if (name.SequenceEqual("state"u8)) return ReadState(ref reader, observation, message);
        if (name.SequenceEqual("sim"u8)) return ReadSim(ref reader, observation, message);
        return observation.Kind switch
        {
            MessageKind.Event or MessageKind.Snapshot => ReadEventField(ref reader, observation, message),
            MessageKind.Ack => ReadAckField(ref reader, observation, message),
            _ => ReadOther(ref reader, observation, message),
        };
    }

    private bool ReadEventField(ref Utf8JsonReader reader, Observation observation, DecodedMessage message)
    {
        var name = reader.ValueSpan;
        if (name.SequenceEqual("type"u8))
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !OwnValues.TryLabel(ref reader, out var type))
                return message.Fail(DeadReasons.WrongType, $"\"type\" is {NameOf(reader.TokenType)}; expected a short word of plain characters");
            observation.EventType = _labels.Get(type);
            return true;
        }

        if (name.SequenceEqual("confidence"u8))
        {
            reader.Read();

            // A camera that says 87 for 0.87, or nonsense, must not silence its own alarm.
            if (reader.TokenType != JsonTokenType.Number)
                return reader.TokenType == JsonTokenType.Null || Broken(ref reader, observation, message, DeadReasons.WrongType, $"\"confidence\" is {NameOf(reader.TokenType)}; expected a number from 0 to 1");
            observation.Confidence = reader.TryGetDouble(out var c) && c >= 0 ? (c <= 1 ? c : c <= 100 ? c / 100 : 1) : 1;
            return true;
        }

        if (name.SequenceEqual("zone"u8)) { observation.Zone = ReadLabel(ref reader, _labels, message); return true; }
        if (name.SequenceEqual("track"u8)) { observation.Track = ReadLabel(ref reader, _tracks, message); return true; }
        if (name.SequenceEqual("snapshot"u8)) { observation.Snapshot = ReadReference(ref reader, message); return true; }
        return ReadOther(ref reader, observation, message);
    }

    private bool ReadAckField(ref Utf8JsonReader reader, Observation observation, DecodedMessage message)
    {
        var name = reader.ValueSpan;
        if (name.SequenceEqual("id"u8) || name.SequenceEqual("command"u8)) { observation.CommandId = ReadReference(ref reader, message); return true; }
        if (name.SequenceEqual("result"u8)) { observation.CommandResult = ReadLabel(ref reader, _labels, message); return true; }
        if (name.SequenceEqual("ok"u8))
        {
            reader.Read();
            observation.CommandResult = reader.TokenType == JsonTokenType.True ? "ok" : "failed";
            reader.Skip();
            return true;
        }

        return ReadOther(ref reader, observation, message);
    }

    // v, deviceId and kind repeat what the topic and the registry say; so does what a device tells of itself in a status, unless nobody
    // registered it (OwnIntroduction). Everything else that is a plain value is a bare reading.
    private bool ReadOther(ref Utf8JsonReader reader, Observation observation, DecodedMessage message)
    {
        var name = reader.ValueSpan;
        if (name.SequenceEqual("v"u8) || name.SequenceEqual("deviceId"u8) || name.SequenceEqual("kind"u8)
            || (observation.Kind == MessageKind.Status && OwnIntroduction.IsField(name)))
        {
            reader.Read();
            reader.Skip();
            return true;
        }

        return _values.ReadBare(ref reader, observation, message);
    }

    private static bool ReadSequence(ref Utf8JsonReader reader, Observation observation, DecodedMessage message)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var sequence) || sequence < 0)
            return Broken(ref reader, observation, message, DeadReasons.WrongType, $"\"seq\" is {NameOf(reader.TokenType)}; expected a whole number from 0");
        observation.Sequence = sequence;
        return true;
    }

    private bool ReadState(ref Utf8JsonReader reader, Observation observation, DecodedMessage message) =>
        _values.ReadObject(ref reader, "state", observation, message);

    private static bool ReadSim(ref Utf8JsonReader reader, Observation observation, DecodedMessage message)
    {
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
            return Broken(ref reader, observation, message, DeadReasons.WrongType, $"\"sim\" is {NameOf(reader.TokenType)}; expected true or false");
        observation.Sim = reader.TokenType == JsonTokenType.True;
        return true;
    }

    private static string? ReadLabel(ref Utf8JsonReader reader, LabelTable labels, DecodedMessage message)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number) return labels.Get(reader.ValueSpan);
        if (reader.TokenType == JsonTokenType.String && OwnValues.TryLabel(ref reader, out var label)) return labels.Get(label);
        if (reader.TokenType != JsonTokenType.Null) message.RefusedFields++;
        reader.Skip();
        return null;
    }

    private static string? ReadReference(ref Utf8JsonReader reader, DecodedMessage message)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Labels.IsReference(reader.ValueSpan)) return reader.GetString();
        if (reader.TokenType != JsonTokenType.Null) message.RefusedFields++;
        reader.Skip();
        return null;
    }
}
