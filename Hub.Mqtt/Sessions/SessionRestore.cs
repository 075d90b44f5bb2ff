using System.Text;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Sessions;

/// <summary>One session as the log tells it.</summary>
internal sealed class RestoredSession
{
    public uint ExpirySeconds { get; set; }

    /// <summary>0 when the client was connected as the log ended.</summary>
    public long EndsAtMs { get; set; }

    public Dictionary<string, (byte[] Filter, byte Options, uint Id)> Subscriptions { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<long, RestoredEntry> Entries { get; } = [];

    public Dictionary<ushort, Message?> Inbound { get; } = [];
}

/// <summary>One message of a session on its way out.</summary>
internal sealed class RestoredEntry
{
    public required Waiting Entry { get; init; }

    /// <summary>0 when it was never sent.</summary>
    public ushort PacketId { get; set; }

    public bool Released { get; set; }
}

/// <summary>A will as the log tells it.</summary>
/// <param name="ClientId">Whose.</param>
/// <param name="Packet">What to publish, and its delay.</param>
/// <param name="DueMs">When, Unix milliseconds; 0 when its client was connected as the log ended.</param>
internal sealed record RestoredWill(string ClientId, WillPacket Packet, long DueMs);

/// <summary>Plays the session log back.</summary>
internal sealed class SessionRestore
{
    public Dictionary<string, RestoredSession> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>By their number.</summary>
    public Dictionary<long, RestoredWill> Wills { get; } = [];

    public Dictionary<string, Message> Retained { get; } = new(StringComparer.Ordinal);

    /// <summary>Records that say what no version so far could have written.</summary>
    public int Strange { get; private set; }

    public void Take(ReadOnlySpan<byte> record)
    {
        try
        {
            Play(record);
        }
        catch (MqttProtocolException)
        {
            Strange++;
        }
    }

    private void Play(ReadOnlySpan<byte> record)
    {
        var reader = new PacketReader(record);
        var kind = (LogKind)reader.Byte();
        var client = Encoding.UTF8.GetString(reader.Binary());
        if (kind == LogKind.Group) TakeGroup(reader.Rest());
        else if (kind == LogKind.Will) TakeWill(client, ref reader);
        else if (kind == LogKind.WillGone) Wills.Remove(reader.Int64());
        else if (kind == LogKind.Retained) TakeRetained(ReadMessage(ref reader));
        else if (kind == LogKind.Ended) Sessions.Remove(client);
        else if (kind == LogKind.Opened) TakeOpened(client, reader.UInt32(), reader.Byte() == 1);
        else if (Sessions.TryGetValue(client, out var session)) Take(kind, session, ref reader);
    }

    private void TakeGroup(ReadOnlySpan<byte> records)
    {
        var reader = new PacketReader(records);
        while (!reader.AtEnd) Play(reader.Take((int)reader.UInt32()));
    }

    private void TakeWill(string client, ref PacketReader reader)
    {
        var number = reader.Int64();
        var dueMs = reader.Int64();
        var flags = reader.Byte();
        var delay = reader.UInt32();
        var expiry = reader.UInt32();
        var topic = reader.Binary().ToArray();
        var properties = reader.Take((int)reader.UInt32()).ToArray();
        Wills[number] = new RestoredWill(
            client,
            new WillPacket
            {
                Topic = topic,
                Payload = reader.Rest().ToArray(),
                Qos = (Qos)(flags & 3),
                Retain = (flags & 4) != 0,
                DelaySeconds = delay,
                ExpirySeconds = (flags & 8) == 0 ? null : expiry,
                Forwarded = properties,
            },
            dueMs);
    }

    private void TakeRetained(Message message)
    {
        var topic = Encoding.UTF8.GetString(message.Topic);
        if (message.Payload.Length == 0) Retained.Remove(topic);
        else Retained[topic] = message;
    }

    private void TakeOpened(string client, uint expirySeconds, bool fresh)
    {
        if (fresh || !Sessions.TryGetValue(client, out var session)) Sessions[client] = session = new RestoredSession();
        session.ExpirySeconds = expirySeconds;
        session.EndsAtMs = 0;
    }

    private static void Take(LogKind kind, RestoredSession session, ref PacketReader reader)
    {
        switch (kind)
        {
            case LogKind.Away:
                session.ExpirySeconds = reader.UInt32();
                session.EndsAtMs = reader.Int64();
                break;
            case LogKind.Subscribed:
                var filter = reader.Binary().ToArray();
                session.Subscriptions[Encoding.UTF8.GetString(filter)] = (filter, reader.Byte(), reader.UInt32());
                break;
            case LogKind.Unsubscribed:
                session.Subscriptions.Remove(Encoding.UTF8.GetString(reader.Binary()));
                break;
            case LogKind.Queued:
                var waiting = ReadWaiting(ref reader);
                session.Entries[waiting.Sequence] = new RestoredEntry { Entry = waiting };
                break;
            case LogKind.Sent when session.Entries.TryGetValue(reader.Int64(), out var sent):
                sent.PacketId = reader.UInt16();
                break;
            case LogKind.Released when session.Entries.TryGetValue(reader.Int64(), out var released):
                released.Released = true;
                break;
            case LogKind.Done:
                session.Entries.Remove(reader.Int64());
                break;
            case LogKind.InboundOpen:
                session.Inbound[reader.UInt16()] = null;
                break;
            case LogKind.InboundClosed:
                session.Inbound.Remove(reader.UInt16());
                break;
            case LogKind.Parked:
                session.Inbound[reader.UInt16()] = ReadMessage(ref reader);
                break;
            default:
                // Written by a later version: what it adds is not known here.
                break;
        }
    }

    private static Waiting ReadWaiting(ref PacketReader reader)
    {
        var sequence = reader.Int64();
        var flags = reader.Byte();
        uint[] ids = new uint[reader.UInt16()];
        for (var i = 0; i < ids.Length; i++) ids[i] = reader.UInt32();
        return new Waiting { Sequence = sequence, Qos = (Qos)(flags & 3), Retain = (flags & 4) != 0, Ids = ids.Length == 0 ? null : ids, Message = ReadMessage(ref reader) };
    }

    private static Message ReadMessage(ref PacketReader reader)
    {
        var flags = reader.Byte();
        var expires = reader.Int64();
        var topic = reader.Binary().ToArray();
        var properties = reader.Take((int)reader.UInt32()).ToArray();
        return new Message { Qos = (Qos)(flags & 3), Retain = (flags & 4) != 0, ExpiresMs = expires, Topic = topic, Properties = properties, Payload = reader.Rest().ToArray() };
    }
}
