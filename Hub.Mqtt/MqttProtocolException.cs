using System.Diagnostics.CodeAnalysis;

namespace Hub.Mqtt;

/// <summary>The peer broke the protocol. Thrown while reading its packets, answered once at the connection's edge.</summary>
public sealed class MqttProtocolException : Exception
{
    public MqttProtocolException(ReasonCode reason, string message) : base(message) => Reason = reason;

    /// <summary>The code that tells the peer why.</summary>
    public ReasonCode Reason { get; }

    // Out of line, so that the readers stay small enough to inline.
    [DoesNotReturn]
    internal static void Malformed(string message) => throw new MqttProtocolException(ReasonCode.MalformedPacket, message);

    [DoesNotReturn]
    internal static void Breach(string message) => throw new MqttProtocolException(ReasonCode.ProtocolError, message);

    [DoesNotReturn]
    internal static void Throw(ReasonCode reason, string message) => throw new MqttProtocolException(reason, message);
}
