using Hub.Mqtt.Packets;
using Hub.Mqtt.Server;

namespace Hub.Mqtt.Sessions;

/// <summary>What is on its way to the client: queued, sent again, in flight.</summary>
internal sealed partial class Session
{
    /// <summary>Keeps identifiers free, whatever was left over from earlier connections.</summary>
    private const int MaxInFlight = 65_000;

    private Queue<Waiting>? queue0;
    private Queue<Waiting>? queue12;
    private Queue<InFlight>? resend;
    private Dictionary<ushort, InFlight>? inFlight;
    private int window = 1;
    private int outstanding;
    private int held;
    private long heldBytes;

    /// <summary>No message in the queues expires before this.</summary>
    private long firstExpiryMs = long.MaxValue;
    private long sequence;
    private ushort lastPacketId;

    public int Held => Volatile.Read(ref held);

    public long HeldBytes => Volatile.Read(ref heldBytes);

    public int InFlightCount => inFlight?.Count ?? 0;

    /// <summary>Takes a message for this client; false when it is not kept. Wakes the connection.</summary>
    /// <param name="entry">The message; its sequence is set here.</param>
    /// <param name="nowMs">Unix milliseconds, for expiry.</param>
    /// <param name="publisher">Whose loop this is: it sends by itself and needs no waking.</param>
    /// <param name="beyondLimit">True for retained messages of a new subscription, which are bounded by their own store.</param>
    public bool Offer(Waiting entry, long nowMs, Session? publisher, bool beyondLimit = false)
    {
        Connection? link;
        lock (sync)
        {
            link = connection;
            if (ended || (link is null && (entry.Qos == Qos.AtMostOnce || ExpirySeconds == 0))) return false;
            if (!beyondLimit && IsFull(entry.Message.Size) && !MakeRoom(entry.Message.Size, nowMs))
            {
                statistics.Drop(DropReason.QueueFull);
                return false;
            }

            entry.Sequence = ++sequence;
            firstExpiryMs = Math.Min(firstExpiryMs, entry.Message.ExpiresMs);
            held++;
            heldBytes += entry.Message.Size;
            if (entry.Qos == Qos.AtMostOnce) (queue0 ??= new Queue<Waiting>()).Enqueue(entry);
            else (queue12 ??= new Queue<Waiting>()).Enqueue(entry);
            if (entry.Qos != Qos.AtMostOnce) Log?.Queued(clientId, entry);
        }

        if (publisher != this) link?.Outbox.Wake();
        return true;
    }

    /// <summary>The next packet that may go to the client now; false when there is none.</summary>
    public bool TryTake(Connection owner, long nowMs, out Outgoing next)
    {
        next = default;
        lock (sync)
        {
            if (connection != owner) return false;
            if (TryResend(out next)) return true;
            if (resend is { Count: > 0 }) return TryTakeQos0(nowMs, out next);

            while (true)
            {
                var ready12 = queue12 is { Count: > 0 } && outstanding < window;
                if (!ready12 || (queue0 is { Count: > 0 } && queue0.Peek().Sequence < queue12!.Peek().Sequence)) return TryTakeQos0(nowMs, out next) || (ready12 && TryTakeQos12(nowMs, out next));
                if (TryTakeQos12(nowMs, out next)) return true;
            }
        }
    }

    private bool TryResend(out Outgoing next)
    {
        next = default;
        while (resend is { Count: > 0 })
        {
            var item = resend.Peek();
            if (inFlight is null || !inFlight.TryGetValue(item.PacketId, out var still) || still != item)
            {
                resend.Dequeue();
                continue;
            }

            if (!item.Released)
            {
                if (outstanding >= window) return false;
                item.Counted = true;
                outstanding++;
            }

            resend.Dequeue();
            next = new Outgoing { Entry = item.Entry, PacketId = item.PacketId, Dup = true, Release = item.Released };
            return true;
        }

        resend = null;
        return false;
    }

    private bool TryTakeQos0(long nowMs, out Outgoing next)
    {
        while (queue0 is { Count: > 0 })
        {
            var entry = queue0.Dequeue();
            Forget(entry);
            if (entry.Message.IsExpired(nowMs))
            {
                statistics.Drop(DropReason.Expired);
                continue;
            }

            next = new Outgoing { Entry = entry };
            return true;
        }

        next = default;
        return false;
    }

