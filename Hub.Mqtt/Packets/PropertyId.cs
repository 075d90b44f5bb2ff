namespace Hub.Mqtt.Packets;

/// <summary>MQTT 5 section 2.2.2.2.</summary>
internal enum PropertyId : byte
{
    PayloadFormat = 0x01,
    MessageExpiry = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionId = 0x0B,
    SessionExpiry = 0x11,
    AssignedClientId = 0x12,
    ServerKeepAlive = 0x13,
    AuthMethod = 0x15,
    AuthData = 0x16,
    RequestProblem = 0x17,
    WillDelay = 0x18,
    RequestResponse = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQos = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardAvailable = 0x28,
    SubscriptionIdAvailable = 0x29,
    SharedAvailable = 0x2A,
}

/// <summary>The places properties appear, as bits.</summary>
[Flags]
internal enum PropertyHost
{
    Connect = 1,
    Will = 2,
    ConnAck = 4,
    Publish = 8,
    Ack = 16,          // PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK
    Subscribe = 32,
    Unsubscribe = 64,
    Disconnect = 128,
    Auth = 256,
}

internal enum PropertyShape : byte
{
    None,
    Byte,
    UInt16,
    UInt32,
    VariableInt,
    Text,
    Binary,
    Pair,
}

/// <summary>Which property may stand where, and how it looks: the table of MQTT 5 section 2.2.2.2.</summary>
internal static class PropertyTable
{
    private static readonly (PropertyShape Shape, PropertyHost Hosts)[] Rows = Fill();

    public static (PropertyShape Shape, PropertyHost Hosts) Row(byte id) => id < Rows.Length ? Rows[id] : default;

    private static (PropertyShape, PropertyHost)[] Fill()
    {
        const PropertyHost Message = PropertyHost.Publish | PropertyHost.Will;
        const PropertyHost Handshake = PropertyHost.Connect | PropertyHost.ConnAck;
        var rows = new (PropertyShape, PropertyHost)[0x2B];
        void Row(PropertyId id, PropertyShape shape, PropertyHost hosts) => rows[(int)id] = (shape, hosts);

        Row(PropertyId.PayloadFormat, PropertyShape.Byte, Message);
        Row(PropertyId.MessageExpiry, PropertyShape.UInt32, Message);
        Row(PropertyId.ContentType, PropertyShape.Text, Message);
        Row(PropertyId.ResponseTopic, PropertyShape.Text, Message);
        Row(PropertyId.CorrelationData, PropertyShape.Binary, Message);
        Row(PropertyId.SubscriptionId, PropertyShape.VariableInt, PropertyHost.Publish | PropertyHost.Subscribe);
        Row(PropertyId.SessionExpiry, PropertyShape.UInt32, Handshake | PropertyHost.Disconnect);
        Row(PropertyId.AssignedClientId, PropertyShape.Text, PropertyHost.ConnAck);
        Row(PropertyId.ServerKeepAlive, PropertyShape.UInt16, PropertyHost.ConnAck);
        Row(PropertyId.AuthMethod, PropertyShape.Text, Handshake | PropertyHost.Auth);
        Row(PropertyId.AuthData, PropertyShape.Binary, Handshake | PropertyHost.Auth);
        Row(PropertyId.RequestProblem, PropertyShape.Byte, PropertyHost.Connect);
        Row(PropertyId.WillDelay, PropertyShape.UInt32, PropertyHost.Will);
        Row(PropertyId.RequestResponse, PropertyShape.Byte, PropertyHost.Connect);
        Row(PropertyId.ResponseInformation, PropertyShape.Text, PropertyHost.ConnAck);
        Row(PropertyId.ServerReference, PropertyShape.Text, PropertyHost.ConnAck | PropertyHost.Disconnect);
        Row(PropertyId.ReasonString, PropertyShape.Text, PropertyHost.ConnAck | PropertyHost.Ack | PropertyHost.Disconnect | PropertyHost.Auth);
        Row(PropertyId.ReceiveMaximum, PropertyShape.UInt16, Handshake);
        Row(PropertyId.TopicAliasMaximum, PropertyShape.UInt16, Handshake);
        Row(PropertyId.TopicAlias, PropertyShape.UInt16, PropertyHost.Publish);
        Row(PropertyId.MaximumQos, PropertyShape.Byte, PropertyHost.ConnAck);
        Row(PropertyId.RetainAvailable, PropertyShape.Byte, PropertyHost.ConnAck);
        Row(PropertyId.UserProperty, PropertyShape.Pair, (PropertyHost)0x1FF);
        Row(PropertyId.MaximumPacketSize, PropertyShape.UInt32, Handshake);
        Row(PropertyId.WildcardAvailable, PropertyShape.Byte, PropertyHost.ConnAck);
        Row(PropertyId.SubscriptionIdAvailable, PropertyShape.Byte, PropertyHost.ConnAck);
        Row(PropertyId.SharedAvailable, PropertyShape.Byte, PropertyHost.ConnAck);
        return rows;
    }
}
