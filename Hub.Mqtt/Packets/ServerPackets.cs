using System.Text;

namespace Hub.Mqtt.Packets;

/// <summary>What a CONNACK grants.</summary>
internal readonly record struct Grant(bool SessionPresent, string? AssignedClientId, ushort? KeepAlive, uint? SessionExpiry);

/// <summary>Writers of the answers a server gives seldom.</summary>
internal static class ServerPackets
{
    public static void ConnAck(this PacketBuilder output, MqttVersion version, in Grant grant, MqttOptions limits)
    {
        output.Begin();
        output.Byte(grant.SessionPresent ? (byte)1 : (byte)0);
        output.Byte(0);
        if (version == MqttVersion.V5)
        {
            output.BeginProperties();
            if (limits.TopicAliasMaximum > 0) output.Property(PropertyId.TopicAliasMaximum, (ushort)limits.TopicAliasMaximum);
            if (limits.ReceiveMaximum < 65535) output.Property(PropertyId.ReceiveMaximum, (ushort)limits.ReceiveMaximum);
            if (grant.AssignedClientId is { } id) output.Property(PropertyId.AssignedClientId, id);
            if (grant.KeepAlive is { } seconds) output.Property(PropertyId.ServerKeepAlive, seconds);
            if (grant.SessionExpiry is { } expiry) output.Property(PropertyId.SessionExpiry, expiry);
            if (limits.PacketBytes < 268_435_460) output.Property(PropertyId.MaximumPacketSize, (uint)limits.PacketBytes);
            output.EndProperties();
        }

        output.End(PacketType.ConnAck, 0);
    }

    public static void ConnAckRefused(this PacketBuilder output, MqttVersion version, ReasonCode reason, string? why)
    {
        output.Begin();
        output.Byte(0);
        output.Byte(version == MqttVersion.V5 ? (byte)reason : ReturnCode(reason));
        if (version == MqttVersion.V5)
        {
            output.BeginProperties();
            if (why is not null) output.Property(PropertyId.ReasonString, why);
            output.EndProperties();
        }

        output.End(PacketType.ConnAck, 0);
    }

    /// <param name="output">Where to.</param>
    /// <param name="type">SUBACK or UNSUBACK.</param>
    /// <param name="id">The identifier of the request.</param>
    /// <param name="reasons">One for each filter, in order [MQTT-3.9.3-1].</param>
    /// <param name="version">3.1.1 knows only 0x80 for a refusal, and nothing at all in UNSUBACK.</param>
    public static void SubAck(this PacketBuilder output, PacketType type, ushort id, ReadOnlySpan<ReasonCode> reasons, MqttVersion version)
    {
        output.Begin();
        output.UInt16(id);
        if (version == MqttVersion.V5) output.Byte(0);
        if (version == MqttVersion.V5 || type == PacketType.SubAck)
        {
            foreach (var reason in reasons) output.Byte(version == MqttVersion.V5 || reason < ReasonCode.UnspecifiedError ? (byte)reason : (byte)0x80);
        }

        output.End(type, 0);
    }

    public static void Disconnect(this PacketBuilder output, ReasonCode reason, string? why)
    {
        output.Begin();
        output.Byte((byte)reason);
        if (why is not null)
        {
            output.BeginProperties();
            output.Property(PropertyId.ReasonString, why);
            output.EndProperties();
        }

        output.End(PacketType.Disconnect, 0);
    }

    /// <summary>The nearest of the five refusals that MQTT 3.1.1 knows (section 3.2.2.3).</summary>
    public static byte ReturnCode(ReasonCode reason) => reason switch
    {
        ReasonCode.Success => 0,
        ReasonCode.UnsupportedProtocolVersion => 1,
        ReasonCode.ClientIdentifierNotValid => 2,
        ReasonCode.BadUserNameOrPassword or ReasonCode.BadAuthenticationMethod => 4,
        ReasonCode.NotAuthorized or ReasonCode.Banned => 5,
        _ => 3,
    };
}
