using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Tests.Journal;

namespace Hub.Tests.Ingest;

public sealed class LedgerTests : IAsyncDisposable
{
    private readonly Door _door = new();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task Everything_that_came_in_is_somewhere()
    {
        await SendAllSortsAsync();
        var before = _door.Ledger.Snapshot();
        Assert.Equal((11, 2, 8, 8, true), (before.Received, before.Unclaimed, before.Journalled, before.Queued, before.Balanced));

        _door.Drain();
        var after = _door.Ledger.Snapshot();
        Assert.Equal((8, 5, 2, 1, 0), (after.Journalled, after.Decoded, after.DeadLettered, after.Duplicates, after.Queued));
        Assert.Equal((6, 6), (after.Readings, after.Stored));
        Assert.True(after.Balanced);
    }

    [Fact]
    public async Task What_a_store_that_never_opened_has_not_taken_is_queued()
    {
        await SendAllSortsAsync();
        for (var lane = 0; lane < _door.Journal.Lanes; lane++)
        {
            using var reader = _door.Reader(lane);
            Door.Items(reader);
            _door.Ledger.Progress(LedgerConsumer.Rules, reader);
        }

        var ledger = _door.Ledger.Snapshot();
        Assert.Equal((8, 8, 0, true), (ledger.Journalled, ledger.Queued, ledger.Stored, ledger.Balanced));
        Assert.Equal((0, 8), (_door.Ledger.Lag()["rules"], _door.Ledger.Lag()["readings"]));
    }

    // The lag is counted from what is on disk; the ledger from what came in.
    [Fact]
    public async Task A_message_that_waits_for_the_disk_is_queued_though_no_consumer_lags()
    {
        using var folder = new JournalFolder();
        await using var journal = LocalJournal.Open(folder.Options(), new FolderDisk(folder.Path), folder.Clock, startWriter: false);
        var front = new FrontCounts();
        var ticks = TickWriter.Restore(journal, front);
        var sink = new JournalSink(journal, _door.Registry, front, _door.Options, folder.Clock);
        var ledger = new Ledger(journal, ticks, _door.Registry);

        await sink.AcceptAsync(Door.Message($"hub/v1/{Door.Known}/telemetry", """{"power":1}"""), Door.Stop);
        Assert.Equal((1, 1, true), (ledger.Snapshot().Journalled, ledger.Snapshot().Queued, ledger.Snapshot().Balanced));
        Assert.Equal((0, 0), (ledger.Lag()["rules"], ledger.Lag()["readings"]));

        journal.Commit();
        Assert.Equal((1, 1), (ledger.Snapshot().Queued, ledger.Lag()["rules"]));
        for (var lane = 0; lane < journal.Lanes; lane++)
        {
            using var reader = new LaneReader(journal, lane, _door.Registry, _door.Channels, _door.Options);
            Door.Items(reader);
            ledger.Progress(LedgerConsumer.Rules, reader);
            ledger.Progress(LedgerConsumer.Readings, reader);
        }

        Assert.Equal((1, 0, 0, true), (ledger.Snapshot().Journalled, ledger.Snapshot().Queued, ledger.Lag()["rules"], ledger.Snapshot().Balanced));
    }

    [Fact]
    public async Task A_restart_changes_no_count()
    {
        await SendAllSortsAsync();
        await _door.TickAsync();
        await _door.PublishAsync("hub/v1/alarm-1/telemetry", """{"smoke":0.2}""");
        _door.Drain();
        var before = _door.Ledger.Snapshot();

        await _door.RestartAsync();
        _door.Drain();
        var after = _door.Ledger.Snapshot();
        Assert.Equal(before with { Rejected = after.Rejected }, after);
        Assert.Equal(before.Rejected, after.Rejected);
        Assert.True(after.Balanced);
    }

    [Fact]
    public async Task A_crash_before_the_first_tick_still_balances()
    {
        await _door.PublishAsync("hub/v1/alarm-1/telemetry", """{"smoke":0.2}""");
        await _door.PublishAsync("elsewhere", "x");
        await _door.RestartAsync();
        _door.Drain();
        var ledger = _door.Ledger.Snapshot();
        Assert.Equal((1, 1, 0, true), (ledger.Received, ledger.Journalled, ledger.Queued, ledger.Balanced));
    }

