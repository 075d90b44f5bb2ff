using System.Text.Json;
using Hub.Core;
using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>Reads named values: numbers; true and false as 1 and 0; short labels as text.</summary>
internal sealed class OwnValues(ChannelTable channels, LabelTable labels, int mostReadings)
{
    private const int MostNames = ChannelTable.Limit;
    private readonly Utf8Table<Channel> _channels = new(MostNames);
    private readonly Utf8Table<string> _personal = new(MostNames);

    /// <summary>The channels met so far, by their names on the wire.</summary>
    public Utf8Table<Channel> Known => _channels;

    /// <summary>The label a text token holds; false when it is none.</summary>
    public static bool TryLabel(ref Utf8JsonReader reader, out ReadOnlySpan<byte> label)
    {
        label = reader.ValueSpan;
        return !reader.ValueIsEscaped && Labels.IsLabel(label);
    }

    /// <summary>Reads <c>"values": {…}</c>, standing on the name.</summary>
    public bool ReadObject(ref Utf8JsonReader reader, string name, Observation observation, DecodedMessage message)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.StartObject)
            return OwnFields.Broken(ref reader, observation, message, DeadReasons.WrongType, $"\"{name}\" is {OwnFields.NameOf(reader.TokenType)}; expected an object of values by name");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadValue(ref reader, observation, message, isBare: false)) return false;
        }

        return true;
    }

    /// <summary>Reads a value that stands beside the known fields, as in a bare object of values.</summary>
    public bool ReadBare(ref Utf8JsonReader reader, Observation observation, DecodedMessage message) =>
        ReadValue(ref reader, observation, message, isBare: true);

    private bool ReadValue(ref Utf8JsonReader reader, Observation observation, DecodedMessage message, bool isBare)
    {
        var name = reader.ValueSpan;
        var channel = _channels.Find(name);
        var refused = channel is null && (reader.ValueIsEscaped || !Labels.IsName(name) || IsPersonal(name));
        reader.Read();
        var isNested = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (refused || reader.TokenType == JsonTokenType.Null || (isBare && isNested))
        {
            if (reader.TokenType != JsonTokenType.Null) message.RefusedFields++;
            reader.Skip();
            return true;
        }

        if (isNested)
        {
            message.LeaveOut(DeadReasons.WrongType, $"value \"{Text(name)}\" is {OwnFields.NameOf(reader.TokenType)}; expected a number, true, false or a short text");
            reader.Skip();
            return true;
        }

        if (observation.Count == mostReadings)
            return message.Fail(DeadReasons.TooMany, $"one element has more than {mostReadings} values; send several");
        return reader.TokenType == JsonTokenType.String
            ? AddText(ref reader, name, channel, observation, message)
            : AddNumber(ref reader, name, channel, observation, message);
    }

    private bool AddNumber(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, Channel? channel, Observation observation, DecodedMessage message)
    {
        channel ??= MeetChannel(name);
        if (channel is null) return TooManyChannels(name, message);
        double value;
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetDouble(out value) || !double.IsFinite(value))
                return message.LeaveOut(DeadReasons.NotANumber, $"value \"{Text(name)}\" is larger than any number the hub can hold");
        }
        else
        {
            value = reader.TokenType == JsonTokenType.True ? 1 : 0;
        }

        observation.Add(new Reading(channel, value, Suspect: channel.IsSuspect(value)));
        return true;
    }

    private bool AddText(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, Channel? channel, Observation observation, DecodedMessage message)
    {
        if (IsNotANumber(reader.ValueSpan))
            return message.LeaveOut(DeadReasons.NotANumber, $"value \"{Text(name)}\" is the text \"{Text(reader.ValueSpan)}\", which is not a number; leave the value out");
        if (!TryLabel(ref reader, out var label))
        {
            message.RefusedFields++;
            return true;
        }

        channel ??= MeetChannel(name);
        if (channel is null) return TooManyChannels(name, message);
        if (double.IsInfinity(channel.Max))
        {
            observation.Add(new Reading(channel, double.NaN, labels.Get(label)));
            return true;
        }

        if (channel is not { Unit: "", Min: 0, Max: 1 } || Switch(label) is not { } state)
            return message.LeaveOut(DeadReasons.WrongType, $"value \"{Text(name)}\" is the text \"{Text(label)}\"; expected a number{(channel.Unit.Length > 0 ? " in " + channel.Unit : "")}");
        observation.Add(new Reading(channel, state));
        return true;
    }

    // Asked about names that are no channel yet; once found personal they are kept in a table of their own.
    private bool IsPersonal(ReadOnlySpan<byte> name)
    {
        if (_personal.Find(name) is not null) return true;
        var text = Text(name);
        if (!PersonalFields.Contains(text)) return false;
        _personal.Add(name, text);
        return true;
    }

    private Channel? MeetChannel(ReadOnlySpan<byte> name)
    {
        var channel = channels.GetOrAdd(Text(name));
        if (channel is not null) _channels.Add(name, channel);
        return channel;
    }

    private static bool TooManyChannels(ReadOnlySpan<byte> name, DecodedMessage message) =>
        message.LeaveOut(DeadReasons.TooManyChannels, $"value \"{Text(name)}\" would be one more than the {ChannelTable.Limit} kinds of value the hub keeps; use stable names");

    private static bool IsNotANumber(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("NaN"u8) || text.SequenceEqual("nan"u8) || text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8) || text.SequenceEqual("inf"u8) || text.SequenceEqual("-inf"u8);

    // Contacts and relays that say it in a word.
    private static double? Switch(ReadOnlySpan<byte> label)
    {
        if (label.SequenceEqual("on"u8) || label.SequenceEqual("ON"u8) || label.SequenceEqual("open"u8) || label.SequenceEqual("true"u8) || label.SequenceEqual("1"u8)) return 1;
        if (label.SequenceEqual("off"u8) || label.SequenceEqual("OFF"u8) || label.SequenceEqual("closed"u8) || label.SequenceEqual("false"u8) || label.SequenceEqual("0"u8)) return 0;
        return null;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
