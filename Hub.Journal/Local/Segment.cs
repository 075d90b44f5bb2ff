namespace Hub.Journal;

/// <summary>One file of the log. Grows at its end by the writer alone; everyone may read what lies before <see cref="End"/>.</summary>
internal sealed class Segment(SegmentHeader header, IDiskFile file, long end) : IDisposable
{
    private long _end = end;

    public SegmentHeader Header { get; } = header;
    public IDiskFile File { get; } = file;
    public long Number => Header.Number;
    public uint Salt => Header.Salt;
    public string Name => SegmentHeader.NameOf(Number);

    /// <summary>Bytes committed, with the header. Published after the flush.</summary>
    public long End
    {
        get => Volatile.Read(ref _end);
        set => Volatile.Write(ref _end, value);
    }

    public void Dispose() => File.Dispose();
}
