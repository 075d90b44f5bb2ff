namespace Hub.Mqtt.Packets;

/// <summary>One line of SUBSCRIBE.</summary>
internal readonly record struct FilterRequest(byte[] Filter, Qos Qos, bool NoLocal, bool RetainAsPublished, byte RetainHandling);

/// <summary>SUBSCRIBE (both standards, section 3.8).</summary>
internal sealed class SubscribePacket
{
    public ushort PacketId { get; private set; }

    /// <summary>0 when there is none.</summary>
    public uint SubscriptionId { get; private set; }

    public List<FilterRequest> Filters { get; } = [];

    public static SubscribePacket Read(ReadOnlySpan<byte> body, bool v5)
    {
        var reader = new PacketReader(body);
        var packet = new SubscribePacket { PacketId = reader.PacketId() };
        if (v5)
        {
            var properties = new PropertyReader(reader.Take(reader.VariableInt()), PropertyHost.Subscribe);
            while (properties.Next())
            {
                if (properties.Id == PropertyId.SubscriptionId) packet.SubscriptionId = properties.Number;
            }
        }

        // [MQTT-3.8.3-2] at least one filter.
        if (reader.AtEnd) MqttProtocolException.Malformed("SUBSCRIBE without a filter");
        while (!reader.AtEnd)
        {
            var filter = reader.Name().ToArray();
            var options = reader.Byte();
            if ((options & 3) == 3 || (options & (v5 ? 0xC0 : 0xFC)) != 0) MqttProtocolException.Malformed($"subscription options 0x{options:X2}");
            if ((options & 0x30) == 0x30) MqttProtocolException.Malformed("retain handling 3");
            packet.Filters.Add(new FilterRequest(filter, (Qos)(options & 3), (options & 4) != 0, (options & 8) != 0, (byte)((options >> 4) & 3)));
        }

        return packet;
    }
}

/// <summary>UNSUBSCRIBE (both standards, section 3.10).</summary>
internal sealed class UnsubscribePacket
{
    public ushort PacketId { get; private set; }

    public List<byte[]> Filters { get; } = [];

    public static UnsubscribePacket Read(ReadOnlySpan<byte> body, bool v5)
    {
        var reader = new PacketReader(body);
        var packet = new UnsubscribePacket { PacketId = reader.PacketId() };
        if (v5)
        {
            var properties = new PropertyReader(reader.Take(reader.VariableInt()), PropertyHost.Unsubscribe);
            while (properties.Next())
            {
                // Only user properties may stand here; reading checks them.
            }
        }

        if (reader.AtEnd) MqttProtocolException.Malformed("UNSUBSCRIBE without a filter");
        while (!reader.AtEnd) packet.Filters.Add(reader.Name().ToArray());
        return packet;
    }
}
