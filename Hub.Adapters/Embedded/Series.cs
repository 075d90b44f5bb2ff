namespace Hub.Adapters.Embedded;

/// <summary>One channel of one device in memory: its open chunk, what is sealed but not yet in the file, and its latest point.</summary>
/// <remarks>Guarded by the gate of <see cref="SeriesTable"/>; <see cref="Stored"/> and <see cref="Dirty"/> belong to the writer.</remarks>
internal sealed class Series(long id, string device, string channel)
{
    /// <summary>Longest time a chunk may span. A range is then found by its start alone, and retention loses little by waiting for whole chunks.</summary>
    public const long MostSpanMs = 8L * 24 * 3600 * 1000;

    private ChunkEncoder? open;
    private byte[]? dormant;        // the open chunk as read from the file; coded anew when the next point comes
    private int dormantCount;

    public long Id { get; } = id;
    public string Device { get; } = device;
    public string Channel { get; } = channel;

    /// <summary>The series with the flags of its readings; null until one is known.</summary>
    public Series? Marks { get; set; }

    /// <summary>Its row is in the file.</summary>
    public bool Stored { get; set; }

    /// <summary>Its row in the file is behind memory; the tail has the difference.</summary>
    public bool Dirty { get; set; }

    /// <summary>Batches of the tail up to this one are in its row already; for recovery.</summary>
    public long TailSequence { get; set; }

    public Point Latest { get; private set; }
    public bool HasLatest { get; private set; }
    public List<SealedChunk>? Pending { get; private set; }
    public int OpenCount => open?.Count ?? dormantCount;

    /// <summary>Adds a point; seals the open chunk before it when it cannot join.</summary>
    /// <returns>True when a chunk was sealed.</returns>
    public bool Add(long atMs, double value, string? text, ref long nextChunkId)
    {
        Wake();
        var chunk = open ??= new ChunkEncoder();
        var isSealed = chunk.Count > 0 && (chunk.IsFull || !chunk.Accepts(text) || Span(chunk.Stats, atMs) > MostSpanMs);
        if (isSealed) Seal(ref nextChunkId);
        chunk.Add(atMs, value, text);
        if (!HasLatest || atMs >= Latest.AtMs) Latest = new Point(atMs, value, text);
        HasLatest = true;
        return isSealed;
    }

    /// <summary>Closes the open chunk, which must not be empty.</summary>
    public void Seal(ref long nextChunkId)
    {
        Wake();
        open!.Sort();
        (Pending ??= []).Add(new SealedChunk(nextChunkId++, open.Count, open.Stats, open.ToBytes()));
        open.Reset();
    }

    /// <summary>The open chunk as bytes; null when it is empty.</summary>
    public byte[]? OpenBytes() => dormant ?? (open is { Count: > 0 } ? open.ToBytes() : null);

    /// <summary>Takes the series as its row has it.</summary>
    public void Restore(byte[]? openBytes, int openCount, Point? latest, long tailSequence)
    {
        Stored = true;
        dormant = openBytes;
        dormantCount = openCount;
        TailSequence = tailSequence;
        if (latest is not { } point) return;
        Latest = point;
        HasLatest = true;
    }

    /// <summary>Forgets the sealed chunks: they are in the file now.</summary>
    public void ForgetPending() => Pending = null;

    private static long Span(in ChunkStats stats, long atMs) => Math.Max(stats.ToMs, atMs) - Math.Min(stats.FromMs, atMs);

    private void Wake()
    {
        if (dormant is null) return;
        open ??= new ChunkEncoder();
        var decoder = new ChunkDecoder(dormant, dormantCount);
        while (decoder.MoveNext()) open.Add(decoder.AtMs, decoder.Value, decoder.Text);
        dormant = null;
        dormantCount = 0;
    }
}
