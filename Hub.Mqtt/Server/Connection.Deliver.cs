using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Sessions;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Server;

internal sealed partial class Connection
{
    private const int RoundBytes = 32 * 1024;

    // Touched by whoever holds the outbox.
    private uint maximumPacketSize = uint.MaxValue;
    private int aliasesLeft;
    private Dictionary<byte[], ushort>? sentAliases;

    private void SetLimits(ConnectPacket packet)
    {
        maximumPacketSize = packet.MaximumPacketSize;
        aliasesLeft = Math.Min(packet.TopicAliasMaximum, broker.Options.TopicAliasMaximum);
    }

    /// <summary>Writes what the session has ready, a round's worth; true when anything was written. Called by the holder of the outbox.</summary>
    public bool WriteDeliveries(PipeWriter output)
    {
        var nowMs = broker.NowMs;
        var wrote = 0;
        while (wrote < RoundBytes && session!.TryTake(this, nowMs, out var next))
        {
            wrote += next.Release ? WriteRelease(output, next.PacketId) : WritePublish(output, next, nowMs);
        }

        // What is in flight is written down before it goes: after a crash it is sent as a repeat.
        if (wrote > 0) broker.Log?.Commit();
        return wrote > 0;
    }

    private int WriteRelease(PipeWriter output, ushort id)
    {
        var length = AckPacket.Write(output.GetSpan(AckPacket.MaxLength), PacketType.PubRel, id, ReasonCode.Success, V5);
        output.Advance(length);
        return length;
    }

    private int WritePublish(PipeWriter output, in Outgoing next, long nowMs)
    {
        var message = next.Entry.Message;
        var alias = Alias(message.Topic, out var topic);
        var expiry = message.SecondsLeft(nowMs);
        var propertiesLength = V5 ? PropertiesLength(next.Entry, alias, expiry) : 0;
        var headLength = 2 + topic.Length + (next.Entry.Qos == Qos.AtMostOnce ? 0 : 2)
            + (V5 ? PacketBuilder.VariableIntSize((uint)propertiesLength) + propertiesLength : 0);
        var remaining = headLength + message.Payload.Length;
        var total = 1 + PacketBuilder.VariableIntSize((uint)remaining) + remaining;
        if (total > maximumPacketSize)
        {
            // [MQTT-3.1.2-25] too big for this client: as if it had been delivered.
            ForgetAlias(message.Topic, topic);
            session!.Abandon(next);
            return 1;
        }

        var header = (byte)(((int)PacketType.Publish << 4) | (next.Dup ? 8 : 0) | ((int)next.Entry.Qos << 1) | (next.Entry.Retain ? 1 : 0));
        var fixedHead = total - remaining + headLength;
        var span = output.GetSpan(fixedHead);
        span[0] = header;
        var at = 1 + PacketBuilder.WriteVariableInt(span[1..], (uint)remaining);
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], (ushort)topic.Length);
        topic.CopyTo(span[(at + 2)..]);
        at += 2 + topic.Length;
        if (next.Entry.Qos != Qos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(span[at..], next.PacketId);
            at += 2;
        }

        if (V5) at += WriteProperties(span[at..], next.Entry, propertiesLength, alias, expiry);
        output.Advance(at);
        output.Write(message.Payload);
        broker.Statistics.Sent(next.Entry.Qos);
        return total;
    }

    private static int PropertiesLength(in Waiting entry, ushort alias, uint? expiry)
    {
        var length = entry.Message.Properties.Length + (alias == 0 ? 0 : 3) + (expiry is null ? 0 : 5);
        foreach (var id in entry.Ids.AsSpan()) length += 1 + PacketBuilder.VariableIntSize(id);
        return length;
    }

    private static int WriteProperties(Span<byte> target, in Waiting entry, int length, ushort alias, uint? expiry)
    {
        var at = PacketBuilder.WriteVariableInt(target, (uint)length);
        entry.Message.Properties.CopyTo(target[at..]);
        at += entry.Message.Properties.Length;
        if (expiry is { } seconds)
        {
            target[at] = (byte)PropertyId.MessageExpiry;
            BinaryPrimitives.WriteUInt32BigEndian(target[(at + 1)..], seconds);
            at += 5;
        }

        if (alias != 0)
        {
            target[at] = (byte)PropertyId.TopicAlias;
            BinaryPrimitives.WriteUInt16BigEndian(target[(at + 1)..], alias);
            at += 3;
        }

        foreach (var id in entry.Ids.AsSpan())
        {
            target[at++] = (byte)PropertyId.SubscriptionId;
            at += PacketBuilder.WriteVariableInt(target[at..], id);
        }

        return at;
    }

    /// <summary>Gives the first topics an alias, as many as the client allows; afterwards the topic itself is left out.</summary>
    private ushort Alias(byte[] full, out ReadOnlySpan<byte> topic)
    {
        topic = full;
        if (aliasesLeft == 0 && sentAliases is null) return 0;
        sentAliases ??= new Dictionary<byte[], ushort>(LevelComparer.Instance);
        if (sentAliases.TryGetValue(full, out var alias))
        {
            topic = default;
            return alias;
        }

        if (aliasesLeft == 0) return 0;
        aliasesLeft--;
        alias = (ushort)(sentAliases.Count + 1);
        sentAliases[full] = alias;
        return alias;
    }

    /// <summary>The packet that would have introduced the alias is not sent: the client does not know it.</summary>
    private void ForgetAlias(byte[] full, ReadOnlySpan<byte> topic)
    {
        if (topic.IsEmpty || sentAliases is null || !sentAliases.Remove(full)) return;
        aliasesLeft++;
    }
}
