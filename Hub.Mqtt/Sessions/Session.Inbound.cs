namespace Hub.Mqtt.Sessions;

/// <summary>What came from the client with QoS 2 and waits for its PUBREL.</summary>
internal sealed partial class Session
{
    private Dictionary<ushort, Message?>? inbound;
    private int reserved;
    private long parkedBytes;

    /// <summary>Marks an incoming QoS 2 identifier as taken; false when it already was, so this PUBLISH is a repeat.</summary>
    /// <remarks>Written down by <see cref="Hold"/>, when the message is: a hub that dies in between must take the repeat as new.</remarks>
    public bool Reserve(ushort id)
    {
        lock (sync)
        {
            if (!(inbound ??= []).TryAdd(id, null)) return false;
            reserved++;
            return true;
        }
    }

    /// <summary>
    /// The message of a reserved identifier has been taken: holds it until its PUBREL, where there is one to hold. False when too
    /// much is held and it must go on at once.
    /// </summary>
    public bool Hold(ushort id, Message? message)
    {
        lock (sync)
        {
            if (inbound is null || !inbound.ContainsKey(id)) return false;
            if (message is null || parkedBytes + message.Size > limits.QueueBytesPerSession)
            {
                Log?.Inbound(clientId, id, open: true);
                return false;
            }

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
