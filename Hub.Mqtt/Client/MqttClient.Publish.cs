using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Hub.Mqtt.Packets;

namespace Hub.Mqtt;

public sealed partial class MqttClient
{
    private readonly ConcurrentBag<PendingPublish> pool = [];

    // Guarded by sync.
    private readonly Dictionary<ushort, PendingPublish> inFlight = [];
    private readonly Queue<PendingPublish> unsent = new();
    private int sendQuota = 65535;
    private uint largestPacket = uint.MaxValue;
    private long sequence;
    private ushort lastPacketId;

    /// <summary>
    /// Publishes; the task completes when the broker has it (QoS 1: PUBACK, QoS 2: PUBCOMP; QoS 0: handed to the socket).
    /// Many may be in flight: start several, await later; they go out in the order of the calls. <paramref name="payload"/> must
    /// stay as it is until then, and the task must be awaited exactly once.
    /// </summary>
    /// <returns>The broker's reason; 0x95 without sending when it takes no packet so large; for QoS 0 without a connection <see cref="ReasonCode.ServerUnavailable"/>.</returns>
    /// <exception cref="MqttClientException">The client is closed, or <see cref="MqttClientOptions.Queue"/> messages wait already.</exception>
    public ValueTask<ReasonCode> PublishAsync(string topic, ReadOnlyMemory<byte> payload, Qos qos = Qos.AtLeastOnce, bool retain = false, CancellationToken stop = default)
    {
        stop.ThrowIfCancellationRequested();
        if (qos == Qos.AtMostOnce) return PublishAtMostOnceAsync(topic, payload, retain);
        var pending = pool.TryTake(out var used) ? used : new PendingPublish(Recycle);
        pending.Topic = topic;
        pending.Payload = payload;
        pending.Qos = qos;
        pending.Retain = retain;
        lock (sync)
        {
            if (closing || ended) throw new MqttClientException("the client is closed");
            if (unsent.Count >= options.Queue) throw new MqttClientException($"{options.Queue} messages wait already; await earlier ones first", ReasonCode.QuotaExceeded);
            pending.Sequence = ++sequence;
            unsent.Enqueue(pending);
            SendWaiting();
        }

        return pending.Task;
    }

    private async ValueTask<ReasonCode> PublishAtMostOnceAsync(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        if (link is not { } current || !Connected) return ReasonCode.ServerUnavailable;
        if (PacketBytes(topic, payload.Length) > largestPacket) return ReasonCode.PacketTooLarge;
        WritePublish(current, topic, payload.Span, Qos.AtMostOnce, retain, dup: false, 0);
        await current.RoomAsync().ConfigureAwait(false);
        return ReasonCode.Success;
    }

    private bool ended;

    /// <summary>Sends as many of the waiting messages as the window and the broker take at once. Under the lock.</summary>
    private void SendWaiting()
    {
        if (!Connected || link is not { } current) return;
        while (sendQuota > 0 && unsent.TryDequeue(out var next))
        {
            if (PacketBytes(next.Topic, next.Payload.Length) > largestPacket)
            {
                // [MQTT-3.2.2-15] sent all the same, it would cost the connection, again and again.
                if (next.PacketId != 0) inFlight.Remove(next.PacketId);
                next.Complete(ReasonCode.PacketTooLarge);
                continue;
            }

            sendQuota--;
            if (next.PacketId == 0)
            {
                next.PacketId = NextPacketId();
                inFlight[next.PacketId] = next;
            }

            if (next.Released) SendAck(current, PacketType.PubRel, next.PacketId);
            else WritePublish(current, next.Topic, next.Payload.Span, next.Qos, next.Retain, next.Sent, next.PacketId);
            next.Sent = true;
        }
    }

    /// <summary>After a reconnect: everything unacknowledged again, in its first order [MQTT-4.4.0-1], in front of what was never sent.</summary>
    private void RequeueAll(bool sessionPresent)
    {
        PendingPublish[] neverSent = [.. unsent.Where(static p => p.PacketId == 0)];
        unsent.Clear();
        foreach (var pending in inFlight.Values.OrderBy(static p => p.Sequence))
        {
            if (!sessionPresent) pending.Sent = pending.Released = false;
            unsent.Enqueue(pending);
        }

        foreach (var pending in neverSent) unsent.Enqueue(pending);
    }

    private void OnPublishAnswer(PacketType type, ReadOnlySpan<byte> body)
    {
        var answer = AckPacket.Read(body, type, version == MqttVersion.V5);
        PendingPublish? finished;
        lock (sync)
        {
            if (!inFlight.TryGetValue(answer.PacketId, out finished))
            {
                if (type == PacketType.PubRec && link is { } late) SendAck(late, PacketType.PubRel, answer.PacketId);
                return;
            }

            if (type == PacketType.PubRec && answer.Reason < ReasonCode.UnspecifiedError)
            {
                finished.Released = true;
                if (link is { } current) SendAck(current, PacketType.PubRel, answer.PacketId);
                return;
            }

            inFlight.Remove(answer.PacketId);
            sendQuota++;
            SendWaiting();
        }

        finished.Complete(answer.Reason);
    }

    private void FailAll(Exception why)
    {
        List<PendingPublish> all;
        lock (sync)
        {
            ended = true;
            all = [.. inFlight.Values, .. unsent.Where(static p => p.PacketId == 0)];
            inFlight.Clear();
            unsent.Clear();
        }

        foreach (var pending in all) pending.Fail(why);
    }

    private void Recycle(PendingPublish pending)
    {
        if (pool.Count < options.Window) pool.Add(pending);
    }

    /// <summary>At most this many bytes on the wire.</summary>
    private static long PacketBytes(string topic, int payload) => payload + 10L + (topic.Length > 512 ? Encoding.UTF8.GetByteCount(topic) : 3 * topic.Length);

    private void WritePublish(ClientLink current, string topic, ReadOnlySpan<byte> payload, Qos qos, bool retain, bool dup, ushort id)
    {
        var topicLength = Encoding.UTF8.GetByteCount(topic);
        var room = 16 + topicLength;
        var rented = room > 512 ? ArrayPool<byte>.Shared.Rent(room) : null;
        var head = rented ?? stackalloc byte[512];
        var remaining = 2 + topicLength + (qos == Qos.AtMostOnce ? 0 : 2) + (version == MqttVersion.V5 ? 1 : 0) + payload.Length;
        head[0] = (byte)(((int)PacketType.Publish << 4) | (dup ? 8 : 0) | ((int)qos << 1) | (retain ? 1 : 0));
        var at = 1 + PacketBuilder.WriteVariableInt(head[1..], (uint)remaining);
        head[at++] = (byte)(topicLength >> 8);
        head[at++] = (byte)topicLength;
        at += Encoding.UTF8.GetBytes(topic, head[at..]);
        if (qos != Qos.AtMostOnce)
        {
            head[at++] = (byte)(id >> 8);
            head[at++] = (byte)id;
        }

        if (version == MqttVersion.V5) head[at++] = 0;
        current.LastSent = clock.GetTimestamp();
        current.Send(head[..at], payload);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    private void SendAck(ClientLink current, PacketType type, ushort id)
    {
        Span<byte> packet = stackalloc byte[AckPacket.MaxLength];
        current.LastSent = clock.GetTimestamp();
        current.Send(packet[..AckPacket.Write(packet, type, id, ReasonCode.Success, v5: false)]);
    }

    private ushort NextPacketId()
    {
        do lastPacketId = lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(lastPacketId + 1);
        while (inFlight.ContainsKey(lastPacketId) || requests.ContainsKey(lastPacketId));
        return lastPacketId;
    }
}
