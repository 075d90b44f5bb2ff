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
