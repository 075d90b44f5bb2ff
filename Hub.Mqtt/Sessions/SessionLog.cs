using Hub.Mqtt.Packets;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Sessions;

/// <summary>What a record of the session log says. Numbers are on disk: they may only grow.</summary>
internal enum LogKind : byte
{
    Opened = 1,
    Away = 2,
    Ended = 3,
    Subscribed = 4,
    Unsubscribed = 5,
    Queued = 6,
    Sent = 7,
    Released = 8,
    Done = 9,
    InboundOpen = 10,
    InboundClosed = 11,
    Parked = 12,
    Retained = 13,
}

/// <summary>Writes down what changes in the sessions that must survive a restart.</summary>
/// <remarks>Records of one session are appended under that session's lock, those of retained messages under the tree's: their order is the true one.</remarks>
internal sealed class SessionLog(ISessionStore store)
{
    [ThreadStatic] private static PacketBuilder? threadBuilder;

    public ISessionStore Store => store;

    public void Commit() => store.Commit();

    /// <summary>The client is connected; everything known of an earlier session of that name goes.</summary>
    public void Opened(string client, uint expirySeconds, bool fresh)
    {
        var record = Begin(LogKind.Opened, client);
        record.UInt32(expirySeconds);
        record.Byte(fresh ? (byte)1 : (byte)0);
        Append(record);
    }

    public void Away(string client, uint expirySeconds, long endsAtMs)
    {
        var record = Begin(LogKind.Away, client);
        record.UInt32(expirySeconds);
        record.Int64(endsAtMs);
        Append(record);
    }

    public void Ended(string client) => Append(Begin(LogKind.Ended, client));

    public void Subscribed(string client, Subscription subscription)
    {
        var record = Begin(LogKind.Subscribed, client);
        record.Binary(subscription.Filter);
        record.Byte((byte)((byte)subscription.Qos | (subscription.NoLocal ? 4 : 0) | (subscription.RetainAsPublished ? 8 : 0)));
        record.UInt32(subscription.Id);
        Append(record);
    }

    public void Unsubscribed(string client, byte[] filter)
    {
        var record = Begin(LogKind.Unsubscribed, client);
        record.Binary(filter);
        Append(record);
    }

    public void Queued(string client, in Waiting entry)
    {
        var record = Begin(LogKind.Queued, client);
        record.Int64(entry.Sequence);
        record.Byte((byte)((byte)entry.Qos | (entry.Retain ? 4 : 0)));
        record.UInt16(entry.Ids?.Length ?? 0);
        foreach (var id in entry.Ids.AsSpan()) record.UInt32(id);
        Add(record, entry.Message);
        Append(record);
    }

    public void Sent(string client, long sequence, ushort packetId)
    {
        var record = Begin(LogKind.Sent, client);
        record.Int64(sequence);
        record.UInt16(packetId);
        Append(record);
    }

    public void Released(string client, long sequence) => AppendSequence(LogKind.Released, client, sequence);

    public void Done(string client, long sequence) => AppendSequence(LogKind.Done, client, sequence);

    public void Inbound(string client, ushort packetId, bool open)
    {
        var record = Begin(open ? LogKind.InboundOpen : LogKind.InboundClosed, client);
        record.UInt16(packetId);
        Append(record);
    }

    public void Parked(string client, ushort packetId, Message message)
    {
        var record = Begin(LogKind.Parked, client);
        record.UInt16(packetId);
        Add(record, message);
        Append(record);
    }

    public void Retain(Message message)
    {
        var record = Begin(LogKind.Retained, "");
        Add(record, message);
        Append(record);
    }

    private void AppendSequence(LogKind kind, string client, long sequence)
    {
        var record = Begin(kind, client);
        record.Int64(sequence);
        Append(record);
    }

    private static PacketBuilder Begin(LogKind kind, string client)
    {
        var record = threadBuilder ??= new PacketBuilder();
        record.Begin();
        record.Byte((byte)kind);
        record.Text(client);
        return record;
    }

    private static void Add(PacketBuilder record, Message message)
    {
        record.Byte((byte)((byte)message.Qos | (message.Retain ? 4 : 0)));
        record.Int64(message.ExpiresMs);
        record.Binary(message.Topic);
        record.UInt32((uint)message.Properties.Length);
        record.Raw(message.Properties);
        record.Raw(message.Payload);
    }

    private void Append(PacketBuilder record) => store.Append(record.Body);
}
