using System.Buffers;

namespace Hub.Mqtt;

/// <summary>One PUBLISH as it came from a client, checked against the standard, not yet acknowledged.</summary>
/// <remarks>
/// Everything here is borrowed from the connection's buffers and is valid only until
/// <see cref="IPublishSink.AcceptAsync"/> completes: copy what must live longer.
/// </remarks>
public readonly struct InboundPublish
{
    /// <summary>Topic name, UTF-8, without wildcards; a topic alias is already resolved.</summary>
    public ReadOnlyMemory<byte> Topic { get; init; }

    /// <summary>The body, possibly empty, possibly in several pieces.</summary>
    public ReadOnlySequence<byte> Payload { get; init; }

    /// <summary>
    /// MQTT 5 properties as sent, without their length prefix; empty for 3.1.1 and for messages without any.
    /// Already checked; topic alias and message expiry are still among them.
    /// </summary>
    public ReadOnlySequence<byte> Properties { get; init; }

    /// <summary>The sender's quality of service.</summary>
    public Qos Qos { get; init; }

    /// <summary>True when the sender asked for the message to be kept for later subscribers.</summary>
    public bool Retain { get; init; }

    /// <summary>True when the sender says it may have sent this before.</summary>
    public bool Dup { get; init; }

    /// <summary>True when this is a client's last will, published on its behalf.</summary>
    public bool Will { get; init; }

    /// <summary>Message expiry in seconds from now; null when the message never expires.</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>Who the gatekeeper said this is.</summary>
    public object? Principal { get; init; }

    /// <summary>The sender's client identifier.</summary>
    public string ClientId { get; init; }
}
