using System.Buffers;

namespace Hub.Mqtt.Packets;

/// <summary>PUBLISH (both standards, section 3.3), read in place.</summary>
/// <remarks>Everything is borrowed from the frame or from the copy of its head.</remarks>
internal struct PublishPacket
{
    public Qos Qos;
    public bool Retain;
    public bool Dup;
    public ushort PacketId;

    /// <summary>Empty when a topic alias stands for it.</summary>
    public ReadOnlyMemory<byte> Topic;
    public ReadOnlyMemory<byte> Properties;
    public ReadOnlySequence<byte> Payload;

    /// <summary>0 when there is none.</summary>
    public ushort TopicAlias;
    public uint? Expiry;

    /// <summary>Only a server may send one [MQTT-3.3.4-6].</summary>
    public bool HasSubscriptionId;

    /// <summary>Bytes in front of the payload, so that a head in several segments can be copied into one piece.</summary>
    public static int HeadLength(in ReadOnlySequence<byte> body, byte flags, bool v5)
    {
        var reader = new SequenceReader<byte>(body);
        if (!reader.TryReadBigEndian(out short topicLength)) return (int)body.Length;
        var head = 2 + (ushort)topicLength + ((flags & 0x06) != 0 ? 2 : 0);
        if (!v5 || head >= body.Length) return (int)Math.Min(head, body.Length);

        reader.Advance(head - 2);
        int length = 0, shift = 0;
        while (shift <= 21 && reader.TryRead(out var digit))
        {
            length |= (digit & 0x7F) << shift;
            shift += 7;
            if ((digit & 0x80) == 0) break;
        }

        return (int)Math.Min(head + (shift / 7) + (long)length, body.Length);
    }

    /// <param name="head">The body, or a copy of at least its <see cref="HeadLength"/> first bytes.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="flags">The lower half of the first byte.</param>
    /// <param name="v5">Whether properties are to be expected.</param>
    /// <param name="packet">The packet read.</param>
    public static void Read(ReadOnlyMemory<byte> head, in ReadOnlySequence<byte> body, byte flags, bool v5, out PublishPacket packet)
    {
        packet = default;
        packet.Qos = (Qos)((flags >> 1) & 3);
        packet.Retain = (flags & 1) != 0;
        packet.Dup = (flags & 8) != 0;

        var reader = new PacketReader(head.Span);
        var topicLength = reader.UInt16();
        packet.Topic = head.Slice(2, reader.Take(topicLength).Length);
        if (packet.Qos != Qos.AtMostOnce) packet.PacketId = reader.UInt16();
        if (v5)
        {
            var length = reader.VariableInt();
            if (length > 0)
            {
                packet.Properties = head.Slice(reader.Position, reader.Take(length).Length);
                packet.ReadProperties();
            }
        }

        packet.Payload = body.Slice(reader.Position);
    }

    private void ReadProperties()
    {
        var properties = new PropertyReader(Properties.Span, PropertyHost.Publish);
        while (properties.Next())
        {
            if (properties.Id == PropertyId.SubscriptionId) HasSubscriptionId = true;
            else if (properties.Id == PropertyId.TopicAlias) TopicAlias = (ushort)properties.Number;
            else if (properties.Id == PropertyId.MessageExpiry) Expiry = properties.Number;
        }
    }

    /// <summary>The properties that travel on with the message, unchanged and in order [MQTT-3.3.2-4], [MQTT-3.3.2-17].</summary>
    public static byte[] Forwarded(ReadOnlySpan<byte> list)
    {
        if (list.IsEmpty) return [];
        var kept = new byte[list.Length];
        var length = 0;
        var properties = new PropertyReader(list, PropertyHost.Publish);
        while (properties.Next())
        {
            if (properties.Id is PropertyId.TopicAlias or PropertyId.MessageExpiry) continue;
            list[properties.Start..properties.End].CopyTo(kept.AsSpan(length));
            length += properties.End - properties.Start;
        }

        return length == kept.Length ? kept : kept[..length];
    }
}