    [Fact]
    public async Task Many_senders_at_once_never_unbalance_it()
    {
        var senders = Enumerable.Range(0, 4).Select(s => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++) await _door.Sink.AcceptAsync(Door.Message($"hub/v1/{(i % 3 == 0 ? "stranger" : Door.Known)}/telemetry", "{}"), Door.Stop);
        })).ToArray();
        while (!senders.All(s => s.IsCompleted)) Assert.True(_door.Ledger.Snapshot().Balanced);
        await Task.WhenAll(senders);
        Assert.Equal(2000, _door.Ledger.Snapshot().Journalled);
    }

    [Fact]
    public async Task What_the_door_refused_of_a_device_is_on_its_page_and_listed_with_its_first_bytes()
    {
        await using var door = new Door();
        await door.PublishAsync($"hub/v1/{Door.Known}/telemetry", """{"power":1}""");
        await door.PublishAsync("hub/v1/old-1/telemetry", """{"volume":1}"""); // disabled
        door.Options.PayloadBytes = 1024;
        await door.PublishAsync($"hub/v1/{Door.Known}/telemetry", new string('x', 2000));
        door.Drain();

        var own = door.Ledger.SnapshotOf(Door.Known)!;
        Assert.Equal((2, 1, 1, true), (own.Received, own.Journalled, own.Rejected["too-large"], own.Balanced));
        Assert.Equal(1, door.Ledger.SnapshotOf("old-1")!.Rejected["disabled-device"]);
        var refused = door.Front.Refusals.Newest(10);
        Assert.Equal(["too-large", "disabled-device"], refused.Select(r => r.Reason));
        Assert.Equal((256, 2000L, $"hub/v1/{Door.Known}/telemetry", "c"), (refused[0].Payload.Length, refused[0].PayloadBytes, refused[0].Topic, refused[0].ClientId));
    }

    [Fact]
    public async Task A_flood_of_refusals_keeps_the_newest_thousand_and_every_count()
    {
        await using var door = new Door();
        for (var i = 0; i < 1500; i++) await door.PublishAsync("hub/v1/old-1/telemetry", $"{i}");

        var refused = door.Front.Refusals.Newest(5000);
        Assert.Equal(1000, refused.Count);
        Assert.Equal(1500, refused[0].Number);
        Assert.Equal("1499"u8.ToArray(), refused[0].Payload.ToArray());
        Assert.Equal("500"u8.ToArray(), refused[^1].Payload.ToArray());
        Assert.Equal(1500, door.Ledger.SnapshotOf("old-1")!.Rejected["disabled-device"]);
    }

    [Fact]
    public async Task A_device_has_its_own_page_of_the_ledger()
    {
        await SendAllSortsAsync();
        _door.Drain();
        var page = _door.Ledger.SnapshotOf(Door.Known)!;
        Assert.Equal((6, 4, 1, 1, 5), (page.Journalled, page.Decoded, page.DeadLettered, page.Duplicates, page.Readings));
        Assert.Null(_door.Ledger.SnapshotOf("nobody"));
    }

    public static TheoryData<string> Hops => ["door", "journal", "decoder", "consumer", "store"];

    [Theory]
    [MemberData(nameof(Hops))]
    public async Task A_message_lost_at_any_hop_is_seen(string hop)
    {
        await SendAllSortsAsync();
        _door.Drain();
        Assert.True(_door.Ledger.Snapshot().Balanced);
        switch (hop)
        {
            case "door": // came in, and nobody said what became of it
                _door.Front.Count(DoorOutcome.None);
                break;
            case "journal": // said to be journalled, but the journal has no such record
                _door.Front.Count(DoorOutcome.Journalled);
                break;
            case "decoder": // read from the journal, neither decoded nor put aside
                Lose(LedgerConsumer.Rules, r => r.Counts with { Decoded = r.Counts.Decoded - 1 }, r => r.Ticks);
                break;
            case "consumer": // passed over by the consumer
                Lose(LedgerConsumer.Readings, r => r.Counts with { Messages = r.Counts.Messages - 1, Decoded = r.Counts.Decoded - 1 }, r => r.Ticks);
                break;
            case "store": // decoded, but one reading not written
                _door.Ledger.Stored(_door.Ledger.Snapshot().Stored - 1);
                break;
        }

        Assert.False(_door.Ledger.Snapshot().Balanced);
    }

    private void Lose(LedgerConsumer consumer, Func<LaneReader, LaneCounts> counts, Func<LaneReader, long> ticks)
    {
        var lane = LaneMap.Of(_door.Registry.Find(Door.Known)!, 2);
        using var reader = _door.Reader(lane);
        Door.Items(reader);
        _door.Ledger.Progress(consumer, lane, reader.Position, ticks(reader), counts(reader));
    }

    private async Task SendAllSortsAsync()
    {
        var topic = $"hub/v1/{Door.Known}/telemetry";
        await _door.PublishAsync(topic, """{"seq":1,"power":1}""");
        await _door.PublishAsync(topic, """{"seq":1,"power":1}""");
        await _door.PublishAsync(topic, """{"seq":2,"power":1,"port_temp":20}""");
        await _door.PublishAsync(topic, """{"seq":3,"power":1}""");
        await _door.PublishAsync(topic, """{"seq":4,"power":1}""");
        await _door.PublishAsync(topic, "no json");
        await _door.PublishAsync("hub/v1/gw-1/telemetry", """{"rssi":-60}""");
        await _door.PublishAsync("hub/v1/stranger/telemetry", """{"power":1}""");
        await _door.PublishAsync("hub/v1/old-1/telemetry", """{"water":1}""");
        await _door.PublishAsync("elsewhere/1", "x");
        await _door.PublishAsync("elsewhere/2", "x");
    }
}
