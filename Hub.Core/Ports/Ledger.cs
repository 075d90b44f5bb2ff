namespace Hub.Core.Ports;

/// <summary>Where every message that came in is now. Counted from durable positions, so right after a crash too.</summary>
/// <param name="Received">PUBLISH packets that reached the endpoint (messages on own-dialect topics and unclaimed ones).</param>
/// <param name="Rejected">Refused at the door, by reason.</param>
/// <param name="Unclaimed">On a topic no dialect claims: brokered only.</param>
/// <param name="Duplicates">Journalled and recognised as a repetition.</param>
/// <param name="Journalled">Messages in the journal since the beginning.</param>
/// <param name="Decoded">Messages decoded and judged.</param>
/// <param name="DeadLettered">Messages kept aside with the reason why they could not be decoded.</param>
/// <param name="Readings">Readings decoded by the readings consumer.</param>
/// <param name="Stored">Readings durable in the readings store.</param>
/// <param name="Queued">Journalled messages that the slowest consumer has not yet made durable; those of the batch the disk has not confirmed yet are among them.</param>
/// <param name="Late">Decoded messages older than the allowed lateness.</param>
/// <param name="Balanced">Computed from the counts: received = rejected + unclaimed + journalled, and each consumer's counts add up to what it has passed.</param>
public sealed record LedgerSnapshot(
    long Received,
    IReadOnlyDictionary<string, long> Rejected,
    long Unclaimed,
    long Duplicates,
    long Journalled,
    long Decoded,
    long DeadLettered,
    long Readings,
    long Stored,
    long Queued,
    long Late,
    bool Balanced)
{
    /// <summary>Times for which messages may be missing that never came in: an outside broker lost what it kept for the hub. Newest last.</summary>
    public IReadOnlyList<LedgerGap> Gaps { get; init; } = [];
}

/// <summary>A time for which an outside broker may have lost messages.</summary>
/// <param name="From">When the hub last knew that nothing was missing.</param>
/// <param name="To">From when on nothing is missing again.</param>
/// <param name="Source">The broker.</param>
/// <param name="Reason">Short stable word: <c>session-lost</c>.</param>
public sealed record LedgerGap(DateTimeOffset From, DateTimeOffset To, string Source, string Reason);

/// <summary>Gives the ledger of the running hub.</summary>
public interface ILedger
{
    /// <summary>The counts now.</summary>
    LedgerSnapshot Snapshot();

    /// <summary>The part of one device, or null when it is not known: what the consumers have passed, over all time, and what the door refused since the start.</summary>
    LedgerSnapshot? SnapshotOf(string deviceId);
}

/// <summary>A journalled message that could not be decoded, kept with its reason so that a mended decoder can take it again.</summary>
/// <param name="Id">Running number; 0 before it is stored.</param>
/// <param name="Lane">Lane of the journal.</param>
/// <param name="Position">Position in the lane.</param>
/// <param name="Topic">Topic it came on.</param>
/// <param name="DeviceId">Device named by the topic, or empty.</param>
/// <param name="ArrivalMs">When it came in, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Reason">Short stable word (<c>bad-json</c>, <c>unknown-device</c>, <c>not-a-number</c>).</param>
/// <param name="Detail">What was found and what was expected.</param>
/// <param name="Payload">First bytes of the payload, at most 4 KiB; the journal has the rest.</param>
/// <param name="PayloadBytes">Length of the whole payload.</param>
public sealed record DeadLetter(
    long Id, int Lane, long Position, string Topic, string DeviceId, long ArrivalMs, string Reason, string Detail, ReadOnlyMemory<byte> Payload, int PayloadBytes);

/// <summary>Which dead letters; what is null does not restrict.</summary>
/// <param name="Reason">Word of the reason.</param>
/// <param name="DeviceId">Device named by the topic.</param>
/// <param name="Topic">Beginning of the topic.</param>
/// <param name="FromMs">Arrival at or after, milliseconds since 1970-01-01 UTC.</param>
/// <param name="ToMs">Arrival before.</param>
public sealed record DeadLetterFilter(string? Reason = null, string? DeviceId = null, string? Topic = null, long? FromMs = null, long? ToMs = null)
{
    /// <summary>Every dead letter.</summary>
    public static DeadLetterFilter All { get; } = new();

    /// <summary>Whether it restricts nothing.</summary>
    public bool IsAll => this == All;
}

/// <summary>Dead letters at rest. They are added by the lane's commit (see the case store), in the same transaction as its position.</summary>
public interface IDeadLetterStore
{
    /// <summary>Newest first, at most <paramref name="limit"/>, with id below <paramref name="before"/> when it is not 0.</summary>
    Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, long before, int limit, CancellationToken stop);

    /// <summary>One by id, or null.</summary>
    Task<DeadLetter?> FindAsync(long id, CancellationToken stop);

    /// <summary>How many there are, by reason.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(DeadLetterFilter filter, CancellationToken stop);

    /// <summary>Deletes those ids; returns how many there were. The caller writes the audit entry.</summary>
    Task<int> DeleteAsync(IReadOnlyCollection<long> ids, CancellationToken stop);

    /// <summary>Deletes all that the filter takes, in steps that let others write in between; returns how many. The caller writes the audit entry.</summary>
    Task<int> DeleteAsync(DeadLetterFilter filter, CancellationToken stop);
}

/// <summary>A message the door refused: it is not in the journal, its sender was told.</summary>
/// <param name="Number">Running number since the start.</param>
/// <param name="AtMs">When it came, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Topic">Its topic, the first 256 bytes.</param>
/// <param name="ClientId">MQTT client that sent it.</param>
/// <param name="Reason">Word of the reason, as in the ledger.</param>
/// <param name="Payload">First bytes of the payload, at most 256.</param>
/// <param name="PayloadBytes">Length of the whole payload.</param>
public sealed record DoorRefusal(long Number, long AtMs, string Topic, string ClientId, string Reason, ReadOnlyMemory<byte> Payload, long PayloadBytes);

/// <summary>The last messages the door refused since the start; bounded.</summary>
public interface IRefusals
{
    /// <summary>Newest first, at most so many.</summary>
    IReadOnlyList<DoorRefusal> Newest(int limit);
}
