using Hub.Ingest;
using Hub.Mqtt;

namespace Hub.Tests.Ingest;

public sealed class JournalSinkTests : IAsyncDisposable
{
    private readonly Door _door = new();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task A_message_comes_out_of_its_lane_decoded()
    {
        var receipt = await _door.PublishAsync($"hub/v1/{Door.Known}/telemetry", """{"values":{"power":120,"port_temp":30}}""");
        Assert.Equal((ReasonCode.Success, true), (receipt.Reason, receipt.Broker));
        Assert.Equal([$"{Door.Known} power=120 port_temp=30"], _door.Drain());
        Assert.Equal(_door.NowMs, _door.Registry.Find(Door.Known)!.LastSeenMs);
    }

    [Theory]
    [InlineData("some/other/topic")]
    [InlineData("hub/v1/alarm-1/cmd")]
    [InlineData("hub/v1/hub/status")]
    [InlineData("hub/v1/cases/17")]
    [InlineData("hub/v2/alarm-1/telemetry")]
    [InlineData("hub/v1/alarm-1/telemetry/x")]
    [InlineData("hub/v1//telemetry")]
    public async Task A_topic_no_dialect_claims_is_only_brokered(string topic)
    {
        var receipt = await _door.PublishAsync(topic, "{}");
        Assert.Equal((ReasonCode.Success, 0L, true), (receipt.Reason, receipt.Ticket, receipt.Broker));
        var ledger = _door.Ledger.Snapshot();
        Assert.Equal((1, 1, 0, true), (ledger.Received, ledger.Unclaimed, ledger.Journalled, ledger.Balanced));
    }

    [Fact]
    public async Task An_unknown_device_is_quarantined_by_default()
    {
        await _door.PublishAsync("hub/v1/stranger/telemetry", """{"power":1}""");
        Assert.Equal(["dead: unknown-device"], _door.Drain());
        Assert.Null(_door.Registry.Find("stranger"));
        var ledger = _door.Ledger.Snapshot();
        Assert.Equal((1, 1, 1, 0, true), (ledger.Received, ledger.Journalled, ledger.DeadLettered, ledger.Queued, ledger.Balanced));
    }

    [Fact]
    public async Task An_unknown_device_is_refused_when_told_so()
    {
        _door.Options.UnknownDevices = UnknownDevices.Reject;
        var receipt = await _door.PublishAsync("hub/v1/stranger/telemetry", """{"power":1}""");
        Assert.Equal((ReasonCode.NotAuthorized, false), (receipt.Reason, receipt.Broker));
        Assert.Equal(1, _door.Ledger.Snapshot().Rejected["unknown-device"]);
        Assert.True(_door.Ledger.Snapshot().Balanced);
        Assert.Empty(_door.Drain());
    }

    [Fact]
    public async Task An_unknown_device_is_registered_and_stored_when_accepted()
    {
        _door.Options.UnknownDevices = UnknownDevices.Accept;
        await _door.PublishAsync("hub/v1/stranger/telemetry", """{"power":1}""");
        Assert.Equal(["stranger power=1"], _door.Drain());
        Assert.Equal("unknown", _door.Registry.Find("stranger")!.Kind.Id);
    }

    [Theory]
    [InlineData("hub/v1/old-1/telemetry", "{}", "disabled-device")]
    [InlineData("hub/v1/bad id/telemetry", "{}", "bad-topic")]
    public async Task What_is_refused_is_counted_by_reason(string topic, string payload, string reason)
    {
        var receipt = await _door.PublishAsync(topic, payload);
        Assert.True(receipt.Reason >= ReasonCode.UnspecifiedError);
        Assert.Equal(1, _door.Ledger.Snapshot().Rejected[reason]);
        Assert.True(_door.Ledger.Snapshot().Balanced);
    }

    [Fact]
    public async Task A_payload_larger_than_allowed_is_refused()
    {
        _door.Options.PayloadBytes = 1024;
        await _door.PublishAsync($"hub/v1/{Door.Known}/telemetry", new string(' ', 1025));
        Assert.Equal(1, _door.Ledger.Snapshot().Rejected["too-large"]);
    }

