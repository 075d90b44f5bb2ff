using System.Text;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Packets;

/// <summary>CONNECT (both standards, section 3.1).</summary>
internal sealed class ConnectPacket
{
    public MqttVersion Version { get; init; } = MqttVersion.V5;
    public bool CleanStart { get; init; }
    public ushort KeepAlive { get; init; }
    public string ClientId { get; set; } = "";
    public string? UserName { get; set; }
    public byte[]? Password { get; set; }
    public WillPacket? Will { get; set; }

    // MQTT 5 properties, with the values that stand for "absent".
    public uint SessionExpiry { get; set; }
    public ushort ReceiveMaximum { get; set; } = 65535;
    public uint MaximumPacketSize { get; set; } = uint.MaxValue;
    public ushort TopicAliasMaximum { get; set; }
    public bool? RequestProblem { get; set; }
    public bool RequestResponse { get; set; }
    public string? AuthMethod { get; set; }

    public static ConnectPacket Read(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        if (!reader.Binary().SequenceEqual("MQTT"u8)) MqttProtocolException.Malformed("protocol name is not MQTT");
        var level = reader.Byte();
        if (level is not (4 or 5)) throw new MqttProtocolException(ReasonCode.UnsupportedProtocolVersion, $"protocol level {level}; 4 and 5 are spoken");

        var flags = reader.Byte();
        CheckFlags(flags, level);
        var packet = new ConnectPacket
        {
            Version = (MqttVersion)level,
            CleanStart = (flags & 0x02) != 0,
            KeepAlive = reader.UInt16(),
        };
        if (level == 5) packet.ReadProperties(reader.Take(reader.VariableInt()));
        packet.ClientId = reader.Text();
        if ((flags & 0x04) != 0) packet.Will = WillPacket.Read(ref reader, flags, level);
        if ((flags & 0x80) != 0) packet.UserName = reader.Text();
        if ((flags & 0x40) != 0) packet.Password = reader.Binary().ToArray();
        reader.End();

        // Only now: the reason of a malformed packet goes before a refusal of a good one.
        if (level == 4) packet.SessionExpiry = packet.CleanStart ? 0 : uint.MaxValue;
        return packet;
    }

    private static void CheckFlags(byte flags, byte level)
    {
        if ((flags & 0x01) != 0) MqttProtocolException.Malformed("CONNECT with its reserved flag set");
        var willQos = (flags >> 3) & 3;
        if (willQos == 3) MqttProtocolException.Malformed("will QoS 3");
        if ((flags & 0x04) == 0 && (flags & 0x38) != 0) MqttProtocolException.Malformed("will QoS or retain without a will");
        if (level == 4 && (flags & 0xC0) == 0x40) MqttProtocolException.Malformed("password without user name");
    }

    private void ReadProperties(ReadOnlySpan<byte> list)
    {
        var properties = new PropertyReader(list, PropertyHost.Connect);
        var authData = false;
        while (properties.Next())
        {
            switch (properties.Id)
            {
                case PropertyId.SessionExpiry: SessionExpiry = properties.Number; break;
                case PropertyId.ReceiveMaximum: ReceiveMaximum = (ushort)properties.Number; break;
                case PropertyId.MaximumPacketSize: MaximumPacketSize = properties.Number; break;
                case PropertyId.TopicAliasMaximum: TopicAliasMaximum = (ushort)properties.Number; break;
                case PropertyId.RequestProblem: RequestProblem = properties.Number == 1; break;
                case PropertyId.RequestResponse: RequestResponse = properties.Number == 1; break;
                case PropertyId.AuthMethod: AuthMethod = Encoding.UTF8.GetString(properties.Bytes); break;
                case PropertyId.AuthData: authData = true; break;
                default: break;
            }
        }

        if (authData && AuthMethod is null) MqttProtocolException.Breach("authentication data without a method");
    }

    public void Write(PacketBuilder output)
    {
        output.Begin();
        output.Binary("MQTT"u8);
        output.Byte((byte)Version);
        output.Byte((byte)(
            (UserName is null ? 0 : 0x80) | (Password is null ? 0 : 0x40) | (CleanStart ? 0x02 : 0)
            | (Will is null ? 0 : 0x04 | ((byte)Will.Qos << 3) | (Will.Retain ? 0x20 : 0))));
        output.UInt16(KeepAlive);
        if (Version == MqttVersion.V5)
        {
            output.BeginProperties();
            if (SessionExpiry != 0) output.Property(PropertyId.SessionExpiry, SessionExpiry);
            if (ReceiveMaximum != 65535) output.Property(PropertyId.ReceiveMaximum, ReceiveMaximum);
            if (MaximumPacketSize != uint.MaxValue) output.Property(PropertyId.MaximumPacketSize, MaximumPacketSize);
            if (TopicAliasMaximum != 0) output.Property(PropertyId.TopicAliasMaximum, TopicAliasMaximum);
            if (RequestProblem is { } problem) output.PropertyByte(PropertyId.RequestProblem, problem ? 1u : 0);
            output.EndProperties();
        }

        output.Text(ClientId);
        if (Will is not null)
        {
            if (Version == MqttVersion.V5)
            {
                output.BeginProperties();
                if (Will.DelaySeconds != 0) output.Property(PropertyId.WillDelay, Will.DelaySeconds);
                output.EndProperties();
            }

            output.Binary(Will.Topic);
            output.Binary(Will.Payload);
        }

        if (UserName is not null) output.Text(UserName);
        if (Password is not null) output.Binary(Password);
        output.End(PacketType.Connect, 0);
    }
}

/// <summary>The will part of CONNECT.</summary>
internal sealed class WillPacket
{
    public required byte[] Topic { get; init; }
    public required byte[] Payload { get; init; }
    public Qos Qos { get; init; }
    public bool Retain { get; init; }
    public uint DelaySeconds { get; init; }
    public uint? ExpirySeconds { get; init; }

    /// <summary>What goes out with the will message: the properties without delay and expiry, as sent.</summary>
    public byte[] Forwarded { get; init; } = [];

    public static WillPacket Read(ref PacketReader reader, byte flags, byte level)
    {
        var list = level == 5 ? reader.Take(reader.VariableInt()) : default;
        uint delay = 0;
        uint? expiry = null;
        var forwarded = list.IsEmpty ? [] : new byte[list.Length];
        var kept = 0;
        var properties = new PropertyReader(list, PropertyHost.Will);
        while (properties.Next())
        {
            if (properties.Id == PropertyId.WillDelay) delay = properties.Number;
            else if (properties.Id == PropertyId.MessageExpiry) expiry = properties.Number;
            else
            {
                list[properties.Start..properties.End].CopyTo(forwarded.AsSpan(kept));
                kept += properties.End - properties.Start;
            }
        }

        var topic = reader.Name();
        if (!TopicName.IsValid(topic)) MqttProtocolException.Malformed("will topic is empty or holds a wildcard");
        return new WillPacket
        {
            Topic = topic.ToArray(),
            Payload = reader.Binary().ToArray(),
            Qos = (Qos)((flags >> 3) & 3),
            Retain = (flags & 0x20) != 0,
            DelaySeconds = delay,
            ExpirySeconds = expiry,
            Forwarded = forwarded[..kept],
        };
    }
}
