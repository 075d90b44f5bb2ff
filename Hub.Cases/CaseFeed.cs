using Hub.Core.Alerts;

namespace Hub.Cases;

/// <summary>Tells followers in this process that case events were committed, so that they read on at once instead of asking by the clock.</summary>
/// <remarks>
/// Carries only the sequence number: followers read events from the store, which stays the one truth, and a follower that sleeps through
/// an announcement misses nothing. The desk announces after each commit; any number of followers wait.
/// </remarks>
public sealed class CaseFeed
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = NewSignal();
    private long last;

    /// <summary>Raised on the committing thread with the alerts of a commit; handlers must return at once.</summary>
    public event Action<IReadOnlyList<Alert>>? AlertsCommitted;

    /// <summary>
    /// Raised on the committing thread after each commit that wrote events or alerts, in order: for notices, device orders, retained topics and
    /// metrics. Handlers must return at once and must not throw.
    /// </summary>
    public event Action<Committed>? CasesCommitted;

    /// <summary>Highest sequence announced so far.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>Called by the desk once a commit is durable.</summary>
    /// <param name="lastSequence">Sequence of the newest event of the commit; 0 when it held none.</param>
    /// <param name="alerts">Alerts stored with it, in order.</param>
    public void Announce(long lastSequence, IReadOnlyList<Alert> alerts)
    {
        if (lastSequence > Last)
        {
            TaskCompletionSource wake;
            lock (gate)
            {
                if (lastSequence > last) Volatile.Write(ref last, lastSequence);
                wake = changed;
                changed = NewSignal();
            }

            wake.SetResult();
        }

        if (alerts.Count > 0) AlertsCommitted?.Invoke(alerts);
    }

    /// <summary>Tells followers of one commit.</summary>
    internal void Publish(Committed committed)
    {
        Announce(committed.Events.Count == 0 ? 0 : committed.Events[^1].Sequence, [.. committed.Alerts.Select(a => a.Alert)]);
        CasesCommitted?.Invoke(committed);
    }

    /// <summary>Completes as soon as an event with a higher sequence is there.</summary>
    public async Task WaitForAsync(long afterSequence, CancellationToken stop)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (last > afterSequence) return;
                next = changed.Task;
            }

            await next.WaitAsync(stop);
        }
    }

    // Continuations run elsewhere: a slow follower must never hold the commit of the next case.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What one commit wrote.</summary>
/// <param name="Events">Events with their sequence numbers, in order.</param>
/// <param name="Cases">The cases as they stand after it.</param>
/// <param name="Alerts">The alerts with what became of them.</param>
public sealed record Committed(IReadOnlyList<CaseEvent> Events, IReadOnlyList<GridCase> Cases, IReadOnlyList<FiledAlert> Alerts);

/// <summary>An order for a device that belongs to a case and has not been answered yet.</summary>
public sealed record PendingCommand(string CaseId, DeviceCommand Command, long RequestedAtMs);
