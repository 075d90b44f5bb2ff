using Hub.Mqtt;
using Hub.Tests.Support;

namespace Hub.Tests.Mqtt;

/// <summary>What has been acknowledged is there after the power failed, not only after the process died.</summary>
public sealed class PowerLossTests
{
    private static readonly byte[] week = Packet.Join([0x11], Packet.U32(604_800));
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Acknowledged_messages_for_an_absent_subscriber_and_retained_ones_are_there_after_a_power_loss()
    {
        var store = new VolatileStore();
        await using var hub = new MemoryHub(store: store, clock: clock);
        var reader = await hub.ConnectAsync("reader", properties: week);
        await reader.SubscribeAsync("t/#", 2);
        await reader.SendAsync(Packet.Bye);
        await reader.ExpectClosedAsync();
        var sender = await hub.ConnectAsync("sender");
        await sender.SendAsync(Packet.Publish(5, "t/1", "one", 1, 1), Packet.Publish(5, "t/2", "two", 2, 2), Packet.PubRel(2), Packet.Publish(5, "t/kept", "three", 1, 3, retain: true));
        await sender.ExpectAsync(Packet.PubAck(1), Packet.PubRec(2), Packet.PubComp(2), Packet.PubAck(3));

        await using var second = new MemoryHub(store: new VolatileStore(store.AfterPowerLoss), clock: clock);
        reader = await second.ConnectAsync("reader", clean: false, properties: week, present: true);
        await reader.ExpectAsync(Packet.Publish(5, "t/1", "one", 1, 1), Packet.Publish(5, "t/2", "two", 2, 2), Packet.Publish(5, "t/kept", "three", 1, 3));
        Assert.Equal(1, second.Endpoint.Statistics.Retained);
    }

    [Fact]
    public async Task A_message_parked_before_its_release_is_there_after_a_power_loss()
    {
        var store = new VolatileStore();
        await using var hub = new MemoryHub(store: store, clock: clock);
        var reader = await hub.ConnectAsync("reader", properties: week);
        await reader.SubscribeAsync("t", 2);
        var sender = await hub.ConnectAsync("sender", properties: week);
        await sender.SendAsync(Packet.Publish(5, "t", "x", 2, 7));
        await sender.ExpectAsync(Packet.PubRec(7));

        await using var second = new MemoryHub(store: new VolatileStore(store.AfterPowerLoss), clock: clock);
        reader = await second.ConnectAsync("reader", clean: false, properties: week, present: true);

        // What is not granted before the power fails need not be there: the sender's own session was never promised.
        sender = await second.ConnectAsync("sender", clean: false, properties: week, present: true);
        await sender.SendAsync(Packet.PubRel(7));
        await sender.ExpectAsync(Packet.PubComp(7));
        await reader.ExpectAsync(Packet.Publish(5, "t", "x", 2, 1));
    }

    [Fact]
    public async Task Answers_that_promise_something_wait_for_the_disk_in_order_and_others_do_not()
    {
        var store = new VolatileStore();
        await using var hub = new MemoryHub(store: store, clock: clock);
        var reader = await hub.ConnectAsync("reader", properties: week);
        await reader.SubscribeAsync("t", 1);
        await reader.SendAsync(Packet.Bye);
        await reader.ExpectClosedAsync();
        var sender = await hub.ConnectAsync("sender");
        var other = await hub.ConnectAsync("other");
        store.Disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await sender.SendAsync(Packet.Publish(5, "t", "x", 1, 1), Packet.Publish(5, "nobody", "x", 1, 2));
        await other.SendAsync(Packet.Publish(5, "nobody", "x", 1, 1));
        await other.ExpectAsync(Packet.PubAck(1, 0x10));
        Assert.False(sender.HasSome);

        store.Disk.SetResult();
        await sender.ExpectAsync(Packet.PubAck(1), Packet.PubAck(2, 0x10));
    }

    [Fact]
    public async Task With_SyncSessions_0_nothing_waits_for_the_session_log()
    {
        var store = new VolatileStore { Disk = new TaskCompletionSource() };
        await using var hub = new MemoryHub(new MqttOptions { SyncSessions = 0 }, store, clock);
        var reader = await hub.ConnectAsync("reader", properties: week);
        await reader.SubscribeAsync("t", 1);
        await reader.SendAsync(Packet.Publish(5, "t", "x", 1, 1));
        await reader.ExpectAsync(Packet.Publish(5, "t", "x", 1, 1), Packet.PubAck(1));
    }
}
