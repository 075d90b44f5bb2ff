using Hub.Cases;

namespace Hub.Dashboard.Live;

/// <summary>The newest case events in memory, read from the store once for all clients. Older ones come from the store.</summary>
/// <remarks>One writer (<see cref="CaseFollower"/>), any number of readers. A reader that falls out of the window goes back to the store and catches up: nothing is skipped.</remarks>
internal sealed class CaseTail(ICaseStore store)
{
    /// <summary>Events kept: at a hundred a second still forty seconds for a slow client.</summary>
    public const int Window = 4_096;

    /// <summary>Most events handed over at once.</summary>
    public const int BatchSize = 256;

    private readonly CaseItem[] ring = new CaseItem[Window];
    private readonly Lock gate = new();
    private TaskCompletionSource changed = NewSignal();
    private long first = 1; // sequence of the oldest event in the ring
    private long next = 1;  // sequence after the newest one; first == next: empty

    /// <summary>Sequence of the newest event that clients can have.</summary>
    public long Last
    {
        get { lock (gate) return next - 1; }
    }

    /// <summary>Says where following begins: everything up to here is read from the store.</summary>
    public void StartAfter(long sequence)
    {
        lock (gate) first = next = sequence + 1;
    }

    /// <summary>Adds events in order, dense, and wakes the readers.</summary>
    public void Add(IReadOnlyList<CaseItem> items)
    {
        TaskCompletionSource wake;
        lock (gate)
        {
            foreach (var item in items)
            {
                ring[item.Event.Sequence % Window] = item;
                next = item.Event.Sequence + 1;
            }

            first = Math.Max(first, next - Window);
            wake = changed;
            changed = NewSignal();
        }

        wake.SetResult();
    }

    /// <summary>The events after a sequence, at most <see cref="BatchSize"/>, at least one: waits until there is one.</summary>
    public async Task<IReadOnlyList<CaseItem>> ReadAsync(long after, CancellationToken stop)
    {
        while (true)
        {
            Task news;
            bool past;
            lock (gate)
            {
                if (after + 1 >= first && after + 1 < next) return Copy(after + 1);
                past = after + 1 < first;
                news = changed.Task;
            }

            var items = past ? await ReadPastAsync(after, stop) : [];
            if (items.Count > 0) return items;
            await news.WaitAsync(stop);
        }
    }

    /// <summary>Events from the store, each with its case as it stands now.</summary>
    public async Task<IReadOnlyList<CaseItem>> ReadPastAsync(long after, CancellationToken stop)
    {
        var events = await store.EventsAfterAsync(after, BatchSize, stop);
        var cases = new Dictionary<string, GridCase>(StringComparer.Ordinal);
        var items = new List<CaseItem>(events.Count);
        foreach (var e in events)
        {
            if (!cases.TryGetValue(e.CaseId, out var c))
            {
                c = await store.FindAsync(e.CaseId, stop)
                    ?? throw new InvalidDataException($"event {e.Sequence} belongs to case '{e.CaseId}', which the store does not hold");
                cases[e.CaseId] = c;
            }

            items.Add(new CaseItem(e, c));
        }

        return items;
    }

    // Holding the gate.
    private CaseItem[] Copy(long from)
    {
        var count = (int)Math.Min(BatchSize, next - from);
        var items = new CaseItem[count];
        for (var i = 0; i < count; i++) items[i] = ring[(from + i) % Window];
        return items;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
