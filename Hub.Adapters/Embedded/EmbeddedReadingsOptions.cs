namespace Hub.Adapters.Embedded;

/// <summary>Settings of the embedded readings store.</summary>
public sealed class EmbeddedReadingsOptions
{
    /// <summary>Folder of <c>readings.db</c>; made when it is not there. <c>Hub:DataDir</c>.</summary>
    public required string DataDir { get; init; }

    /// <summary>Bytes of the tail before all open chunks are written in its place. Default 8 MiB: about a million readings to read again at a start, under a second.</summary>
    public long TailBytes { get; init; } = 8L << 20;

    /// <summary>Bytes of readings that may wait for a commit (a reading takes about 6). Default 256 MiB, so that a caller who never commits cannot fill memory.</summary>
    public long MostUncommittedBytes { get; init; } = 256L << 20;

    /// <summary>Bytes the file may grow to; 0 for as many as the disk has. At the limit commits say "try later" and the journal keeps what comes.</summary>
    public long MostFileBytes { get; init; }

    /// <summary>How long what is kept.</summary>
    public RetentionOptions Retention { get; init; } = new();
}
