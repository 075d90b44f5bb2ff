using System.Collections.Concurrent;
using Hub.Cases;
using Hub.Core;

namespace Hub.Dashboard.Live;

/// <summary>The open cases and the figures of the day, kept up to date by the follower so that walls ask no database.</summary>
internal sealed class CaseBoard(Clock clock)
{
    /// <summary>Open cases held at most; a hub with more has other worries, and the lists still show them all.</summary>
    private const int MostOpen = 50_000;

    private readonly ConcurrentDictionary<string, GridCase> open = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly List<double> acknowledgeSeconds = [];
    private long dayStartMs;
    private int openedToday;
    private int closedToday;

    /// <summary>Every open case.</summary>
    public ICollection<GridCase> Open => open.Values;

    public IReadOnlyDictionary<Severity, int> CountOpen()
    {
        var counts = new SortedDictionary<Severity, int> { [Severity.P1] = 0, [Severity.P2] = 0, [Severity.P3] = 0, [Severity.P4] = 0 };
        foreach (var (_, c) in open) counts[c.Severity]++;
        return counts;
    }

    /// <summary>Opened and closed since midnight, and the median seconds from dispatch to acceptance; null when nothing was accepted.</summary>
    public (int Opened, int Closed, double? Acknowledge) Today()
    {
        lock (gate)
        {
            TurnDay();
            if (acknowledgeSeconds.Count == 0) return (openedToday, closedToday, null);
            var sorted = acknowledgeSeconds.Order().ToArray();
            return (openedToday, closedToday, sorted[sorted.Length / 2]);
        }
    }

    public async Task LoadAsync(ICaseStore store, long afterSequence, long lastSequence, CancellationToken stop)
    {
        string? cursor = null;
        do
        {
            var (items, next) = await store.ListAsync(new CaseQuery(Open: true, IncludeRestricted: true, Cursor: cursor, Limit: 500), stop);
            foreach (var c in items) Keep(c);
            cursor = next;
        }
        while (cursor is not null && open.Count < MostOpen);

        while (afterSequence < lastSequence)
        {
            var events = await store.EventsAfterAsync(afterSequence, 1_000, stop);
            if (events.Count == 0) return;
            foreach (var e in events) Count(e, e.Kind == "accepted" ? await store.FindAsync(e.CaseId, stop) : null);
            afterSequence = events[^1].Sequence;
        }
    }

    public void Apply(IReadOnlyList<CaseItem> items)
    {
        foreach (var item in items)
        {
            Keep(item.Case);
            Count(item.Event, item.Case);
        }
    }

    private void Keep(GridCase c)
    {
        if (!c.IsOpen) open.TryRemove(c.Id, out _);
        else if (open.Count < MostOpen || open.ContainsKey(c.Id)) open[c.Id] = c;
    }

    private void Count(CaseEvent e, GridCase? c)
    {
        lock (gate)
        {
            TurnDay();
            if (e.AtMs < dayStartMs) return;
            if (e.Version == 1) openedToday++;
            if (e.Kind == "closed") closedToday++;
            if (e.Kind == "accepted" && c is { DispatchedAtMs: > 0 } && acknowledgeSeconds.Count < 10_000)
                acknowledgeSeconds.Add(Math.Max(0, e.AtMs - c.DispatchedAtMs) / 1_000.0);
        }
    }

    private void TurnDay()
    {
        var today = clock.DayStartMs(clock.NowMs);
        if (today == dayStartMs) return;
        dayStartMs = today;
        openedToday = closedToday = 0;
        acknowledgeSeconds.Clear();
    }
}
