using Hub.Core.Ports;
using Hub.Journal;

namespace Hub.Ingest;

/// <summary>Who reads the journal.</summary>
public enum LedgerConsumer
{
    /// <summary>The lanes: decode, judge, cases.</summary>
    Rules = 0,

    /// <summary>The readings store.</summary>
    Readings = 1,
}

/// <summary>
/// Adds up, at any moment, where every message is. Each hop counts for itself; here the counts are only compared:
/// <code>
/// received              = Σ rejected + unclaimed + journalled          (the door)
/// journalled            = Σ over lanes: appended − ticks               (the journal; give or take what is under way this instant)
/// position              = messages + ticks                             (each consumer, each lane)
/// queued                ≥ 0                                            (nobody has passed more than came in)
/// messages              = decoded + dead-lettered + duplicates         (each consumer, each lane)
/// readings              = stored                                       (the store, at its position)
/// </code>
/// </summary>
public sealed class Ledger(IJournal journal, TickWriter ticks, DeviceRegistry registry) : ILedger
{
    private const int Looks = 20;

    private readonly Lock _gate = new();

    // A consumer that has not spoken yet, such as a store that cannot be reached, stands at the beginning: all is queued for it.
    private readonly LaneStand[][] _stands = [new LaneStand[journal.Lanes], new LaneStand[journal.Lanes]];
    private readonly LaneReader?[]?[] _readers = new LaneReader?[]?[2];
    private long _stored;
    private bool _hasStored;

    /// <summary>Where messages may be missing that never came in.</summary>
    public Func<IReadOnlyList<LedgerGap>> Gaps { private get; set; } = static () => [];

    /// <summary>Tells how far a consumer's work is durable: after each commit, and once at start.</summary>
    public void Progress(LedgerConsumer consumer, LaneReader reader)
    {
        lock (_gate)
        {
            Progress(consumer, reader.Lane, reader.Position, reader.Ticks, reader.Counts);
            (_readers[(int)consumer] ??= new LaneReader?[journal.Lanes])[reader.Lane] = reader;
        }
    }

    internal void Progress(LedgerConsumer consumer, int lane, long position, long ticksPassed, LaneCounts counts)
    {
        lock (_gate) _stands[(int)consumer][lane] = new LaneStand(position, ticksPassed, counts);
    }

    /// <summary>Tells how many readings are durable in the store, over all time: with the commit that <see cref="Progress"/> reports.</summary>
    public void Stored(long readings)
    {
        lock (_gate)
        {
            _stored = readings;
            _hasStored = true;
        }
    }

    /// <inheritdoc/>
    public LedgerSnapshot Snapshot()
    {
        // Counters that move between two reads are seen in one look and gone in the next; a message that is lost stays lost.
        var snapshot = Look();
        for (var look = 1; look < Looks && !snapshot.Balanced; look++)
        {
            Thread.Yield();
            snapshot = Look();
        }

        return snapshot with { Gaps = Gaps() };
    }

    /// <inheritdoc/>
    public LedgerSnapshot? SnapshotOf(string deviceId)
    {
        if (registry.Find(deviceId) is not { } device) return null;
        lock (_gate)
        {
            long messages = 0, decoded = 0, dead = 0, duplicates = 0, late = 0, readings = 0, stored = 0;
            foreach (var reader in _readers[(int)LedgerConsumer.Rules] ?? [])
            {
                if (reader?.TallyOf(device.Index) is not { } tally) continue;
                messages += tally.Messages;
                decoded += tally.Decoded;
                dead += tally.DeadLettered;
                duplicates += tally.Duplicates;
                late += tally.Late;
                readings += tally.Readings;
            }

            foreach (var reader in _readers[(int)LedgerConsumer.Readings] ?? []) stored += reader?.TallyOf(device.Index)?.Readings ?? 0;
            var rejected = ticks.Refusals.Of(device);
            return new LedgerSnapshot(
                messages + rejected.Values.Sum(), rejected, 0, duplicates, messages, decoded, dead, readings, stored, 0, late, messages == decoded + dead + duplicates);
        }
    }

    /// <summary>Records a consumer has not yet made durable, by its name: the metric <c>hub_journal_lag</c>.</summary>
    public IReadOnlyDictionary<string, long> Lag()
    {
        var lag = new Dictionary<string, long>();
        lock (_gate)
        {
            foreach (var consumer in Enum.GetValues<LedgerConsumer>())
            {
                var stands = _stands[(int)consumer];
                lag[consumer == LedgerConsumer.Rules ? "rules" : "readings"] = Enumerable.Range(0, journal.Lanes).Sum(lane => journal.Head(lane) - Math.Max(stands[lane].Position, journal.Tail(lane) - 1));
            }
        }

        return lag;
    }

    private LedgerSnapshot Look()
    {
        lock (_gate)
        {
            // In this order: what the journal held before and the door has not counted was under way in between.
            var heldBefore = ticks.MessagesInJournal();
            var underWay = ticks.UnderWay;
            var door = ticks.Totals();
            var heldAfter = ticks.MessagesInJournal();
            var slowest = Slowest();
            var rejected = new Dictionary<string, long>();
            for (var i = 0; i < RejectReasons.Count; i++)
            {
                if (door.Rejected[i] > 0) rejected[((RejectReason)i).Word()] = door.Rejected[i];
            }

            var sum = Sum(slowest);
            var queued = Queued(slowest, door.Journalled);
            var readings = Sum(_stands[(int)LedgerConsumer.Readings]).Readings;
            var balanced = door.Received == door.Rejected.Sum() + door.Unclaimed + door.Journalled
                && door.Journalled >= heldBefore - underWay
                && door.Journalled <= heldAfter
                && queued >= -underWay
                && AddsUp(_stands[(int)LedgerConsumer.Rules])
                && AddsUp(_stands[(int)LedgerConsumer.Readings])
                && (!_hasStored || readings == _stored);
            return new LedgerSnapshot(
                door.Received, rejected, door.Unclaimed, sum.Duplicates, door.Journalled, sum.Decoded, sum.DeadLettered, readings, _stored,
                queued, sum.Late, balanced);
        }
    }

    private LaneStand[] Slowest() => _stands.MinBy(stands => stands.Sum(s => s.Position))!;

    // From positions, not from what was decoded: else a message lost between them would never show.
    private static long Queued(LaneStand[] stands, long journalled)
    {
        foreach (var stand in stands) journalled -= stand.Position - stand.Ticks;
        return journalled;
    }

    private bool AddsUp(LaneStand[] stands)
    {
        for (var lane = 0; lane < stands.Length; lane++)
        {
            var (position, passed, counts) = stands[lane];
            if (position != counts.Messages + passed) return false;
            if (counts.Messages != counts.Decoded + counts.DeadLettered + counts.Duplicates) return false;
            if (position > journal.Head(lane)) return false;
        }

        return true;
    }

    private static LaneCounts Sum(LaneStand[] stands)
    {
        var sum = default(LaneCounts);
        foreach (var (_, _, c) in stands)
        {
            sum = new LaneCounts(
                sum.Messages + c.Messages, sum.Decoded + c.Decoded, sum.DeadLettered + c.DeadLettered, sum.Duplicates + c.Duplicates, sum.Late + c.Late, sum.Readings + c.Readings);
        }

        return sum;
    }

    private readonly record struct LaneStand(long Position, long Ticks, LaneCounts Counts);
}
