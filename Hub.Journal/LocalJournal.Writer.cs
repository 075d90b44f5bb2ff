namespace Hub.Journal;

/// <content>The writer's side: one thread commits what has gathered, tells who waits, and keeps room for what comes.</content>
public sealed partial class LocalJournal
{
    /// <summary>Writes and flushes what has gathered. The writer's step; in tests without a writer, the test's.</summary>
    /// <returns>False when there was nothing to do.</returns>
    internal bool Commit()
    {
        if (_trimDue) Trim(forRoom: false);
        if (_log.Full is not null) PrepareRoom();
        TaskCompletionSource? room;
        lock (_gate)
        {
            if (_gathering.Records == 0) return false;
            (_gathering, _writing) = (_writing, _gathering);
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        Segment segment;
        try
        {
            segment = _log.ForBatch(_writing.Used.Length, _heads);
            RecordFormat.Seal(_writing.Used, segment.Salt);
            segment.File.Write(_writing.Used, segment.End);
            segment.File.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JournalException)
        {
            Fail(e);
            return true;
        }

        Publish(segment);
        PrepareRoom();
        return true;
    }

    private void Write()
    {
        while (true)
        {
            while (Commit())
            {
            }

            lock (_gate)
            {
                if (_closed && _gathering.Records == 0) return;
            }

            _wake.WaitOne();
        }
    }

    private void Publish(Segment segment)
    {
        TaskCompletionSource? waiting;
        _recent.Take(segment, segment.End, _writing.Used);
        lock (_gate)
        {
            segment.End += _writing.Used.Length;
            for (var lane = 0; lane < _heads.Length; lane++)
            {
                if (_writing.Counts[lane] > 0) Volatile.Write(ref _heads[lane], _heads[lane] + _writing.Counts[lane]);
            }

            _committedTicket = _writing.LastTicket;
            foreach (var cursor in _cursors)
            {
                if (!cursor.Waiting || _writing.Counts[cursor.Lane] == 0) continue;
                cursor.Waiting = false;
                _toWake.Add(cursor);
            }

            waiting = _writing.Reset();
        }

        waiting?.TrySetResult();
        foreach (var cursor in _toWake) cursor.Wake(more: true);
        _toWake.Clear();
    }

    // After a refused write or flush nobody knows what is on the disk: nothing of it is acknowledged, its positions are given again
    // to what comes next, and the next segment's head says that everything behind the last good commit does not count.
    private void Fail(Exception cause)
    {
        var error = cause as JournalFullException as Exception
            ?? new JournalWriteException($"The disk refused to commit: {cause.Message} Nothing of it was acknowledged; senders will try again.", cause);
        _faults.FailedCommit(error.Message);
        _log.Abandon();
        TaskCompletionSource? first, second, room;
        lock (_gate)
        {
            _failed.Add(_committedTicket + 1, _nextTicket - 1, error);
            _committedTicket = _nextTicket - 1;
            for (var lane = 0; lane < _heads.Length; lane++)
            {
                Volatile.Write(ref _lost[lane], _lost[lane] + _writing.Counts[lane] + _gathering.Counts[lane]);
                _next[lane] = _heads[lane] + 1;
            }

            first = _writing.Reset();
            second = _gathering.Reset();
            (room, _room) = (_room, null);
        }

        foreach (var waiting in (ReadOnlySpan<TaskCompletionSource?>)[first, second])
        {
            if (waiting is null) continue;
            waiting.TrySetException(error);
            _ = waiting.Task.Exception; // Seen, even when every waiter has gone.
        }

        room?.TrySetResult();
        PrepareRoom();
    }

    private void PrepareRoom()
    {
        _log.Prepare();
        if (_log.Full is null) return;
        Trim(forRoom: true);
        _log.Prepare();
    }

    private void Trim(bool forRoom)
    {
        while (true)
        {
            Segment? oldest;
            lock (_gate)
            {
                _trimDue = false;
                if (_consumers.Count == 0) return;
                var passed = new long[_heads.Length];
                for (var lane = 0; lane < passed.Length; lane++) passed[lane] = _consumers.Values.Min(c => c[lane]);
                oldest = _log.TakeOldest(passed, _cursors.Count == 0 ? long.MaxValue : _cursors.Min(c => c.SegmentNumber), forRoom);
            }

            if (oldest is null) return;
            _log.Remove(oldest);
            if (forRoom) return;
        }
    }
}