    private bool TryTakeQos12(long nowMs, out Outgoing next)
    {
        while (queue12 is { Count: > 0 } && outstanding < window && InFlightCount < MaxInFlight)
        {
            var entry = queue12.Dequeue();
            if (entry.Message.IsExpired(nowMs))
            {
                statistics.Drop(DropReason.Expired);
                Finish(entry);
                continue;
            }

            inFlight ??= [];
            var id = NextPacketId();
            inFlight[id] = new InFlight { Entry = entry, PacketId = id, Counted = true };
            outstanding++;
            Log?.Sent(clientId, entry.Sequence, id);
            next = new Outgoing { Entry = entry, PacketId = id };
            return true;
        }

        next = default;
        return false;
    }

    /// <summary>The client cannot be sent this one: as if it had been acknowledged [MQTT-3.1.2-25].</summary>
    public void Abandon(in Outgoing outgoing)
    {
        statistics.Drop(DropReason.TooLarge);
        if (outgoing.PacketId == 0) return;
        lock (sync)
        {
            if (inFlight is not null && inFlight.TryGetValue(outgoing.PacketId, out var item)) Remove(item);
        }
    }

    /// <summary>PUBACK or PUBCOMP, the end of a flow; unknown identifiers are ignored, wrong ones break the protocol.</summary>
    public void Complete(PacketType type, ushort id)
    {
        lock (sync)
        {
            if (inFlight is null || !inFlight.TryGetValue(id, out var item)) return;
            var good = type == PacketType.PubAck ? item.Entry.Qos == Qos.AtLeastOnce : item.Released;
            if (!good) MqttProtocolException.Breach($"{type} for packet {id}, which waits for another answer");
            Remove(item);
        }
    }

    /// <summary>PUBREC; true when a PUBREL is due.</summary>
    public bool Received(ushort id, ReasonCode reason)
    {
        lock (sync)
        {
            if (inFlight is null || !inFlight.TryGetValue(id, out var item)) return reason < ReasonCode.UnspecifiedError;

            if (item.Entry.Qos != Qos.ExactlyOnce) MqttProtocolException.Breach($"PUBREC for packet {id}, which waits for a PUBACK");
            if (reason >= ReasonCode.UnspecifiedError)
            {
                // [MQTT-4.3.3-4] an error ends the flow.
                Remove(item);
                return false;
            }

            if (!item.Released) Log?.Released(clientId, item.Entry.Sequence);
            item.Released = true;
            return true;
        }
    }

    private bool IsFull(int size) => held >= limits.QueuePerSession || heldBytes + size > limits.QueueBytesPerSession;

    /// <summary>Expired messages give up their place.</summary>
    private bool MakeRoom(int size, long nowMs)
    {
        // Only when there is something to find: a stuck reader must not cost a walk for every message.
        if (nowMs < firstExpiryMs) return false;
        firstExpiryMs = long.MaxValue;
        queue0 = Purge(queue0, nowMs);
        queue12 = Purge(queue12, nowMs);
        return !IsFull(size);
    }

    private Queue<Waiting>? Purge(Queue<Waiting>? queue, long nowMs)
    {
        for (var left = queue?.Count ?? 0; left > 0; left--)
        {
            var entry = queue!.Dequeue();
            if (entry.Message.IsExpired(nowMs))
            {
                statistics.Drop(DropReason.Expired);
                Finish(entry);
                continue;
            }

            queue.Enqueue(entry);
            firstExpiryMs = Math.Min(firstExpiryMs, entry.Message.ExpiresMs);
        }

        return queue;
    }

    private void Remove(InFlight item)
    {
        inFlight!.Remove(item.PacketId);
        if (item.Counted) outstanding--;
        Finish(item.Entry);
    }

    private void Finish(in Waiting entry)
    {
        Forget(entry);
        if (entry.Qos != Qos.AtMostOnce) Log?.Done(clientId, entry.Sequence);
    }

    private void Forget(in Waiting entry)
    {
        held--;
        heldBytes -= entry.Message.Size;
    }

    private ushort NextPacketId()
    {
        // Fewer entries than identifiers: window ≤ 65535 and the loop ends.
        do lastPacketId = lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(lastPacketId + 1);
        while (inFlight!.ContainsKey(lastPacketId));
        return lastPacketId;
    }
}
