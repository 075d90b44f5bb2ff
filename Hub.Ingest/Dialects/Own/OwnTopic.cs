using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>The hub's own topics: <c>hub/v1/{deviceId}/telemetry|event|status|snapshot|ack</c> up, <c>…/cmd</c> down.</summary>
internal static class OwnTopic
{
    private static ReadOnlySpan<byte> Prefix => "hub/v1/"u8;

    /// <summary>Whether the topic is one a device sends on.</summary>
    public static bool TryClaim(ReadOnlySpan<byte> topic, out MessageClaim claim)
    {
        claim = default;
        if (!TrySplit(topic, out var length, out var word)) return false;
        var kind = word switch
        {
            _ when word.SequenceEqual("telemetry"u8) => MessageKind.Telemetry,
            _ when word.SequenceEqual("event"u8) => MessageKind.Event,
            _ when word.SequenceEqual("status"u8) => MessageKind.Status,
            _ when word.SequenceEqual("snapshot"u8) => MessageKind.Snapshot,
            _ when word.SequenceEqual("ack"u8) => MessageKind.Ack,
            _ => (MessageKind)0,
        };
        var id = topic.Slice(Prefix.Length, length);
        if (kind == 0 || IsReserved(id)) return false;
        claim = new MessageClaim(Prefix.Length, length, kind);
        return true;
    }

    /// <summary>Whether the filter is exactly one device's command topic.</summary>
    public static bool TryCommand(ReadOnlySpan<byte> filter, out ReadOnlySpan<byte> deviceId)
    {
        deviceId = default;
        if (!TrySplit(filter, out var length, out var word) || !word.SequenceEqual("cmd"u8)) return false;
        deviceId = filter.Slice(Prefix.Length, length);
        return DeviceIds.IsValid(deviceId);
    }

    /// <summary>Whether only the hub itself speaks there: whoever may listen to its cases may not make some up.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> topic) => topic.StartsWith("hub/v1/cases/"u8) || topic.StartsWith("hub/v1/hub/"u8);

    // The hub itself speaks on hub/v1/cases/… and hub/v1/hub/status.
    private static bool IsReserved(ReadOnlySpan<byte> id) => id.SequenceEqual("hub"u8) || id.SequenceEqual("cases"u8);

    private static bool TrySplit(ReadOnlySpan<byte> topic, out int idLength, out ReadOnlySpan<byte> word)
    {
        idLength = 0;
        word = default;
        if (!topic.StartsWith(Prefix)) return false;
        var rest = topic[Prefix.Length..];
        idLength = rest.IndexOf((byte)'/');
        if (idLength <= 0) return false;
        word = rest[(idLength + 1)..];
        return true;
    }
}
