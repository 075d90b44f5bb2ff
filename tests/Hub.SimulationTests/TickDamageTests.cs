using System.Buffers;
using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;

namespace Hub.SimulationTests;

/// <summary>Bits flip in messages and in ticks at rest: the ledger still balances, for a consumer that had passed them and for one that had not.</summary>
public sealed class TickDamageTests
{
    private const int Lanes = 2;

    [Fact]
    public async Task Damaged_messages_and_ticks_leave_the_ledger_balanced()
    {
        var (messages, ticks) = (0L, 0L);
        for (var seed = 0; seed < 150; seed++)
        {
            try
            {
                var (lostMessages, lostTicks) = await RunAsync(seed);
                (messages, ticks) = (messages + lostMessages, ticks + lostTicks);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }

        Assert.True(messages > 50 && ticks > 50, $"only {messages} messages and {ticks} ticks were hit");
    }

    private static async Task<(long Messages, long Ticks)> RunAsync(int seed)
    {
        var random = new Random(seed);
        var clock = new SimulatedClock();
        var disk = new SimulatedDisk(random, capacity: 16L << 20);
        var registry = new DeviceRegistry();
        await registry.RegisterAsync([new DeviceRecord("d0", "chargerPort", "", "c/estate-0"), new DeviceRecord("d1", "chargerPort", "", "c/estate-1")], [], [], default);
        var front = new FrontCounts();
        var journal = Open(disk, clock);
        var writer = TickWriter.Restore(journal, front);
        var (sent, ticked) = (0, 0);
        await FillAsync(300);
        await journal.DisposeAsync();

        for (var flips = random.Next(1, 8); flips > 0; flips--)
        {
            var name = disk.List()[random.Next(disk.List().Count)];
            using var file = disk.Open(name);
            disk.FlipBit(name, random.NextInt64(SegmentHeader.Bytes, file.Length));
        }

        // A life that finds the damage and writes behind it, and one after that.
        await NextLifeAsync();
        await FillAsync(50);
        await journal.DisposeAsync();
        await NextLifeAsync();
        var readers = Enumerable.Range(0, Lanes).Select(lane => new LaneReader(journal, lane, registry, new ChannelTable(), new IngestOptions())).ToList();
        var ledger = new Ledger(journal, writer, registry);
        foreach (var reader in readers)
        {
            while (reader.TryRead())
            {
                while (reader.Next() != LaneItem.None) { }
            }

            ledger.Progress(LedgerConsumer.Rules, reader);
            ledger.Progress(LedgerConsumer.Readings, reader);
        }

        ledger.Stored(readers.Sum(r => r.Counts.Readings));
        var now = ledger.Snapshot();
        if (!now.Balanced || now.Queued != 0) throw new InvalidOperationException($"{now}, {journal.Faults}");
        var decoded = readers.Sum(r => r.Counts.Decoded);
        var read = readers.Sum(r => r.Ticks);
        readers.ForEach(r => r.Dispose());
        await journal.DisposeAsync();
        return (sent - decoded, journal.Faults.DamagedRecords - (sent - decoded) is var lost && lost > 0 && read <= ticked ? lost : 0);

        async Task FillAsync(int steps)
        {
            var sink = new JournalSink(journal, registry, front, new IngestOptions(), clock);
            for (var i = 0; i < steps; i++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(300));
                if (random.Next(3) == 0)
                {
                    var ticking = writer.AppendAsync(clock.GetUtcNow(), default);
                    journal.Commit();
                    await ticking;
                    ticked += Lanes;
                    continue;
                }

                await sink.AcceptAsync(
                    new InboundPublish { Topic = Encoding.UTF8.GetBytes($"hub/v1/d{sent % 2}/telemetry"), Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($$"""{"power":{{sent++}}}""")), Qos = Qos.AtLeastOnce, ClientId = "c" }, default);
                journal.Commit();
            }
        }

        async Task NextLifeAsync()
        {
            journal = Open(disk, clock);
            front = new FrontCounts();
            writer = TickWriter.Restore(journal, front);
            await Task.CompletedTask;
        }
    }

    private static LocalJournal Open(SimulatedDisk disk, SimulatedClock clock) => LocalJournal.Open(
        new JournalOptions { Directory = "simulated", Lanes = Lanes, SegmentBytes = 64 << 10, BatchBytes = 16 << 10, BodyBytes = 4096, ReserveBytes = 0 }, disk, clock, startWriter: false);
}
