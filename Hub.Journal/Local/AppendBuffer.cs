namespace Hub.Journal;

/// <summary>One of the two batches: gathered under the journal's lock while the other is written.</summary>
internal sealed class AppendBuffer(int bytes, int lanes)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
    private TaskCompletionSource? _committed;
    private int _used;

    /// <summary>Records of each lane in the batch.</summary>
    public int[] Counts { get; } = new int[lanes];

    public int Records { get; private set; }
    public long LastTicket { get; private set; }
    public Span<byte> Used => _bytes.AsSpan(0, _used);

    /// <summary>Completes with the commit of this batch; made when somebody asks.</summary>
    public Task Committed => (_committed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public bool HasRoom(int size) => _used + size <= _bytes.Length;

    public void Add(int lane, long position, long ticket, in JournalBody body)
    {
        var length = (int)body.Length;
        var record = _bytes.AsSpan(_used);
        RecordFormat.Begin(record, lane, position, length, startsBatch: Records == 0);
        body.CopyTo(record[RecordFormat.HeaderBytes..]);
        _used += RecordFormat.SizeOf(length);
        Counts[lane]++;
        Records++;
        LastTicket = ticket;
    }

    /// <summary>Empties the batch and hands over whom to tell about it.</summary>
    public TaskCompletionSource? Reset()
    {
        var waiting = _committed;
        _committed = null;
        _used = 0;
        Records = 0;
        Array.Clear(Counts);
        return waiting;
    }
}
