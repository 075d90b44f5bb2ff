using System.Security.Cryptography;

namespace Hub.Journal;

/// <summary>
/// The segments in order, the one being written and a spare made beforehand. The writer calls it; reading the list is locked.
/// Room is kept so that whatever was accepted can be written: when there is none, <see cref="Full"/> says why and nothing more is accepted.
/// </summary>
internal sealed class SegmentLog(JournalOptions options, IDisk disk, TimeProvider time, FaultLog faults) : IDisposable
{
    private readonly Lock _listGate = new();
    private readonly List<Segment> _segments = [];
    private Segment? _current;
    private IDiskFile? _spare;
    private long _spareNumber;
    private volatile string? _full;

    /// <summary>Why nothing can be accepted, or null.</summary>
    public string? Full => _full;

    /// <summary>Bytes of all segments, as far as they are written.</summary>
    public long Bytes
    {
        get
        {
            lock (_listGate) return _segments.Sum(s => s.End);
        }
    }

    public int Count
    {
        get
        {
            lock (_listGate) return _segments.Count;
        }
    }

    private long LastNumber
    {
        get
        {
            lock (_listGate) return _segments.Count == 0 ? 0 : _segments[^1].Number;
        }
    }

    /// <summary>Takes a segment found at start.</summary>
    public void Adopt(Segment segment)
    {
        lock (_listGate) _segments.Add(segment);
    }

    public Segment? First()
    {
        lock (_listGate) return _segments.Count == 0 ? null : _segments[0];
    }

    /// <summary>The segment behind another, or null when that is the newest.</summary>
    public Segment? Next(Segment segment)
    {
        lock (_listGate)
        {
            var index = (int)(segment.Number + 1 - _segments[0].Number);
            return index > 0 && index < _segments.Count ? _segments[index] : null;
        }
    }

    /// <summary>The segment in which a lane's record of that position lies, or the oldest one.</summary>
    public Segment? Find(int lane, long position)
    {
        lock (_listGate)
        {
            for (var i = _segments.Count - 1; i >= 0; i--)
            {
                if (i == 0 || _segments[i].Header.NextPositions[lane] <= position) return _segments[i];
            }

            return null;
        }
    }

    /// <summary>The segment the next batch goes to; begins a new one when it does not fit.</summary>
    /// <param name="bytes">Size of the batch.</param>
    /// <param name="heads">Newest committed position of each lane.</param>
    public Segment ForBatch(int bytes, long[] heads)
    {
        if (_current is not null && _current.End + bytes <= options.SegmentBytes) return _current;
        if (_spare is null && !TryMakeSpare()) throw new JournalFullException(_full!);
        var last = _current ?? Last();
        var header = new SegmentHeader(
            BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
            _spareNumber,
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            last?.End ?? 0,
            [.. heads.Select(h => h + 1)]);
        header.Write(_spare!);
        var begun = new Segment(header, _spare!, SegmentHeader.Bytes);
        _spare = null;
        lock (_listGate) _segments.Add(begun);
        if (_current is not null) GiveBack(_current);
        _current = begun;
        return begun;
    }

    /// <summary>Never writes to the present segment again: the disk refused it, so what it holds behind its end is unknown.</summary>
    public void Abandon() => _current = null;

    /// <summary>Makes sure that all that may be accepted from now on can be written; sets or clears <see cref="Full"/>.</summary>
    public void Prepare()
    {
        var left = _current is null ? 0 : options.SegmentBytes - _current.End;
        if (left >= 2L * options.BatchBytes || _spare is not null || TryMakeSpare()) _full = null;
    }

    /// <summary>Takes the oldest segment off the list if nobody needs it; the caller then calls <see cref="Remove"/>.</summary>
    /// <param name="consumed">Positions every consumer has passed, by lane.</param>
    /// <param name="inUse">Number of the oldest segment a cursor reads.</param>
    /// <param name="forRoom">Ignore the retention wishes: the disk is short, and refusing devices is worse than a shorter past.</param>
    public Segment? TakeOldest(long[] consumed, long inUse, bool forRoom)
    {
        lock (_listGate)
        {
            if (_segments.Count < 2 || _segments[0].Number >= inUse || ReferenceEquals(_segments[0], _current)) return null;
            var next = _segments[1].Header;
            if (!IsPassed(next, consumed) || !(forRoom || IsOld(next) || IsTooMuch())) return null;
            var oldest = _segments[0];
            _segments.RemoveAt(0);
            return oldest;
        }
    }

    /// <summary>Returns the room a finished segment does not use.</summary>
    public void GiveBack(Segment segment) => TryQuietly(() => segment.File.Truncate(segment.End));

    /// <summary>Deletes a segment taken off the list.</summary>
    public void Remove(Segment segment)
    {
        segment.Dispose();
        TryQuietly(() => disk.Delete(segment.Name));
    }

    public void Dispose()
    {
        lock (_listGate)
        {
            foreach (var segment in _segments) segment.Dispose();
        }

        _current?.Dispose();
        if (_current is not null) GiveBackFile(_current.Name, _current.End);
        if (_spare is null) return;
        _spare.Dispose();
        TryQuietly(() => disk.Delete(SegmentHeader.NameOf(_spareNumber)));
    }

    private static bool IsPassed(SegmentHeader next, long[] consumed)
    {
        for (var lane = 0; lane < consumed.Length; lane++)
        {
            if (consumed[lane] < next.NextPositions[lane] - 1) return false;
        }

        return true;
    }

    private bool IsOld(SegmentHeader next) => time.GetUtcNow().ToUnixTimeMilliseconds() - next.CreatedMs > options.RetainFor.TotalMilliseconds;

    private bool IsTooMuch() => _segments.Sum(s => s.End) > options.RetainBytes;

    private Segment? Last()
    {
        lock (_listGate) return _segments.Count == 0 ? null : _segments[^1];
    }

    private bool TryMakeSpare()
    {
        try
        {
            var free = disk.FreeBytes;
            if (free < options.SegmentBytes + options.ReserveBytes)
            {
                _full = $"The journal's disk has {free >> 20} MiB free; a segment of {options.SegmentBytes >> 20} MiB and the reserve of {options.ReserveBytes >> 20} MiB are needed. Make room: nothing that was acknowledged is lost, new messages are refused until then.";
                return false;
            }

            _spareNumber = LastNumber + 1;
            _spare = disk.Create(SegmentHeader.NameOf(_spareNumber), options.SegmentBytes);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _full = $"The journal cannot begin a new segment: {e.Message} New messages are refused until the disk takes them.";
            return false;
        }
    }

    private void GiveBackFile(string name, long end) => TryQuietly(() =>
    {
        using var file = disk.Open(name);
        file.Truncate(end);
    });

    // Room given back is a courtesy: the next start does not need it.
    private void TryQuietly(Action courtesy)
    {
        try
        {
            courtesy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Note($"giving room back failed: {e.Message}");
        }
    }
}
