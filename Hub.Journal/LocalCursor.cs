using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Hub.Journal;

/// <summary>Reads one lane out of the log all lanes share. Steps over other lanes' records by their headers.</summary>
internal sealed class LocalCursor : IJournalCursor, IValueTaskSource<bool>
{
    private static readonly Action<object?, CancellationToken> cancelled = static (cursor, stop) => ((LocalCursor)cursor!).Cancel(stop);

    private readonly LocalJournal _journal;
    private readonly SegmentLog _log;
    private readonly RecentRecords _recent;
    private readonly FaultLog _faults;
    private readonly RecordReader _reader;
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
    private Segment? _segment;
    private long _seenHead;

    public LocalCursor(LocalJournal journal, SegmentLog log, RecentRecords recent, FaultLog faults, int lane, long after)
    {
        _journal = journal;
        _log = log;
        _recent = recent;
        _faults = faults;
        _reader = new RecordReader(journal.Lanes);
        Lane = lane;
        Position = after;
        if (log.Find(lane, after + 1) is { } segment) Enter(segment);
    }

    public int Lane { get; }
    public long Position { get; private set; }

    /// <summary>Number of the segment being read: it and later ones must stay.</summary>
    public long SegmentNumber => Volatile.Read(ref _segment)?.Number ?? 0;

    /// <summary>Under the journal's gate: to be woken by the next commit of the lane.</summary>
    public bool Waiting { get; set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync(JournalBatch batch, CancellationToken stop)
    {
        while (!TryRead(batch))
        {
            stop.ThrowIfCancellationRequested();
            _wait.Reset();
            if (!_journal.TryWait(this, _seenHead))
            {
                if (!_journal.IsClosed) continue;
                return TryRead(batch);
            }

            await using var registration = stop.UnsafeRegister(cancelled, this).ConfigureAwait(false);
            if (!await new ValueTask<bool>(this, _wait.Version).ConfigureAwait(false)) return TryRead(batch);
        }

        return true;
    }

    public bool TryRead(JournalBatch batch)
    {
        batch.Clear();
        var head = _journal.Head(Lane);
        if (head <= Position) return Seen(head);
        if (_recent.TryRead(Lane, Position, head, batch, out var segment, out var offset))
        {
            // Also the place on disk moves on: retention follows it, and so does whoever falls behind.
            Volatile.Write(ref _segment, segment);
            _reader.MoveTo(segment, offset);
            Position = batch.LastPosition;
            return true;
        }

        if (_segment is null && _log.First() is { } first) Enter(first);
        while (_segment is not null)
        {
            if (!ReadSegment(batch)) return true;
            var next = _log.Next(_segment);
            if (next is null) break;
            if (_reader.Offset < _segment.End) continue; // It grew before the next one was begun.
            Enter(next);
        }

        return batch.Count > 0 || Seen(head);
    }

    public void Dispose() => _journal.Close(this);

    /// <summary>Ends the wait. Called once for each wait, by whoever took the cursor out of it.</summary>
    public void Wake(bool more)
    {
        if (more) _wait.SetResult(true);
        else if (_journal.TryUnwait(this)) _wait.SetResult(false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken stop)
    {
        if (_journal.TryUnwait(this)) _wait.SetException(new OperationCanceledException(stop));
    }

    private void Enter(Segment segment)
    {
        Volatile.Write(ref _segment, segment);
        _reader.MoveTo(segment, SegmentHeader.Bytes);
    }

    private bool Seen(long head)
    {
        _seenHead = head;
        return false;
    }

    // False: the batch is full. True: everything committed in this segment has been looked at.
    private bool ReadSegment(JournalBatch batch)
    {
        var end = _segment!.End;
        while (_reader.Offset < end)
        {
            if (!_reader.TryPeek(end, out var header))
            {
                StepOverDamage(end);
                continue;
            }

            if (header.Lane == Lane && header.Position > Position)
            {
                if (_reader.TryBody(header, end, out var body))
                {
                    if (!batch.TryAdd(header.Position, body)) return false;
                    if (header.Position > Position + 1) _faults.MissingRecords(_segment, _reader.Offset, Lane, Position + 1, header.Position - Position - 1);
                    Position = header.Position;
                }
                else
                {
                    _faults.DamagedBytes(_segment, _reader.Offset, header.Size);
                }
            }

            _reader.Skip(header);
        }

        return true;
    }

    private void StepOverDamage(long end)
    {
        var from = _reader.Offset;
        if (!_reader.TryResync(end)) _reader.MoveTo(_segment!, end);
        _faults.DamagedBytes(_segment!, from, _reader.Offset - from);
    }
}
