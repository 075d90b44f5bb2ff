namespace Hub.Journal;

/// <summary>Settings of the embedded journal.</summary>
public sealed record JournalOptions
{
    /// <summary>Folder of the segment files; made when absent. One journal at a time may use it.</summary>
    public required string Directory { get; init; }

    /// <summary>Number of lanes, 1 to 256. Default 4. Fixed by the first start: a site hashes to a lane, so changing it would reorder.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>Bytes in a segment before a new one is begun, 64 KiB to 1 GiB. Default 64 MiB: few files, yet quick to scan after a crash.</summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Bytes gathered while the disk is busy, 4 KiB to a quarter of a segment. Default 4 MiB, less with small segments; beyond it, appends wait.</summary>
    public int BatchBytes
    {
        get => field > 0 ? field : Math.Min(4 << 20, SegmentBytes / 4);
        init;
    }

    /// <summary>Largest body in bytes. Default 2 MiB, the largest MQTT packet, but no more than fits into a batch.</summary>
    public int BodyBytes
    {
        get => field > 0 ? field : Math.Min(2 << 20, BatchBytes - RecordFormat.HeaderBytes - RecordFormat.Alignment);
        init;
    }

    /// <summary>Bytes of the newest records kept in memory for consumers that keep up, 0 to 1 GiB. Default 16 MiB: half a second at full load; less with small segments.</summary>
    public int RecentBytes
    {
        get => field >= 0 ? field : Math.Min(16 << 20, SegmentBytes);
        init;
    } = -1;

    /// <summary>Free bytes the journal leaves on the disk for the databases beside it. Default 256 MiB; at that point it refuses.</summary>
    public long ReserveBytes { get; init; } = 256L << 20;

    /// <summary>How long consumed segments are kept for replay. Default 7 days.</summary>
    public TimeSpan RetainFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most bytes kept on disk, as far as consumers allow: unread data is never deleted. Default 16 GiB.</summary>
    public long RetainBytes { get; init; } = 16L << 30;

    /// <summary>Consumers that must have told their position before anything may be deleted.</summary>
    public IReadOnlyList<string> Consumers { get; init; } = [];

    internal void Check()
    {
        Require(!string.IsNullOrWhiteSpace(Directory), nameof(Directory), Directory, "a folder");
        Require(Lanes is >= 1 and <= 256, nameof(Lanes), Lanes, "1 to 256");
        Require(SegmentBytes is >= 64 << 10 and <= 1 << 30, nameof(SegmentBytes), SegmentBytes, "65536 to 1073741824");
        Require(BatchBytes >= 4 << 10 && BatchBytes <= SegmentBytes / 4, nameof(BatchBytes), BatchBytes, "4096 to a quarter of SegmentBytes");
        Require(BodyBytes >= 1 && BodyBytes <= RecordFormat.MaxBodyBytes && BodyBytes <= BatchBytes - RecordFormat.HeaderBytes - RecordFormat.Alignment, nameof(BodyBytes), BodyBytes, "at least 1, and a little less than BatchBytes");
        Require(RecentBytes <= 1 << 30, nameof(RecentBytes), RecentBytes, "0 to 1073741824");
        Require(ReserveBytes >= 0, nameof(ReserveBytes), ReserveBytes, "0 or more");
        Require(RetainFor >= TimeSpan.Zero, nameof(RetainFor), RetainFor, "0 or longer");
        Require(RetainBytes >= 0, nameof(RetainBytes), RetainBytes, "0 or more");
    }

    private static void Require(bool holds, string name, object? value, string allowed)
    {
        if (!holds) throw new JournalException($"Journal:{name} is '{value}'; allowed is {allowed}.");
    }
}
