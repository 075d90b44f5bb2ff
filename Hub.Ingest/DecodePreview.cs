using System.Text;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>What the hub would make of a message, without a journal: for <c>hub decode</c> and for decoding dead letters again.</summary>
public static class DecodePreview
{
    private static readonly JsonWriterOptions plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Names of the dialects there are.</summary>
    public static IReadOnlyList<string> Dialects { get; } = ["own"];

    /// <summary>Decodes one message.</summary>
    /// <param name="topic">Topic it came on; it names the device.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="arrival">When it arrived: decides whether the device's own time is believed.</param>
    /// <param name="registry">Devices; one that is not there is shown as of unknown kind.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="options">Limits.</param>
    /// <returns>JSON lines: one an observation with device, readings and units; or one with the rejection and its reason.</returns>
    public static IReadOnlyList<string> Decode(
        string topic, ReadOnlySpan<byte> payload, DateTimeOffset arrival, DeviceRegistry registry, ChannelTable channels, IngestOptions options)
    {
        var bytes = Encoding.UTF8.GetBytes(topic);
        if (!OwnTopic.TryClaim(bytes, out var claim))
            return [Rejection(topic, "", DeadReasons.UnclaimedTopic, "no dialect claims this topic; expected hub/v1/{deviceId}/telemetry, event, status, snapshot or ack")];
        var id = Encoding.UTF8.GetString(claim.DeviceId(bytes));
        if (!DeviceIds.IsValid(id)) return [Rejection(topic, id, RejectReason.BadTopic.Word(), $"'{id}' is no device id; use 1 to {DeviceIds.MaxLength} of A-Z a-z 0-9 . _ : -")];
        var message = new DecodedMessage();
        if (!new OwnDialect(channels, options).Decode(claim.Kind, payload, arrival.ToUnixTimeMilliseconds(), message))
            return [Rejection(topic, id, message.Reason!, message.Detail)];
        var known = registry.Find(id);
        var device = known ?? new Device(0, id, DeviceKinds.Unknown, Place.Unknown);
        var lines = new List<string>();
        foreach (var observation in message.Observations) lines.Add(Line(observation, device, known is not null, message.RefusedFields, message.LeftOut));
        return lines;
    }

    private static string Line(Observation observation, Device device, bool registered, int refusedFields, string leftOut) => Json(w =>
    {
        w.WriteString("device", device.Id);
        w.WriteString("kind", device.Kind.Id);
        w.WriteBoolean("registered", registered);
        w.WriteString("message", Word(observation.Kind));
        w.WriteString("at", Time(observation.AtMs));
        w.WriteNumber("atMs", observation.AtMs);
        if (observation.SkewMs != 0) w.WriteString("deviceTime", Time(observation.ArrivalMs + observation.SkewMs));
        if (observation.ClockSkewed) w.WriteBoolean("clockSkewed", true);
        if (observation.Sequence >= 0) w.WriteNumber("seq", observation.Sequence);
        if (observation.Sim || device.Sim) w.WriteBoolean("sim", true);
        if (observation.EventType is null && observation.Snapshot is not null) w.WriteString("snapshot", observation.Snapshot);
        if (observation.CommandId is not null) w.WriteString("command", observation.CommandId);
        if (observation.CommandResult is not null) w.WriteString("result", observation.CommandResult);
        w.WriteStartArray("readings");
        foreach (ref readonly var reading in observation.Readings) WriteReading(w, reading);
        w.WriteEndArray();
        w.WriteStartArray("events");
        if (observation.EventType is not null) WriteEvent(w, observation);
        w.WriteEndArray();
        if (refusedFields > 0) w.WriteNumber("refusedFields", refusedFields);
        if (leftOut.Length > 0) w.WriteString("leftOut", leftOut);
    });

    private static void WriteEvent(Utf8JsonWriter w, Observation observation)
    {
        w.WriteStartObject();
        w.WriteString("type", observation.EventType);
        w.WriteNumber("confidence", observation.Confidence);
        if (observation.Zone is not null) w.WriteString("zone", observation.Zone);
        if (observation.Track is not null) w.WriteString("track", observation.Track);
        if (observation.Snapshot is not null) w.WriteString("snapshot", observation.Snapshot);
        w.WriteEndObject();
    }

    private static void WriteReading(Utf8JsonWriter w, in Reading reading)
    {
        w.WriteStartObject();
        w.WriteString("channel", reading.Channel.Name);
        if (reading.Text is not null) w.WriteString("value", reading.Text);
        else w.WriteNumber("value", reading.Value);
        w.WriteString("unit", reading.Channel.Unit);
        if (reading.Suspect) w.WriteBoolean("suspect", true);
        w.WriteEndObject();
    }

    private static string Rejection(string topic, string device, string reason, string detail) => Json(w =>
    {
        w.WriteString("topic", topic);
        if (device.Length > 0) w.WriteString("device", device);
        w.WriteBoolean("rejected", true);
        w.WriteString("reason", reason);
        w.WriteString("detail", detail);
    });

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer, plain))
        {
            w.WriteStartObject();
            write(w);
            w.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Word(MessageKind kind) => kind switch
    {
        MessageKind.Telemetry => "telemetry",
        MessageKind.Event => "event",
        MessageKind.Status => "status",
        MessageKind.Snapshot => "snapshot",
        _ => "ack",
    };

    private static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, -62_135_596_800_000, 253_402_300_799_999)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
