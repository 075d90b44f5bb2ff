namespace Hub.Mqtt.Sessions;

/// <summary>What came from the client with QoS 2 and waits for its PUBREL.</summary>
internal sealed partial class Session
{
    private Dictionary<ushort, Message?>? inbound;
    private int reserved;
    private long parkedBytes;

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
}
