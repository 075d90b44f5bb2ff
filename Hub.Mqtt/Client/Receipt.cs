using Hub.Mqtt.Packets;

namespace Hub.Mqtt;

/// <summary>One received QoS 1 or 2 message before its acknowledgement.</summary>
internal sealed class Receipt(ClientLink link, ushort packetId, Qos qos)
{
    public ClientLink Link => link;

    public ushort PacketId => packetId;

    public PacketType Answer => qos == Qos.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec;

    public bool Done { get; set; }
}
