using Hub.Mqtt.Packets;
using Hub.Mqtt.Server;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Sessions;

/// <summary>What the hub remembers of one client: subscriptions, and messages on the way in both directions (MQTT 5 section 4.1).</summary>
/// <remarks>
/// Publishers (any thread), the client's own connection and the heartbeat meet here: everything mutable is guarded by the
/// session's own lock, held for a few steps only and never while waiting or while another session's lock is held.
/// Invariant: outstanding = number of <see cref="inFlight"/> entries with Counted set ≤ window.
/// </remarks>
internal sealed class Session(string clientId, MqttOptions limits, MqttStatistics statistics)
{
    /// <summary>Keeps identifiers free, whatever was left over from earlier connections.</summary>
    private const int MaxInFlight = 65_000;

    private readonly Lock sync = new();
    private Connection? connection;
    private Dictionary<string, Subscription>? subscriptions;
    private Queue<Waiting>? queue0;
    private Queue<Waiting>? queue12;
    private Queue<InFlight>? resend;
    private Dictionary<ushort, InFlight>? inFlight;
    private Dictionary<ushort, Message?>? inbound;
    private int window = 1;
    private int outstanding;
    private int reserved;
    private int held;
    private long heldBytes;
    private long parkedBytes;
    private long awayUntilMs;

    /// <summary>No message in the queues expires before this.</summary>
    private long firstExpiryMs = long.MaxValue;
    private long sequence;
    private ushort lastPacketId;
    private bool ended;

    public string ClientId => clientId;

    /// <summary>Where changes are written down; null for sessions that need not survive a restart.</summary>
    public SessionLog? Log { get; set; }

    /// <summary>Seconds the session outlives its connection; <see cref="uint.MaxValue"/> for ever. Written by the owner of the connection.</summary>
    public uint ExpirySeconds { get; set; }

    /// <summary>Moves with every attach and detach, so that a deadline set earlier can tell that it is stale.</summary>
    public long Epoch { get; private set; }

    public Connection? Connection => Volatile.Read(ref connection);

    /// <summary>Connected, and its queue is not full: the one a shared subscription prefers.</summary>
    public bool CanTakeMore => Connection is not null && Volatile.Read(ref held) < limits.QueuePerSession;

    public int Held => Volatile.Read(ref held);

    public int InFlightCount => inFlight?.Count ?? 0;

    /// <summary>Binds a connection; false when the session has ended or another connection holds it.</summary>
    public bool TryAttach(Connection owner, int receiveMaximum, out Connection? holder)
    {
        lock (sync)
        {
            holder = connection;
            if (ended || holder is not null) return false;
            connection = owner;
            Epoch++;
            window = Math.Min(receiveMaximum, limits.SendMaximum);
            outstanding = 0;
            resend = null;
            if (inFlight is not { Count: > 0 }) return true;

            // [MQTT-4.4.0-1] what was sent and not acknowledged goes first, in the order it was sent.
            var again = new List<InFlight>(inFlight.Values);
            again.Sort(static (a, b) => a.Entry.Sequence.CompareTo(b.Entry.Sequence));
            foreach (var item in again) item.Counted = false;
            resend = new Queue<InFlight>(again);
            return true;
        }
    }

    /// <summary>Lets go of a connection; false when it no longer held the session. QoS 0 messages do not wait for the next one.</summary>
    public bool Detach(Connection owner)
    {
        lock (sync)
        {
            if (connection != owner) return false;
            connection = null;
            Epoch++;
            while (queue0 is { Count: > 0 }) Forget(queue0.Dequeue());
            queue0 = null;
            resend = null;
            return true;
        }
    }

    /// <summary>Ends the session unless a connection holds it; its subscriptions are the caller's to take out of the tree.</summary>
    public bool TryEnd(out Subscription[] left)
    {
        left = [];
        lock (sync)
        {
            if (ended || connection is not null) return false;
            ended = true;
            Epoch++;
            if (subscriptions is not null) left = [.. subscriptions.Values];
            subscriptions = null;
            queue0 = queue12 = null;
            inFlight = null;
            inbound = null;
            held = 0;
            heldBytes = 0;
            Log?.Ended(clientId);
            return true;
        }
    }

    /// <summary>Has its changes written down from now on, if it is to outlive its connection.</summary>
    public void Persist(SessionLog? log, bool fresh)
    {
        lock (sync)
        {
            if (ExpirySeconds > 0) Log = log;
            Log?.Opened(clientId, ExpirySeconds, fresh);
            if (ExpirySeconds == 0) Log = null;
        }
    }

    /// <summary>Notes when the session of an absent client ends.</summary>
    public void NoteAway(long endsAtMs)
    {
        lock (sync)
        {
            awayUntilMs = endsAtMs;
            Log?.Away(clientId, ExpirySeconds, endsAtMs);
        }
    }

