using System.Buffers;
using Hub.Mqtt.Packets;

namespace Hub.Mqtt.Sessions;

/// <summary>What is published on behalf of a client that goes without saying goodbye.</summary>
internal sealed class Will(WillPacket packet, string clientId, object? principal, Session publisher)
{
    /// <summary>Names it in the session log, whatever process wrote it.</summary>
    public long Number { get; } = Random.Shared.NextInt64();

    public WillPacket Packet => packet;

    /// <summary>Left by an earlier process.</summary>
    public bool Restored { get; init; }

    public string ClientId => clientId;

    public object? Principal => principal;

    public Session Publisher => publisher;

    public byte[] Topic => packet.Topic;

    public uint DelaySeconds => packet.DelaySeconds;

    public InboundPublish AsInbound() => new()
    {
        Topic = packet.Topic,
        Payload = new ReadOnlySequence<byte>(packet.Payload),
        Properties = new ReadOnlySequence<byte>(packet.Forwarded),
        Qos = packet.Qos,
        Retain = packet.Retain,
        Will = true,
        ExpirySeconds = packet.ExpirySeconds,
        Principal = principal,
        ClientId = clientId,
    };

    /// <summary>Its expiry counts from its publication.</summary>
    public Message AsMessage(long nowMs) => new()
    {
        Topic = packet.Topic,
        Payload = packet.Payload,
        Properties = packet.Forwarded,
        Qos = packet.Qos,
        Retain = packet.Retain,
        ExpiresMs = Message.ExpiryOf(packet.ExpirySeconds, nowMs),
    };
}
