namespace Hub.Mqtt;

/// <summary>What the endpoint has seen since it started. Safe to read from any thread; figures may be a moment apart.</summary>
public sealed class MqttStatistics
{
    private readonly long[] refusals = new long[256];
    private readonly long[] connectRefusals = new long[256];
    private readonly long[] drops = new long[Enum.GetValues<DropReason>().Length];
    private long connections, connectionsTotal, received0, received1, received2, sent0, sent1, sent2, bytesReceived, throttled, badHandshakes;

    /// <summary>Clients connected now.</summary>
    public long Connections => Volatile.Read(ref connections);

    /// <summary>Clients admitted since start.</summary>
    public long ConnectionsTotal => Volatile.Read(ref connectionsTotal);

    /// <summary>PUBLISH packets received with QoS 0.</summary>
    public long ReceivedQos0 => Volatile.Read(ref received0);

    /// <summary>PUBLISH packets received with QoS 1.</summary>
    public long ReceivedQos1 => Volatile.Read(ref received1);

    /// <summary>PUBLISH packets received with QoS 2, repeats included.</summary>
    public long ReceivedQos2 => Volatile.Read(ref received2);

    /// <summary>PUBLISH packets sent with QoS 0.</summary>
    public long SentQos0 => Volatile.Read(ref sent0);

    /// <summary>PUBLISH packets sent with QoS 1, repeats included.</summary>
    public long SentQos1 => Volatile.Read(ref sent1);

    /// <summary>PUBLISH packets sent with QoS 2, repeats included.</summary>
    public long SentQos2 => Volatile.Read(ref sent2);

    /// <summary>Messages not delivered to a subscriber, for whatever reason.</summary>
    public long Dropped => drops.Sum();

    /// <summary>Messages not delivered to a subscriber, by reason.</summary>
    public long DroppedFor(DropReason reason) => Volatile.Read(ref drops[(int)reason]);

    /// <summary>Bytes of complete packets received.</summary>
    public long BytesReceived => Volatile.Read(ref bytesReceived);

    /// <summary>Times a client was read more slowly because it published too fast.</summary>
    public long Throttled => Volatile.Read(ref throttled);

    /// <summary>Connections on the TLS port that never got through the handshake.</summary>
    public long FailedHandshakes => Volatile.Read(ref badHandshakes);

    /// <summary>Sessions held, connected or not.</summary>
    public long Sessions => Gauges.Sessions();

    /// <summary>Subscriptions of all sessions.</summary>
    public long Subscriptions => Gauges.Subscriptions();

    /// <summary>Retained messages held.</summary>
    public long Retained => Gauges.Retained();

    /// <summary>Messages waiting for subscribers, in flight included.</summary>
    public long Queued => Gauges.Queued();

    /// <summary>QoS 1 and 2 messages sent to subscribers and not yet acknowledged.</summary>
    public long InFlight => Gauges.InFlight();

    /// <summary>Clients in quarantine for publishing too fast.</summary>
    public long Quarantined => Gauges.Quarantined();

    /// <summary>Refused connections, subscriptions and messages, and connections closed for a fault, by reason.</summary>
    public IReadOnlyDictionary<ReasonCode, long> Refusals() => Seen(refusals);

    /// <summary>Connections that were turned away, by reason; they are among <see cref="Refusals"/> too.</summary>
    public IReadOnlyDictionary<ReasonCode, long> RefusedConnects() => Seen(connectRefusals);

    /// <summary>Bytes of messages waiting for subscribers, in flight included.</summary>
    public long QueuedBytes => Gauges.QueuedBytes();

    internal (Func<long> Sessions, Func<long> Subscriptions, Func<long> Retained, Func<long> Queued, Func<long> InFlight, Func<long> Quarantined, Func<long> QueuedBytes) Gauges { private get; set; } =
        (static () => 0, static () => 0, static () => 0, static () => 0, static () => 0, static () => 0, static () => 0);

    internal void Connected()
    {
        Interlocked.Increment(ref connections);
        Interlocked.Increment(ref connectionsTotal);
    }

    internal void Disconnected() => Interlocked.Decrement(ref connections);

    internal void Refused(ReasonCode reason) => Interlocked.Increment(ref refusals[(byte)reason]);

    internal void RefusedConnect(ReasonCode reason) => Interlocked.Increment(ref connectRefusals[(byte)reason]);

    internal void Drop(DropReason reason) => Interlocked.Increment(ref drops[(int)reason]);

    internal void HandshakeFailed() => Interlocked.Increment(ref badHandshakes);

    internal void Throttle() => Interlocked.Increment(ref throttled);

    /// <summary>Adds one read's worth at once: the counters are shared by all connections.</summary>
    internal void Received(int qos0, int qos1, int qos2, long bytes)
    {
        if (qos0 > 0) Interlocked.Add(ref received0, qos0);
        if (qos1 > 0) Interlocked.Add(ref received1, qos1);
        if (qos2 > 0) Interlocked.Add(ref received2, qos2);
        Interlocked.Add(ref bytesReceived, bytes);
    }

    internal void Sent(Qos qos)
    {
        if (qos == Qos.AtMostOnce) Interlocked.Increment(ref sent0);
        else if (qos == Qos.AtLeastOnce) Interlocked.Increment(ref sent1);
        else Interlocked.Increment(ref sent2);
    }

    private static Dictionary<ReasonCode, long> Seen(long[] counts)
    {
        var seen = new Dictionary<ReasonCode, long>();
        for (var code = 0; code < counts.Length; code++)
        {
            var count = Volatile.Read(ref counts[code]);
            if (count > 0) seen[(ReasonCode)code] = count;
        }

        return seen;
    }
}
