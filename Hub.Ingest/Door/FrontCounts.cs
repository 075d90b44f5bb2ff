namespace Hub.Ingest;

/// <summary>What became of one message at the door.</summary>
internal enum DoorOutcome : byte
{
    /// <summary>Nobody said: a fault of ours that the ledger shows.</summary>
    None = 0,
    Journalled = 1,
    Unclaimed = 2,
    Rejected = 3,
}

/// <summary>The door's counters over all time. They travel in the journal's ticks, so they outlive the process.</summary>
/// <remarks>Received is counted for every message, its outcome by what was done: that they add up is checked, not arranged.</remarks>
public sealed class FrontCounts
{
    private readonly Lock _gate = new();
    private readonly long[] _rejected = new long[RejectReasons.Count];
    private long _received;
    private long _unclaimed;
    private long _journalled;

    private int _underWay;

    /// <summary>What was refused last, and how much of each device.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>Appends that are under way: in the journal perhaps, and not yet counted.</summary>
    internal int UnderWay => Volatile.Read(ref _underWay);

    internal void Begin() => Interlocked.Increment(ref _underWay);

    internal void End() => Interlocked.Decrement(ref _underWay);

    internal void Count(DoorOutcome outcome, RejectReason reason = default)
    {
        lock (_gate)
        {
            _received++;
            switch (outcome)
            {
                case DoorOutcome.Journalled: _journalled++; break;
                case DoorOutcome.Unclaimed: _unclaimed++; break;
                case DoorOutcome.Rejected: _rejected[(int)reason]++; break;
                case DoorOutcome.None: break;
            }
        }
    }

    internal FrontTotals Read()
    {
        lock (_gate) return new FrontTotals(_received, _unclaimed, _journalled, [.. _rejected]);
    }

    internal void Restore(FrontTotals totals)
    {
        lock (_gate)
        {
            (_received, _unclaimed, _journalled) = (totals.Received, totals.Unclaimed, totals.Journalled);
            totals.Rejected.AsSpan().CopyTo(_rejected);
        }
    }
}

/// <summary>The door's counters at one moment.</summary>
/// <param name="Received">Messages that reached the door.</param>
/// <param name="Unclaimed">On topics no dialect claims.</param>
/// <param name="Journalled">Appended to the journal.</param>
/// <param name="Rejected">Refused, by <see cref="RejectReason"/>.</param>
internal sealed record FrontTotals(long Received, long Unclaimed, long Journalled, long[] Rejected)
{
    public static FrontTotals Zero => new(0, 0, 0, new long[RejectReasons.Count]);
}
