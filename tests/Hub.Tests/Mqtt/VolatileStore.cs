using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

/// <summary>
/// A session store whose process may be killed (what was committed stays) and whose power may fail (only what was waited for stays).
/// </summary>
internal sealed class VolatileStore(IEnumerable<byte[]>? kept = null) : ISessionStore
{
    private readonly Lock gate = new();
    private readonly ReaderWriterLockSlim units = new();
    private List<byte[]> records = [.. kept ?? []];
    private List<byte[]>? old;
    private int committed, durable;
    private long before;

    /// <summary>Not null: no wait for the disk ends before this completes.</summary>
    public TaskCompletionSource? Disk { get; set; }

    public bool WantsRewrite => false;

    /// <summary>What the next process finds after <c>kill -9</c>.</summary>
    public List<byte[]> AfterKill
    {
        get { lock (gate) return [.. old ?? [], .. records.Take(committed)]; }
    }

    /// <summary>What the next process finds after the power failed.</summary>
    public List<byte[]> AfterPowerLoss
    {
        get { lock (gate) return [.. old ?? [], .. records.Take(durable)]; }
    }

    public long Load(SessionRecord take)
    {
        foreach (var record in records) take(record);
        return 0;
    }

    public long Append(ReadOnlySpan<byte> record)
    {
        lock (gate)
        {
            records.Add(record.ToArray());
            return before + records.Count;
        }
    }

    public void BeginUnit() => units.EnterReadLock();

    public void EndUnit() => units.ExitReadLock();

    public void Commit()
    {
        units.EnterWriteLock();
        lock (gate) committed = records.Count;
        units.ExitWriteLock();
    }

    public async ValueTask DurableAsync(long place, CancellationToken stop)
    {
        if (Disk is { } disk) await disk.Task.WaitAsync(stop);
        Commit();
        lock (gate) durable = committed;
    }

    public void Rewrite(Action image)
    {
        lock (gate)
        {
            old = records;
            before += records.Count;
            records = [];
            committed = durable = 0;
        }

        image();
        lock (gate)
        {
            committed = durable = records.Count;
            old = null;
        }
    }
}
