using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

/// <summary>A session store on a machine whose power may fail: only what was waited for is there afterwards.</summary>
internal sealed class VolatileStore(IEnumerable<byte[]>? kept = null) : ISessionStore
{
    private readonly Lock gate = new();
    private readonly List<byte[]> records = [.. kept ?? []];
    private int durable;

    /// <summary>Not null: no wait for the disk ends before this completes.</summary>
    public TaskCompletionSource? Disk { get; set; }

    public bool WantsRewrite => false;

    /// <summary>What the next process finds.</summary>
    public List<byte[]> AfterPowerLoss
    {
        get { lock (gate) return [.. records.Take(durable)]; }
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
            return records.Count;
        }
    }

    public void Commit()
    {
    }

    public async ValueTask DurableAsync(long place, CancellationToken stop)
    {
        if (Disk is { } disk) await disk.Task.WaitAsync(stop);
        lock (gate) durable = records.Count;
    }

    public void Rewrite(Action image)
    {
        lock (gate) records.Clear();
        image();
        lock (gate) durable = records.Count;
    }
}
