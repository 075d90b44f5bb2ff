namespace Hub.Mqtt.Sessions;

/// <summary>How the session comes through a restart.</summary>
internal sealed partial class Session
{
    private long awayUntilMs;

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
        Log = kept.ExpirySeconds > 0 ? log : null;
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

    /// <summary>Writes the whole session down, as one record: a hub that dies half way still has the older ones.</summary>
    public void WriteTo(SessionLog log)
    {
        lock (sync)
        {
            if (!ended && Log is not null) log.Group(this, static (log, session) => session.WriteAll(log));
        }
    }

    private void WriteAll(SessionLog log)
    {
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
