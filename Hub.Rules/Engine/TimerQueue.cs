namespace Hub.Rules.Engine;

/// <summary>Keys that want to be looked at again, in the order of time, rule and name: an order that a restart does not change.</summary>
internal sealed class TimerQueue
{
    private PriorityQueue<KeyState, (long DueMs, int Rule, string Name)> queue = new(order);

    private static readonly Comparer<(long DueMs, int Rule, string Name)> order = Comparer<(long DueMs, int Rule, string Name)>.Create(Compare);

    public int Count => queue.Count;

    /// <summary>Sets the key's next time; <see cref="long.MaxValue"/> for none.</summary>
    public void Set(KeyState key, long dueMs)
    {
        key.DueMs = dueMs;
        if (dueMs >= key.QueuedMs) return;
        key.QueuedMs = dueMs;
        queue.Enqueue(key, (dueMs, key.Rule.Index, key.Name));
    }

    /// <summary>The next key whose time has come; false when none has.</summary>
    public bool TryTake(long nowMs, out KeyState key)
    {
        while (queue.TryPeek(out key!, out var entry) && entry.DueMs <= nowMs)
        {
            queue.Dequeue();
            // Moved earlier since, so another entry stands for it.
            if (entry.DueMs != key.QueuedMs) continue;
            key.QueuedMs = long.MaxValue;
            if (key.DueMs == entry.DueMs)
            {
                key.DueMs = long.MaxValue;
                return true;
            }

            if (key.DueMs != long.MaxValue) Set(key, key.DueMs);
        }

        return false;
    }

    /// <summary>The rules were numbered anew: the same keys wait for the same times, without those that are no more.</summary>
    public void Renumber(Predicate<KeyState> inForce)
    {
        var before = queue;
        queue = new(before.Count, order);
        foreach (var (key, entry) in before.UnorderedItems)
            if (entry.DueMs == key.QueuedMs && inForce(key)) queue.Enqueue(key, (entry.DueMs, key.Rule.Index, key.Name));
    }

    private static int Compare((long DueMs, int Rule, string Name) a, (long DueMs, int Rule, string Name) b)
    {
        var sign = a.DueMs.CompareTo(b.DueMs);
        if (sign == 0) sign = a.Rule.CompareTo(b.Rule);
        return sign == 0 ? string.CompareOrdinal(a.Name, b.Name) : sign;
    }
}
