namespace Hub.Journal;

/// <summary>Collects what was found damaged; the same place is counted once however many cursors pass it.</summary>
internal sealed class FaultLog
{
    private const int MostNotes = 100;
    private const int MostPlaces = 100_000;
    private readonly Lock _gate = new();
    private readonly Queue<string> _notes = new();
    private readonly HashSet<(long Segment, long Offset, int Lane)> _seen = [];
    private long _tornBytes;
    private long _damagedRecords;
    private long _damagedBytes;
    private long _failedCommits;

    public JournalFaults Snapshot()
    {
        lock (_gate) return new JournalFaults(_tornBytes, _damagedRecords, _damagedBytes, _failedCommits, [.. _notes]);
    }

    public void Note(string text)
    {
        lock (_gate) Add(text);
    }

    public void Torn(Segment segment, long bytes)
    {
        lock (_gate)
        {
            _tornBytes += bytes;
            Add($"{segment.Name}: an unfinished write of {bytes} bytes at {segment.End} was cut off");
        }
    }

    public void FailedCommit(string text)
    {
        lock (_gate)
        {
            _failedCommits++;
            Add(text);
        }
    }

    public void DamagedBytes(Segment segment, long offset, long bytes)
    {
        lock (_gate)
        {
            if (!IsNew(segment, offset, lane: -1)) return;
            _damagedBytes += bytes;
            Add($"{segment.Name}: {bytes} damaged bytes at {offset} were skipped");
        }
    }

    public void MissingRecords(Segment segment, long offset, int lane, long firstPosition, long count)
    {
        lock (_gate)
        {
            if (!IsNew(segment, offset, lane)) return;
            _damagedRecords += count;
            Add($"{segment.Name}: lane {lane} lacks {count} records from position {firstPosition}: damaged on disk");
        }
    }

    private bool IsNew(Segment segment, long offset, int lane) => _seen.Count < MostPlaces && _seen.Add((segment.Number, offset, lane));

    private void Add(string text)
    {
        if (_notes.Count == MostNotes) _notes.Dequeue();
        _notes.Enqueue(text);
    }
}