    /// <summary>Takes up what the log kept; before anyone else knows the session.</summary>
    public void Restore(RestoredSession kept, SessionLog? log, long endsAtMs)
    {
        Log = log;
        ExpirySeconds = kept.ExpirySeconds;
        awayUntilMs = endsAtMs;
        foreach (var (sequence, item) in kept.Entries)
        {
            this.sequence = sequence;
            firstExpiryMs = Math.Min(firstExpiryMs, item.Entry.Message.ExpiresMs);
            held++;
            heldBytes += item.Entry.Message.Size;
            if (item.PacketId == 0) (queue12 ??= new Queue<Waiting>()).Enqueue(item.Entry);
            else (inFlight ??= [])[item.PacketId] = new InFlight { Entry = item.Entry, PacketId = item.PacketId, Released = item.Released };
            if (item.PacketId > lastPacketId) lastPacketId = item.PacketId;
        }

        if (kept.Inbound.Count == 0) return;
        inbound = kept.Inbound;
        reserved = inbound.Count;
        parkedBytes = inbound.Values.Sum(static m => (long)(m?.Size ?? 0));
    }

    /// <summary>Writes the whole session down.</summary>
    public void WriteTo(SessionLog log)
    {
        lock (sync)
        {
            if (ended || Log is null) return;
            log.Opened(clientId, ExpirySeconds, fresh: true);
            foreach (var subscription in (subscriptions ?? []).Values) log.Subscribed(clientId, subscription);
            foreach (var item in (inFlight ?? []).Values)
            {
                log.Queued(clientId, item.Entry);
                log.Sent(clientId, item.Entry.Sequence, item.PacketId);
                if (item.Released) log.Released(clientId, item.Entry.Sequence);
            }

            foreach (var entry in queue12 ?? []) log.Queued(clientId, entry);
            foreach (var (id, message) in inbound ?? [])
            {
                log.Inbound(clientId, id, open: true);
                if (message is not null) log.Parked(clientId, id, message);
            }

            if (connection is null) log.Away(clientId, ExpirySeconds, awayUntilMs);
        }
    }

    public int SubscriptionCount
    {
        get { lock (sync) return subscriptions?.Count ?? 0; }
    }

    /// <summary>Notes a subscription; <paramref name="existed"/> tells whether it replaced one. False when there are too many.</summary>
    public bool TryNote(string filter, Subscription subscription, out bool existed)
    {
        lock (sync)
        {
            subscriptions ??= new Dictionary<string, Subscription>(StringComparer.Ordinal);
            existed = subscriptions.ContainsKey(filter);
            if (ended || (!existed && subscriptions.Count >= limits.Subscriptions)) return false;
            subscriptions[filter] = subscription;
            Log?.Subscribed(clientId, subscription);
            return true;
        }
    }

    public bool Strike(string filter, byte[] raw)
    {
        lock (sync)
        {
            if (subscriptions is null || !subscriptions.Remove(filter)) return false;
            Log?.Unsubscribed(clientId, raw);
            return true;
        }
    }

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
                statistics.Drop();
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
            if (entry.Message.IsExpired(nowMs)) continue;
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
        statistics.Drop();
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

    /// <summary>Marks an incoming QoS 2 identifier as taken; false when it already was, so this PUBLISH is a repeat.</summary>
    public bool Reserve(ushort id)
    {
        lock (sync)
        {
            if (!(inbound ??= []).TryAdd(id, null)) return false;
            reserved++;
            Log?.Inbound(clientId, id, open: true);
            return true;
        }
    }

    /// <summary>Holds a message until its PUBREL; false when too much is held and it must go on at once.</summary>
    public bool Park(ushort id, Message message)
    {
        lock (sync)
        {
            if (inbound is null || !inbound.ContainsKey(id) || parkedBytes + message.Size > limits.QueueBytesPerSession) return false;
            parkedBytes += message.Size;
            inbound[id] = message;
            Log?.Parked(clientId, id, message);
            return true;
        }
    }

    /// <summary>A refusal: the identifier is free again.</summary>
    public void Free(ushort id) => Free(id, out _);

    /// <summary>PUBREL: the identifier is free again. False when it was not taken; else what was held with it, if anything.</summary>
    public bool Free(ushort id, out Message? message)
    {
        message = null;
        lock (sync)
        {
            if (inbound is null || !inbound.Remove(id, out message)) return false;
            reserved--;
            if (message is not null) parkedBytes -= message.Size;
            Log?.Inbound(clientId, id, open: false);
            return true;
        }
    }

    /// <summary>Incoming QoS 2 messages before PUBREL.</summary>
    public int ReservedCount => Volatile.Read(ref reserved);

    public bool IsReserved(ushort id)
    {
        lock (sync) return inbound is not null && inbound.ContainsKey(id);
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
