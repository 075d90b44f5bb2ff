namespace Hub.Mqtt;

/// <summary>Takes one record read back from a store; the bytes are valid only during the call.</summary>
public delegate void SessionRecord(ReadOnlySpan<byte> record);

/// <summary>
/// Where sessions, subscriptions, retained and queued messages survive a restart of the hub: a log of small records whose
/// meaning the store does not know.
/// </summary>
/// <remarks>Every method may be called from any thread.</remarks>
public interface ISessionStore
{
    /// <summary>True when the log has grown so far beyond what it stands for that it should be written anew.</summary>
    bool WantsRewrite { get; }

    /// <summary>Reads every record back in the order of writing. Called once, before anything is appended.</summary>
    /// <returns>Bytes that could not be read: the torn end of the last record, or damage.</returns>
    long Load(SessionRecord take);

    /// <summary>Appends a record; kept in memory until <see cref="Commit"/>. Returns the place behind it, which only grows.</summary>
    long Append(ReadOnlySpan<byte> record);

    /// <summary>
    /// What this thread appends until <see cref="EndUnit"/> survives as a whole or not at all: nothing is handed on meanwhile,
    /// and <see cref="Commit"/> waits. For a few steps that wait for nothing; units of several threads may overlap.
    /// </summary>
    void BeginUnit();

    /// <summary>Ends what <see cref="BeginUnit"/> began.</summary>
    void EndUnit();

    /// <summary>Hands what was appended to the operating system: from then on it survives the end of the process.</summary>
    /// <exception cref="SessionStoreException">The disk refuses.</exception>
    void Commit();

    /// <summary>Completes when everything before <paramref name="place"/> is on disk; who asks meanwhile shares the next wait.</summary>
    /// <exception cref="SessionStoreException">The disk refuses; nothing that waited may be acknowledged.</exception>
    ValueTask DurableAsync(long place, CancellationToken stop);

    /// <summary>
    /// Begins a new log: what is appended from now on goes there. <paramref name="image"/> appends the whole present state, while
    /// others may go on appending; the old log is thrown away when it returns.
    /// </summary>
    void Rewrite(Action image);
}
