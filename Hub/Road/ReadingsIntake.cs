using System.Buffers;
using System.Buffers.Binary;
using Hub.Core.Ports;
using Hub.Ingest;

namespace Hub.Road;

/// <summary>What the readings store is given and how far it has come: the part of the worker that knows no time and waits for nothing.</summary>
/// <remarks>One caller at a time; between <see cref="Next"/> and <see cref="Committed"/> nothing is taken.</remarks>
internal sealed class ReadingsIntake(IReadingsStore store, IReadOnlyList<LaneReader> readers, Ledger ledger, ScoreSpool? scores = null)
{
    // The longest reading (names and a text of the greatest length) is a line of 1.2 KB: so many, with the batch that goes beyond, stay below
    // the 256 MiB at which a store takes no more before a commit.
    private const long MostUncommitted = 150_000;

    private readonly Hub.Core.Readings.Observation scratch = new();
    private byte[] mark = [];
    private long appended;
    private long committedToMs;

    /// <summary>So much waits that a commit comes before anything more.</summary>
    public bool IsFull => appended >= MostUncommitted;

    /// <summary>Up to which moment of the lanes' clocks everything is in the store; 0 when nothing is.</summary>
    public long CommittedToMs => Volatile.Read(ref committedToMs);

    /// <summary>Goes on from what the store has.</summary>
    public void Restore(Checkpoint checkpoint)
    {
        var state = checkpoint.State.Span;
        foreach (var reader in readers)
        {
            var length = state.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(state);
            if (state.IsEmpty) reader.Restore(default, checkpoint.Positions.Count > reader.Lane ? checkpoint.Positions[reader.Lane] : 0);
            else reader.Restore(state.Slice(4, length));
            if (!state.IsEmpty) state = state[(4 + length)..];
            ledger.Progress(LedgerConsumer.Readings, reader);
        }

        scores?.Restore(state);
        Volatile.Write(ref committedToMs, readers.Min(r => r.ClockMs));
        ledger.Stored(checkpoint.Readings);
    }

    /// <summary>Gives the store what a reader's batch holds.</summary>
    public void Take(LaneReader reader)
    {
        for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
        {
            if (item != LaneItem.Observation) continue;
            store.Append(reader.Observation);
            appended += reader.Observation.Count;
        }
    }

    /// <summary>The checkpoint that belongs to what was taken: readers stand between two batches.</summary>
    public Checkpoint Next()
    {
        TakeScores();
        return new([.. readers.Select(r => r.Position)], State(), readers.Sum(r => r.Counts.Readings));
    }

    /// <summary>Tells ledger and journal that a checkpoint is durable.</summary>
    public void Committed(Checkpoint checkpoint)
    {
        appended = 0;
        scores?.Stored(mark);
        Volatile.Write(ref committedToMs, readers.Min(r => r.ClockMs));
        foreach (var reader in readers)
        {
            ledger.Progress(LedgerConsumer.Readings, reader);
            reader.Release("readings");
        }

        ledger.Stored(checkpoint.Readings);
    }

    // Scores of detectors are no readings of the journal: the ledger does not count them.
    private void TakeScores()
    {
        if (scores is null) return;
        try
        {
            scores.AppendTo(store, scratch);
        }
        catch (StoreUnavailableException)
        {
            // Too much waits for a commit: the rest goes with the next one.
        }

        mark = scores.Mark();
    }

    private ReadOnlyMemory<byte> State()
    {
        var all = new ArrayBufferWriter<byte>();
        var one = new ArrayBufferWriter<byte>();
        foreach (var reader in readers)
        {
            one.ResetWrittenCount();
            reader.Save(one);
            BinaryPrimitives.WriteInt32LittleEndian(all.GetSpan(4), one.WrittenCount);
            all.Advance(4);
            all.Write(one.WrittenSpan);
        }

        all.Write(mark);
        return all.WrittenMemory;
    }
}
