using System.Buffers.Binary;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Road;

/// <summary>
/// The way of a lane's scores to the readings store. The lane offers what its engine holds; the store's worker takes it and says up to where it is durable; only then
/// the engine lets go of it, so that a snapshot always holds what a crash could lose.
/// </summary>
/// <remarks>Exactly once: a score is named by its journal record and its place among that record's scores, and the store's checkpoint holds the name of the newest one kept.</remarks>
internal sealed class ScoreSpool(int lanes)
{
    private readonly Lock gate = new();
    private readonly Lane[] all = [.. Enumerable.Range(0, lanes).Select(_ => new Lane())];

    private sealed class Lane
    {
        public List<ScoreReading> Offered { get; } = [];
        public (long Position, int Ordinal) OfferedTo { get; set; } = (0, -1);
        public (long Position, int Ordinal) Taken { get; set; } = (0, -1);
        public (long Position, int Ordinal) Stored { get; set; } = (0, -1);
    }

    /// <summary>Lane side: offers what the engine holds, and lets it forget what is stored.</summary>
    public void Exchange(int lane, RuleEngine engine)
    {
        if (engine.Scores.Count == 0) return;
        lock (gate)
        {
            var own = all[lane];
            engine.ScoresStored(own.Stored.Position, own.Stored.Ordinal);
            foreach (var score in engine.Scores)
            {
                if ((score.Position, score.Ordinal).CompareTo(own.OfferedTo) <= 0) continue;
                own.Offered.Add(score);
                own.OfferedTo = (score.Position, score.Ordinal);
            }
        }
    }

    /// <summary>Store side: appends what was offered and is new to the store.</summary>
    /// <returns>Readings appended.</returns>
    public int AppendTo(IReadingsStore store, Observation scratch)
    {
        var appended = 0;
        lock (gate)
        {
            foreach (var own in all)
            {
                var done = 0;
                try
                {
                    foreach (var score in own.Offered)
                    {
                        if ((score.Position, score.Ordinal).CompareTo(own.Taken) > 0)
                        {
                            Fill(scratch, score);
                            store.Append(scratch);
                            own.Taken = (score.Position, score.Ordinal);
                            appended++;
                        }

                        done++;
                    }
                }
                finally
                {
                    own.Offered.RemoveRange(0, done);
                }
            }
        }

        return appended;
    }

    /// <summary>Store side: what was taken before <see cref="Mark"/> is durable.</summary>
    public void Stored(ReadOnlySpan<byte> mark)
    {
        lock (gate)
            for (var lane = 0; lane < all.Length && mark.Length >= 12; lane++, mark = mark[12..])
                all[lane].Stored = (BinaryPrimitives.ReadInt64LittleEndian(mark), BinaryPrimitives.ReadInt32LittleEndian(mark[8..]));
    }

    /// <summary>Store side: names the newest score taken of each lane, for the checkpoint.</summary>
    public byte[] Mark()
    {
        var mark = new byte[12 * all.Length];
        lock (gate)
        {
            for (var lane = 0; lane < all.Length; lane++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(mark.AsSpan(12 * lane), all[lane].Taken.Position);
                BinaryPrimitives.WriteInt32LittleEndian(mark.AsSpan((12 * lane) + 8), all[lane].Taken.Ordinal);
            }
        }

        return mark;
    }

    /// <summary>Store side: goes on from a checkpoint; empty when it was written before there were scores.</summary>
    public void Restore(ReadOnlySpan<byte> mark)
    {
        Stored(mark);
        lock (gate)
            foreach (var own in all) own.Taken = own.Stored;
    }

    // Without a position: the store's own marks are those of the journal's records, and these are guarded here.
    private static void Fill(Observation scratch, in ScoreReading score)
    {
        scratch.Clear();
        scratch.Device = score.Device;
        scratch.Kind = MessageKind.Telemetry;
        scratch.Position = 0;
        scratch.AtMs = scratch.ArrivalMs = score.AtMs;
        scratch.Sim = score.Sim;
        scratch.Add(new Reading(score.Channel, score.Value));
    }
}
