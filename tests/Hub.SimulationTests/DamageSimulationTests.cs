using System.Buffers.Binary;
using Hub.Journal;

namespace Hub.SimulationTests;

/// <summary>Bits flip in a journal at rest: what is lost is no more than was hit, and it is counted.</summary>
public sealed class DamageSimulationTests
{
    private const int Lanes = 2;

    [Fact]
    public void A_flipped_bit_costs_one_record_and_is_counted()
    {
        var damaged = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            try
            {
                damaged += Run(seed);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }

        Assert.True(damaged > 100, $"only {damaged} records were hit");
    }

    private static int Run(int seed)
    {
        var random = new Random(seed);
        var disk = new SimulatedDisk(random, capacity: 100 << 16);
        var journal = Open(disk);
        var written = 0;
        for (; written < 1500; written++)
        {
            Append(journal, random, written);
            if (random.Next(10) == 0) journal.Commit();
        }

        Close(journal);
        var flips = random.Next(1, 6);
        for (var i = 0; i < flips; i++)
        {
            var name = disk.List()[random.Next(disk.List().Count)];
            using var file = disk.Open(name);
            disk.FlipBit(name, random.NextInt64(SegmentHeader.Bytes, file.Length));
        }

        // Two more records a lane show the gaps at its end.
        journal = Open(disk);
        for (var i = 0; i < 2 * Lanes; i++) Append(journal, random, written++);
        journal.Commit();
        var found = new HashSet<long>();
        for (var lane = 0; lane < Lanes; lane++) found.UnionWith(Read(journal, lane));
        var missing = Enumerable.Range(0, written).Count(id => !found.Contains(id));
        var faults = journal.Faults;
        Assert.True(missing <= flips, $"{missing} records are gone by {flips} flipped bits");
        if (missing > 0) Assert.True(faults.DamagedRecords == missing || faults.TornBytes > 0, $"{missing} records are gone, {faults} counted");
        Close(journal);
        return missing;
    }

    private static LocalJournal Open(SimulatedDisk disk) => LocalJournal.Open(
        new JournalOptions { Directory = "simulated", Lanes = Lanes, SegmentBytes = 64 << 10, BatchBytes = 16 << 10, BodyBytes = 4096, ReserveBytes = 0 },
        disk, new SimulatedClock(), startWriter: false);

    private static void Append(LocalJournal journal, Random random, int id)
    {
        Span<byte> body = stackalloc byte[random.Next(8, 400)];
        BinaryPrimitives.WriteInt64LittleEndian(body, id);
        var appending = journal.AppendAsync(id % Lanes, new JournalBody(body), default).AsTask();
        if (!appending.IsCompleted) journal.Commit();
        appending.GetAwaiter().GetResult();
    }

    private static List<long> Read(LocalJournal journal, int lane)
    {
        var ids = new List<long>();
        var batch = new JournalBatch();
        using var cursor = journal.Open(lane, 0);
        while (cursor.TryRead(batch))
        {
            foreach (ref readonly var entry in batch.Entries) ids.Add(BinaryPrimitives.ReadInt64LittleEndian(batch.Body(entry)));
        }

        Assert.Equal(ids.Order(), ids);
        return ids;
    }

    private static void Close(LocalJournal journal) => journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
