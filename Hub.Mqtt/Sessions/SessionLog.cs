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
    Group = 14,
    Will = 15,
    WillGone = 16,
}

/// <summary>Writes down what changes in the sessions that must survive a restart.</summary>
/// <remarks>Records of one session are appended under that session's lock, those of retained messages under the tree's: their order is the true one.</remarks>
internal sealed class SessionLog(ISessionStore store, bool sync)
{
    private const int LargestKept = 1 << 20;

    [ThreadStatic] private static PacketBuilder? threadBuilder;
    [ThreadStatic] private static PacketBuilder? threadGroup;
    [ThreadStatic] private static bool grouping;
    [ThreadStatic] private static long mark;

    public ISessionStore Store => store;

    public void Commit() => store.Commit();

    /// <summary>
    /// Where the last record ends that this thread wrote since it last asked and that an acknowledgement promises; 0 for none.
    /// Wait for it with <see cref="ISessionStore.DurableAsync"/>.
    /// </summary>
    public long TakeMark()
    {
        var place = mark;
        mark = 0;
        return sync ? place : 0;
    }

    /// <summary>What <paramref name="write"/> writes becomes one record: after a crash it is there as a whole or not at all.</summary>
    public void Group<T>(T state, Action<SessionLog, T> write)
    {
        var group = threadGroup ??= new PacketBuilder();
        group.Begin();
        group.Byte((byte)LogKind.Group);
        group.Text("");
        grouping = true;
        try
        {
            write(this, state);
        }
        finally
        {
            grouping = false;
        }

        store.Append(group.Body);
        if (group.Body.Length > LargestKept) threadGroup = null;
    }

    /// <summary>A will that must go out although the hub may stop or die before it is due.</summary>
    /// <param name="will">The will; <see cref="Will.Number"/> names it.</param>
    /// <param name="dueMs">When it goes out, Unix milliseconds; 0 while its client is connected.</param>
    public void Wills(Will will, long dueMs)
    {
        var record = Begin(LogKind.Will, will.ClientId);
        record.Int64(will.Number);
        record.Int64(dueMs);
        var packet = will.Packet;
        record.Byte((byte)((byte)packet.Qos | (packet.Retain ? 4 : 0) | (packet.ExpirySeconds is null ? 0 : 8)));
        record.UInt32(packet.DelaySeconds);
        record.UInt32(packet.ExpirySeconds ?? 0);
        record.Binary(packet.Topic);
        record.UInt32((uint)packet.Forwarded.Length);
        record.Raw(packet.Forwarded);
        record.Raw(packet.Payload);
        Append(record);
    }

    public void WillGone(Will will) => AppendSequence(LogKind.WillGone, will.ClientId, will.Number);

    /// <summary>The client is connected; everything known of an earlier session of that name goes.</summary>
    public void Opened(string client, uint expirySeconds, bool fresh)
    {
        var record = Begin(LogKind.Opened, client);
        record.UInt32(expirySeconds);
        record.Byte(fresh ? (byte)1 : (byte)0);
        if (fresh) Promise(record);
        else Append(record);
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
        Promise(record);
    }

    public void Unsubscribed(string client, byte[] filter)
    {
        var record = Begin(LogKind.Unsubscribed, client);
        record.Binary(filter);
        Promise(record);
    }

    public void Queued(string client, in Waiting entry)
    {
        var record = Begin(LogKind.Queued, client);
        record.Int64(entry.Sequence);
        record.Byte((byte)((byte)entry.Qos | (entry.Retain ? 4 : 0)));
        record.UInt16(entry.Ids?.Length ?? 0);
        foreach (var id in entry.Ids.AsSpan()) record.UInt32(id);
        Add(record, entry.Message);
        Promise(record);
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
        Promise(record);
    }

    public void Retain(Message message)
    {
        var record = Begin(LogKind.Retained, "");
        Add(record, message);
        Promise(record);
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

    /// <summary>A record that an acknowledgement will promise.</summary>
    private void Promise(PacketBuilder record)
    {
        if (Append(record) is var place and > 0) mark = place;
    }

    private long Append(PacketBuilder record)
    {
        if (!grouping) return store.Append(record.Body);
        threadGroup!.UInt32((uint)record.Body.Length);
        threadGroup.Raw(record.Body);
        return 0;
    }
}
