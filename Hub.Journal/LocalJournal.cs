namespace Hub.Journal;

/// <summary>
/// The embedded journal: one log of segment files for all lanes, so one flush commits them all.
/// One thread writes; what arrives while the disk is busy becomes the next batch, so batches grow with the load and nothing waits when idle.
/// </summary>
/// <remarks>
/// Invariants, under <c>_gate</c>: next[lane] = head[lane] + 1 + records of the lane in both batches;
/// every ticket is committed, failed, or in one of the two batches.
/// </remarks>
public sealed partial class LocalJournal : IJournal
{
    private const long FullRetryMs = 1000;

    private readonly JournalOptions _options;
    private readonly IDisk _disk;
    private readonly TimeProvider _time;
    private readonly FaultLog _faults = new();
    private readonly SegmentLog _log;
    private readonly RecentRecords _recent;

    // Under _gate.
    private readonly Lock _gate = new();
    private readonly long[] _next;
    private readonly long[] _lost;
    private readonly FailedTickets _failed = new();
    private readonly Dictionary<string, long[]> _consumers = new(StringComparer.Ordinal);
    private readonly List<LocalCursor> _cursors = [];
    private AppendBuffer _gathering;
    private AppendBuffer _writing;
    private TaskCompletionSource? _room;
    private long _nextTicket = 1;
    private long _fullRetryAt;
    private bool _closed;

    // Written under _gate, read without it.
    private readonly long[] _heads;
    private long _committedTicket;

    // The writer's own.
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly List<LocalCursor> _toWake = [];
    private readonly Thread? _writer;
    private bool _trimDue = true;

    private LocalJournal(JournalOptions options, IDisk disk, TimeProvider time, bool startWriter)
    {
        _options = options;
        _disk = disk;
        _time = time;
        _log = new SegmentLog(options, disk, time, _faults);
        var recovered = Recovery.Run(options, disk, _log, _faults);
        _heads = recovered.Heads;
        _next = [.. _heads.Select(h => h + 1)];
        _lost = new long[options.Lanes];
        _recent = new RecentRecords(options.RecentBytes, options.Lanes);
        _gathering = new AppendBuffer(options.BatchBytes, options.Lanes);
        _writing = new AppendBuffer(options.BatchBytes, options.Lanes);
        foreach (var name in options.Consumers) _consumers[name] = [.. Enumerable.Repeat(-1L, options.Lanes)];
        foreach (var (lane, body) in recovered.Salvaged)
        {
            if (_gathering.HasRoom(RecordFormat.SizeOf(body.Length))) _gathering.Add(lane, _next[lane]++, _nextTicket++, new JournalBody(body));
        }

        _log.Prepare();
        if (recovered.Salvaged.Count > 0) Commit();
        Array.Clear(_lost); // What could not be salvaged was never appended in this life.
        if (!startWriter) return;
        _writer = new Thread(Write) { IsBackground = true, Name = "journal" };
        _writer.Start();
    }

    /// <inheritdoc/>
    public int Lanes => _options.Lanes;

    /// <inheritdoc/>
    public int MostBodyBytes => _options.BodyBytes;

    /// <inheritdoc/>
    public JournalFaults Faults => _faults.Snapshot();

    /// <summary>Why nothing is accepted at present, or null: for the status page and readiness.</summary>
    public string? Full => _log.Full;

    /// <summary>Bytes of the segments kept.</summary>
    public long Bytes => _log.Bytes;

    /// <summary>How many segments are kept.</summary>
    public int Segments => _log.Count;

    /// <summary>Bytes free on the journal's disk; -1 when the disk does not say.</summary>
    public long FreeBytes
    {
        get
        {
            try
            {
                return _disk.FreeBytes;
            }
            catch (IOException)
            {
                return -1;
            }
        }
    }

    /// <summary>Opens the folder, recovers what the last run left, and starts the writer.</summary>
    /// <exception cref="JournalException">A wrong setting, a folder that cannot be used, or damage that needs a person.</exception>
    public static LocalJournal Open(JournalOptions options, TimeProvider time)
    {
        options.Check();
        return Open(options, new FolderDisk(options.Directory), time, startWriter: true);
    }

    /// <summary>With another disk; without the writer, <see cref="Commit"/> is called by hand, so that a test decides every step.</summary>
    internal static LocalJournal Open(JournalOptions options, IDisk disk, TimeProvider time, bool startWriter)
    {
        options.Check();
        try
        {
            return new LocalJournal(options, disk, time, startWriter);
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> AppendAsync(int lane, in JournalBody body, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)lane, (uint)_options.Lanes, nameof(lane));
        if (body.Length > _options.BodyBytes)
            throw new JournalException($"A record of {body.Length} bytes is larger than the {_options.BodyBytes} bytes allowed.");
        if (TryAppend(lane, body, out var ticket, out var room)) return new ValueTask<long>(ticket);
        var copy = new byte[body.Length];
        body.CopyTo(copy);
        return AppendWhenRoomAsync(lane, copy, room, stop);
    }

