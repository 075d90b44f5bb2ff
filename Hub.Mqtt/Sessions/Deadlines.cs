namespace Hub.Mqtt.Sessions;

/// <summary>When absent clients' wills are due and their sessions end. Any thread.</summary>
/// <remarks>
/// At most one live entry of the queue for each session, whatever it asks for and however often it comes back: an entry
/// whose time is not the one noted for its session is stale and is thrown away when it comes up.
/// </remarks>
internal sealed class Deadlines
{
    private readonly Lock gate = new();
    private readonly Dictionary<Session, Entry> entries = [];
    private readonly PriorityQueue<Session, long> queue = new();

    /// <summary>Notes both times [Unix ms]; <see cref="long.MaxValue"/> for never.</summary>
    public void Set(Session session, long endsAt, Will? will, long willAt)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(session, out var entry)) entries[session] = entry = new Entry();
            entry.EndsAt = endsAt;
            entry.Will = will;
            entry.WillAt = willAt;
            Schedule(session, entry);
        }
    }

    public bool HasWill(Session session)
    {
        lock (gate) return entries.TryGetValue(session, out var entry) && entry.Will is not null;
    }

    /// <summary>Notes when a will is due, and leaves the end of the session as it is.</summary>
    public void SetWill(Session session, Will will, long willAt)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(session, out var entry)) entries[session] = entry = new Entry();
            entry.Will = will;
            entry.WillAt = willAt;
            Schedule(session, entry);
        }
    }

    /// <summary>The client is back, or its session is over. Returns the will that was still waiting.</summary>
    public Will? Clear(Session session)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(session, out var entry)) return null;
            var will = entry.Will;
            entry.EndsAt = entry.WillAt = long.MaxValue;
            entry.Will = null;
            return will;
        }
    }

    /// <summary>The next thing due: a will to publish, or, with none, a session to end.</summary>
    public bool TryTake(long nowMs, out Session session, out Will? will)
    {
        will = null;
        lock (gate)
        {
            while (queue.TryPeek(out session!, out var at) && at <= nowMs)
            {
                queue.Dequeue();
                if (!entries.TryGetValue(session, out var entry) || entry.QueuedFor != at) continue;
                entry.QueuedFor = long.MaxValue;
                var sessionDue = entry.EndsAt <= nowMs;
                if (entry.WillAt <= nowMs)
                {
                    will = entry.Will;
                    entry.Will = null;
                    entry.WillAt = long.MaxValue;
                }

                // The will first; the end of the session comes up again at once.
                if (sessionDue && will is null) entry.EndsAt = long.MaxValue;
                Schedule(session, entry);
                if (entry.QueuedFor == long.MaxValue) entries.Remove(session);
                if (will is not null || sessionDue) return true;
            }

            session = null!;
            return false;
        }
    }

    private void Schedule(Session session, Entry entry)
    {
        var next = Math.Min(entry.EndsAt, entry.WillAt);
        if (next >= entry.QueuedFor) return;
        entry.QueuedFor = next;
        queue.Enqueue(session, next);
    }

    private sealed class Entry
    {
        public long EndsAt = long.MaxValue;
        public long WillAt = long.MaxValue;
        public long QueuedFor = long.MaxValue;
        public Will? Will;
    }
}
