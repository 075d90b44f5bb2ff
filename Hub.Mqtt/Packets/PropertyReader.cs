using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Packets;

/// <summary>Walks one property list, checking place, count and value of each (MQTT 5 section 2.2.2).</summary>
/// <remarks>One pass, nothing stored: thousands of user properties cost linear time and no memory.</remarks>
internal ref struct PropertyReader
{
    private readonly PropertyHost host;
    private PacketReader reader;
    private ulong seen;

    public PropertyReader(ReadOnlySpan<byte> properties, PropertyHost host)
    {
        this.host = host;
        reader = new PacketReader(properties);
    }

    public PropertyId Id { get; private set; }

    /// <summary>Value of byte, integer and variable-integer properties.</summary>
    public uint Number { get; private set; }

    /// <summary>Value of text and binary properties; the value half of a user property.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The name half of a user property.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Where the current property began.</summary>
    public int Start { get; private set; }

    /// <summary>Where the current property ended.</summary>
    public readonly int End => reader.Position;

    public bool Next()
    {
        if (reader.AtEnd) return false;
        Start = reader.Position;
        var id = reader.VariableInt();
        var (shape, hosts) = id <= 0x7F ? PropertyTable.Row((byte)id) : default;
        if (shape == PropertyShape.None) MqttProtocolException.Malformed($"unknown property 0x{id:X2}");
        if ((hosts & host) == 0) MqttProtocolException.Malformed($"property 0x{id:X2} does not belong into {host}");
        Id = (PropertyId)id;
        CountOnce();
        switch (shape)
        {
            case PropertyShape.Byte: Number = reader.Byte(); break;
            case PropertyShape.UInt16: Number = reader.UInt16(); break;
            case PropertyShape.UInt32: Number = reader.UInt32(); break;
            case PropertyShape.VariableInt: Number = (uint)reader.VariableInt(); break;
            case PropertyShape.Text: Bytes = reader.Utf8(); break;
            case PropertyShape.Binary: Bytes = reader.Binary(); break;
            default:
                Name = reader.Utf8();
                Bytes = reader.Utf8();
                break;
        }

        CheckValue();
        return true;
    }

    private void CountOnce()
    {
        // User properties may repeat anywhere; subscription identifiers only in what a server sends.
        if (Id == PropertyId.UserProperty || (Id == PropertyId.SubscriptionId && host == PropertyHost.Publish)) return;
        var bit = 1UL << (int)Id;
        if ((seen & bit) != 0) MqttProtocolException.Breach($"property {Id} stands twice");
        seen |= bit;
    }

    private readonly void CheckValue()
    {
        switch (Id)
        {
            case PropertyId.PayloadFormat or PropertyId.RequestProblem or PropertyId.RequestResponse or PropertyId.MaximumQos
                or PropertyId.RetainAvailable or PropertyId.WildcardAvailable or PropertyId.SubscriptionIdAvailable or PropertyId.SharedAvailable when Number > 1:
                MqttProtocolException.Breach($"property {Id} is {Number}; 0 or 1 is allowed");
                break;
            case PropertyId.ReceiveMaximum or PropertyId.MaximumPacketSize or PropertyId.SubscriptionId when Number == 0:
                MqttProtocolException.Breach($"property {Id} is 0");
                break;
            case PropertyId.TopicAlias when Number == 0:
                MqttProtocolException.Throw(ReasonCode.TopicAliasInvalid, "topic alias 0");
                break;
            case PropertyId.ResponseTopic when !TopicName.IsValid(Bytes):
                MqttProtocolException.Breach("response topic is empty or holds a wildcard");
                break;
            default:
                break;
        }
    }
}