    /// <inheritdoc/>
    public ValueTask CommittedAsync(long ticket, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_failed.Any && _failed.Find(ticket) is { } reason) return ValueTask.FromException(reason);
            if (ticket <= _committedTicket) return ValueTask.CompletedTask;
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ticket, _nextTicket);
            return new ValueTask(_writing.Records > 0 && ticket <= _writing.LastTicket ? _writing.Committed : _gathering.Committed);
        }
    }

    /// <inheritdoc/>
    public long Head(int lane) => Volatile.Read(ref _heads[lane]);

    /// <inheritdoc/>
    public long Appended(int lane)
    {
        lock (_gate) return _next[lane] - 1;
    }

    /// <inheritdoc/>
    public long Tail(int lane) => _log.First()?.Header.NextPositions[lane] ?? Head(lane) + 1;

    /// <inheritdoc/>
    public long Lost(int lane) => Volatile.Read(ref _lost[lane]);

    /// <inheritdoc/>
    public IJournalCursor Open(int lane, long after)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)lane, (uint)_options.Lanes, nameof(lane));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            KeepAhead(lane, after);
            var cursor = new LocalCursor(this, _log, _recent, _faults, lane, Math.Max(after, Tail(lane) - 1));
            _cursors.Add(cursor);
            return cursor;
        }
    }

    /// <inheritdoc/>
    public void SetConsumerPosition(string consumer, int lane, long position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)lane, (uint)_options.Lanes, nameof(lane));
        lock (_gate)
        {
            KeepAhead(lane, position);
            if (!_consumers.TryGetValue(consumer, out var positions)) _consumers[consumer] = positions = [.. Enumerable.Repeat(-1L, _options.Lanes)];
            positions[lane] = Math.Max(positions[lane], position);
            _trimDue = true;
        }
    }

    /// <summary>Commits what was appended, then closes; whoever waits is told.</summary>
    public async ValueTask DisposeAsync()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        _wake.Set();
        if (_writer is not null) await Task.Run(_writer.Join).ConfigureAwait(false);
        else Commit();
        LocalCursor[] cursors;
        lock (_gate) cursors = [.. _cursors];
        foreach (var cursor in cursors) cursor.Wake(more: false);
        _log.Dispose();
        _disk.Dispose();
        _wake.Dispose();
    }

    /// <summary>Asks to be woken when the lane has grown beyond what the cursor has seen.</summary>
    /// <returns>False when it already has, or the journal is closed: look again.</returns>
    internal bool TryWait(LocalCursor cursor, long seenHead)
    {
        lock (_gate)
        {
            if (_closed || _heads[cursor.Lane] != seenHead) return false;
            cursor.Waiting = true;
            return true;
        }
    }

    /// <summary>Takes the cursor out of the wait; false when it was woken already.</summary>
    internal bool TryUnwait(LocalCursor cursor)
    {
        lock (_gate)
        {
            var waited = cursor.Waiting;
            cursor.Waiting = false;
            return waited;
        }
    }

    internal bool IsClosed
    {
        get
        {
            lock (_gate) return _closed;
        }
    }

    internal void Close(LocalCursor cursor)
    {
        lock (_gate) _cursors.Remove(cursor);
    }

    private bool TryAppend(int lane, in JournalBody body, out long ticket, out Task room)
    {
        ticket = 0;
        room = Task.CompletedTask;
        bool first;
        lock (_gate)
        {
            if (_closed) throw new JournalException("The journal is closed: the hub is stopping. Send again after its restart.");
            if (_log.Full is { } reason) ThrowFull(reason);
            if (!_gathering.HasRoom(RecordFormat.SizeOf((int)body.Length)))
            {
                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                return false;
            }

            ticket = _nextTicket++;
            _gathering.Add(lane, _next[lane]++, ticket, body);
            first = _gathering.Records == 1;
        }

        if (first) _wake.Set();
        return true;
    }

    private async ValueTask<long> AppendWhenRoomAsync(int lane, byte[] body, Task room, CancellationToken stop)
    {
        while (true)
        {
            await room.WaitAsync(stop).ConfigureAwait(false);
            if (TryAppend(lane, new JournalBody(body), out var ticket, out room)) return ticket;
        }
    }

    // Every second somebody who is refused lets the writer look whether there is room again.
    private void ThrowFull(string reason)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (now >= _fullRetryAt)
        {
            _fullRetryAt = now + FullRetryMs;
            _wake.Set();
        }

        throw new JournalFullException(reason);
    }

    // A consumer that has passed more than is here (the disk lost its last record after all) must not miss what comes next.
    private void KeepAhead(int lane, long position)
    {
        if (position < _next[lane]) return;
        if (_gathering.Counts[lane] + _writing.Counts[lane] > 0)
            throw new JournalException($"Position {position} of lane {lane} does not exist; the newest is {_heads[lane]}.");
        _faults.Note($"lane {lane} ended at position {_heads[lane]}, but a consumer has already seen {position}: numbering goes on behind it");
        Volatile.Write(ref _heads[lane], position);
        _next[lane] = position + 1;
    }
}
