namespace Hub.Journal;

/// <summary>Where one record of a batch lies.</summary>
/// <param name="Position">The record's position in its lane.</param>
/// <param name="Offset">First byte in the batch's buffer.</param>
/// <param name="Length">Bytes of the body.</param>
public readonly record struct JournalEntry(long Position, int Offset, int Length);

/// <summary>
/// Records read from a lane: one buffer and the places of the bodies in it. Made once and filled again and again,
/// so reading does not allocate. What it holds is valid until the next read into it.
/// </summary>
public sealed class JournalBatch
{
    private readonly JournalEntry[] _entries;
    private readonly int _maxBytes;
    private byte[] _buffer;
    private int _used;

    /// <param name="maxBytes">Bytes after which no further record is taken; a single larger record still fits.</param>
    /// <param name="maxRecords">Records after which no further one is taken.</param>
    public JournalBatch(int maxBytes = 256 * 1024, int maxRecords = 2048)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        _maxBytes = maxBytes;
        _buffer = new byte[Math.Min(maxBytes, 64 * 1024)];
        _entries = new JournalEntry[maxRecords];
    }

    /// <summary>Records in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>The records' places, in lane order.</summary>
    public ReadOnlySpan<JournalEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>Position of the last record; 0 when empty.</summary>
    public long LastPosition => Count == 0 ? 0 : _entries[Count - 1].Position;

    /// <summary>The bytes of a record.</summary>
    public ReadOnlySpan<byte> Body(in JournalEntry entry) => _buffer.AsSpan(entry.Offset, entry.Length);

    /// <summary>The bytes of a record, for callers that need a memory.</summary>
    public ReadOnlyMemory<byte> BodyMemory(in JournalEntry entry) => _buffer.AsMemory(entry.Offset, entry.Length);

    /// <summary>Empties the batch. Every read does so first.</summary>
    public void Clear()
    {
        Count = 0;
        _used = 0;
    }

    /// <summary>Adds a record if it still fits; for implementations of <see cref="IJournalCursor"/>.</summary>
    /// <returns>False when the batch is full: read again later.</returns>
    public bool TryAdd(long position, ReadOnlySpan<byte> body)
    {
        if (Count == _entries.Length) return false;
        if (_used + body.Length > _buffer.Length && !TryGrow(body.Length)) return false;
        body.CopyTo(_buffer.AsSpan(_used));
        _entries[Count++] = new JournalEntry(position, _used, body.Length);
        _used += body.Length;
        return true;
    }

    private bool TryGrow(int more)
    {
        var needed = _used + more;
        if (needed > _maxBytes && Count > 0) return false;
        Array.Resize(ref _buffer, Math.Max(needed, Math.Min(_maxBytes, _buffer.Length * 2)));
        return true;
    }
}