    [Fact]
    public async Task A_payload_larger_than_the_journal_takes_is_refused_and_not_dropped_with_the_connection()
    {
        var receipt = await _door.PublishAsync($"hub/v1/{Door.Known}/telemetry", new string(' ', 8 << 10));
        Assert.Equal(ReasonCode.QuotaExceeded, receipt.Reason);
        Assert.Equal(1, _door.Ledger.Snapshot().Rejected["too-large"]);
    }

    [Fact]
    public async Task A_journal_that_refuses_ends_the_connection_with_a_reason_and_no_acknowledgement()
    {
        await _door.Journal.DisposeAsync();
        var refusal = await Assert.ThrowsAsync<MqttProtocolException>(() => _door.PublishAsync($"hub/v1/{Door.Known}/telemetry", "{}"));
        Assert.Equal(ReasonCode.ServerBusy, refusal.Reason);
        Assert.Equal(1, _door.Ledger.Snapshot().Rejected["journal-failed"]);
        Assert.True(_door.Ledger.Snapshot().Balanced);
    }

    [Fact]
    public async Task Devices_of_one_site_share_a_lane_in_the_order_they_spoke()
    {
        for (var i = 0; i < 20; i++) await _door.PublishAsync($"hub/v1/{(i % 2 == 0 ? Door.Known : "gw-1")}/telemetry", $$"""{"power":{{i}}}""");
        var lane = LaneMap.Of(_door.Registry.Find(Door.Known)!, 2);
        Assert.Equal(20, _door.Journal.Head(lane));
        using var reader = _door.Reader(lane);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{(i % 2 == 0 ? Door.Known : "gw-1")} power={i}"), Door.Items(reader));
    }

    [Fact]
    public async Task Taking_a_message_does_not_allocate_once_warm()
    {
        var message = Door.Message($"hub/v1/{Door.Known}/telemetry", """{"seq":1,"values":{"power":120,"port_temp":30}}""");
        var tickets = new long[64];
        async Task<long> RoundAsync()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < tickets.Length; i++) tickets[i] = (await _door.Sink.AcceptAsync(message, default)).Ticket;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            await _door.Sink.DurableAsync(tickets[^1], Door.Stop);
            return allocated;
        }

        for (var i = 0; i < 20; i++) await RoundAsync();
        Assert.Equal(0, await RoundAsync());
    }

    [Fact]
    public async Task What_the_hub_says_about_a_device_stands_in_the_journal_and_is_no_life_sign()
    {
        var device = _door.Registry.Find("alarm-1")!;
        await _door.Sink.ReportAsync(device, "quarantined", Door.Stop);
        await _door.Sink.ReportAsync(device, "quarantined", Door.Stop);
        Assert.Equal(["alarm-1 quarantined", "alarm-1 quarantined"], _door.Drain());
        Assert.Equal(0, device.LastSeenMs);
        Assert.Equal(0, device.Messages);
        await _door.RestartAsync();
        Assert.Equal(["alarm-1 quarantined", "alarm-1 quarantined"], _door.Drain());
        Assert.True(_door.Ledger.Snapshot().Balanced);
    }

    [Fact]
    public async Task A_device_is_known_by_how_much_it_says()
    {
        await using var endpoint = new Hub.Mqtt.MqttEndpoint(new(), new Gatekeeper(_door.Registry, null, _door.Front, _door.Options, _door.Clock), _door.Sink, _door.Clock, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var traffic = new TrafficMeter(_door.Registry, endpoint, _door.Clock);
        traffic.Look();
        for (var i = 0; i < 30; i++) await _door.PublishAsync("hub/v1/alarm-1/telemetry", $$$"""{"values":{"smoke":{{{i}}}}}""");
        await _door.PublishAsync("hub/v1/gw-1/telemetry", """{"values":{"rssi":-70}}""");
        _door.Clock.Advance(TimeSpan.FromSeconds(10));
        traffic.Look();
        Assert.Equal((30, 3), (traffic.Of(_door.Registry.Find("alarm-1")!).Messages, traffic.Of(_door.Registry.Find("alarm-1")!).PerSecond));
        Assert.Equal([("alarm-1", 3), ("gw-1", 0.1)], traffic.Busiest(5).Select(b => (b.Device.Id, b.PerSecond)));
        Assert.Equal("alarm-1", Assert.Single(traffic.Busiest(1)).Device.Id);
        _door.Clock.Advance(TimeSpan.FromSeconds(10));
        traffic.Look();
        Assert.Empty(traffic.Busiest(5));
    }
}
