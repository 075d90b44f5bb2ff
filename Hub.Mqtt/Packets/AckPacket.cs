using System.Buffers.Binary;

namespace Hub.Mqtt.Packets;

/// <summary>PUBACK, PUBREC, PUBREL and PUBCOMP: an identifier and, in MQTT 5, a reason.</summary>
internal readonly record struct AckPacket(ushort PacketId, ReasonCode Reason)
{
    /// <summary>Room enough for <see cref="Write"/>.</summary>
    public const int MaxLength = 5;

    public static AckPacket Read(ReadOnlySpan<byte> body, PacketType type, bool v5)
    {
        var reader = new PacketReader(body);
        var id = reader.PacketId();
        var reason = ReasonCode.Success;
        if (v5 && !reader.AtEnd)
        {
            reason = (ReasonCode)reader.Byte();
            if (!IsKnown(type, reason)) MqttProtocolException.Breach($"{type} with reason 0x{(byte)reason:X2}");
            if (!reader.AtEnd) SkipProperties(ref reader);
        }

        reader.End();
        return new AckPacket(id, reason);
    }

    /// <summary>Writes the shortest form; returns its length.</summary>
    public static int Write(Span<byte> target, PacketType type, ushort id, ReasonCode reason, bool v5)
    {
        target[0] = (byte)(((int)type << 4) | (type == PacketType.PubRel ? 2 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], id);
        if (!v5 || reason == ReasonCode.Success)
        {
            target[1] = 2;
            return 4;
        }

        target[1] = 3;
        target[4] = (byte)reason;
        return 5;
    }

    private static void SkipProperties(ref PacketReader reader)
    {
        var properties = new PropertyReader(reader.Take(reader.VariableInt()), PropertyHost.Ack);
        while (properties.Next())
        {
            // Reading checks them; nothing here changes what is done.
        }
    }

    private static bool IsKnown(PacketType type, ReasonCode reason) => type is PacketType.PubAck or PacketType.PubRec
        ? reason is ReasonCode.Success or ReasonCode.NoMatchingSubscribers or ReasonCode.UnspecifiedError or ReasonCode.ImplementationSpecificError
            or ReasonCode.NotAuthorized or ReasonCode.TopicNameInvalid or ReasonCode.PacketIdentifierInUse or ReasonCode.QuotaExceeded or ReasonCode.PayloadFormatInvalid
        : reason is ReasonCode.Success or ReasonCode.PacketIdentifierNotFound;
}
