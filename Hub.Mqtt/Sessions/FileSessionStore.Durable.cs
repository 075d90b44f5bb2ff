namespace Hub.Mqtt;

/// <summary>Waiting for the disk: one flush at a time, for all who asked while the last one ran.</summary>
public sealed partial class FileSessionStore
{
    private readonly Lock waiting = new();

    // Under the lock above.
    private long durable;
    private TaskCompletionSource<long>? next;
    private bool flushing;

    /// <inheritdoc/>
    public async ValueTask DurableAsync(long place, CancellationToken stop)
    {
        while (true)
        {
            Task<long> turn;
            lock (waiting)
            {
                if (durable >= place) return;

                // A flush that runs already may have begun before this place was written: the next one counts.
                next ??= new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
                turn = next.Task;
                if (!flushing)
                {
                    flushing = true;
                    ThreadPool.UnsafeQueueUserWorkItem(static store => store.FlushAll(), this, preferLocal: false);
                }
            }

            await turn.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    private void FlushAll()
    {
        while (true)
        {
            TaskCompletionSource<long> turn;
            lock (waiting)
            {
                if (next is null)
                {
                    flushing = false;
                    return;
                }

                turn = next;
                next = null;
            }

            try
            {
                long upTo;
                lock (rewriting) upTo = Flush();
                lock (waiting) durable = Math.Max(durable, upTo);
                turn.SetResult(upTo);
            }
            catch (Exception fault)
            {
                // Told to those who wait: what they wanted to acknowledge they must not.
                turn.SetException(fault as SessionStoreException ?? Failed(fault));
            }
        }
    }
}
