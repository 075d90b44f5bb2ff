namespace Hub.Journal;

/// <summary>
/// The durable log in front of everything: what it has committed survives the process.
/// It keeps bytes it does not understand, in lanes; a lane is ordered and can be read again from any position kept.
/// </summary>
/// <remarks>
/// All members are safe to call from any thread. Order inside a lane is the order of the appends.
/// Two tickets of different lanes compare too: when a ticket is committed, all smaller ones are.
/// </remarks>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Number of lanes, fixed when the journal was created; lanes are numbered from 0.</summary>
    int Lanes { get; }

    /// <summary>Bytes of the largest body it takes.</summary>
    int MostBodyBytes { get; }

    /// <summary>What recovery and reading found damaged since this journal was opened.</summary>
    JournalFaults Faults { get; }

    /// <summary>Copies a body into the batch that is being gathered. The body is not on disk yet: see <see cref="CommittedAsync"/>.</summary>
    /// <param name="lane">0 to <see cref="Lanes"/> − 1.</param>
    /// <param name="body">Up to three parts, written one behind the other; borrowed only for the call.</param>
    /// <param name="stop">Ends the wait for room; nothing was appended then.</param>
    /// <returns>A ticket, 1 or more. Completes synchronously unless the gathering batch is full (back-pressure).</returns>
    /// <exception cref="JournalFullException">The disk is down to its reserve; nothing was appended.</exception>
    /// <exception cref="JournalException">The body is larger than allowed, or the journal is closed or cannot write.</exception>
    ValueTask<long> AppendAsync(int lane, in JournalBody body, CancellationToken stop);

    /// <summary>Completes when the ticket, and so every smaller one, is on disk.</summary>
    /// <param name="ticket">From <see cref="AppendAsync"/>; 0 completes at once.</param>
    /// <param name="stop">Looked at before waiting; the wait itself is one disk flush long.</param>
    /// <exception cref="JournalWriteException">The disk refused; the record must be taken as lost and must not be acknowledged.</exception>
    ValueTask CommittedAsync(long ticket, CancellationToken stop);

    /// <summary>Position of the newest committed record of a lane; positions start at 1 and are dense; 0 when there is none.</summary>
    long Head(int lane);

    /// <summary>Position of the newest record appended to a lane, committed or still on its way.</summary>
    long Appended(int lane);

    /// <summary>Position of the oldest record of a lane still kept; <see cref="Head"/> + 1 when none is.</summary>
    long Tail(int lane);

    /// <summary>Records of a lane that were appended but refused by the disk since this journal was opened.</summary>
    long Lost(int lane);

    /// <summary>Reads a lane's committed records with a position greater than <paramref name="after"/>, in order.</summary>
    /// <remarks>When <paramref name="after"/> lies before <see cref="Tail"/>, reading begins at the tail: the first position tells the gap.</remarks>
    IJournalCursor Open(int lane, long after);

    /// <summary>Tells how far a consumer has durably come, so that retention may delete what every consumer has passed.</summary>
    /// <param name="consumer">One of the names the journal was configured with, or a further one.</param>
    /// <param name="lane">0 to <see cref="Lanes"/> − 1.</param>
    /// <param name="position">The last position it will never ask for again.</param>
    void SetConsumerPosition(string consumer, int lane, long position);
}

/// <summary>One reader's place in one lane. Used by one thread at a time.</summary>
public interface IJournalCursor : IDisposable
{
    /// <summary>Position of the last record handed out, or where reading began.</summary>
    long Position { get; }

    /// <summary>Fills the batch with the next records; waits until there is at least one.</summary>
    /// <returns>False when the journal was closed and everything committed has been read.</returns>
    ValueTask<bool> ReadAsync(JournalBatch batch, CancellationToken stop);

    /// <summary>Fills the batch with what is there now.</summary>
    /// <returns>False when nothing new is committed.</returns>
    bool TryRead(JournalBatch batch);
}
