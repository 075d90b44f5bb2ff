using Hub.Mqtt;
using Hub.Tests.Support;

namespace Hub.Tests.Mqtt;

public sealed class SessionStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-sessions-").FullName;
    private readonly ManualClock clock = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static byte[] Expiry(uint seconds) => Packet.Join([0x11], Packet.U32(seconds));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sessions_survive_a_restart_and_a_kill(bool cleanStop)
    {
        var store = new FileSessionStore(folder);
        var hub = new MemoryHub(store: store, clock: clock);
        var peer = await hub.ConnectAsync("a", properties: Expiry(1000));
        await peer.SubscribeAsync("t/+", 2, properties: [0x0B, 7]);
        await peer.SubscribeAsync("gone", 1);
        await peer.SendAsync(Packet.Unsubscribe(5, 9, "gone"));
        await peer.ExpectAsync(Packet.UnsubAck(5, 9, 0));
        var sender = await hub.ConnectAsync("s", properties: Expiry(1000));
        byte[] user = Packet.UserProperty("k", "v");
        await sender.SendAsync(
            Packet.Publish(5, "t/1", "one", 1, 1),
            Packet.Publish(5, "t/2", "two", 1, 2),
            Packet.Publish(5, "kept", "retained", 1, 3, retain: true, properties: user),
            Packet.Publish(5, "dropped", "x", 1, 4, retain: true),
            Packet.Publish(5, "dropped", "", 1, 5, retain: true),
            Packet.Publish(5, "t/3", "three", 2, 6));
        await sender.ExpectAsync(Packet.PubAck(1), Packet.PubAck(2), Packet.PubAck(3, 0x10), Packet.PubAck(4, 0x10), Packet.PubAck(5, 0x10), Packet.PubRec(6));
        await peer.ExpectAsync(Packet.Publish(5, "t/1", "one", 1, 1, properties: [0x0B, 7]), Packet.Publish(5, "t/2", "two", 1, 2, properties: [0x0B, 7]));
        await peer.SendAsync(Packet.PubAck(1));
        await peer.SendAsync(Packet.Publish(5, "x", "fence", 1, 1));
        await peer.ExpectAsync(Packet.PubAck(1, 0x10));
        if (cleanStop) await hub.Endpoint.StopAsync(TestContext.Current.CancellationToken);
        if (cleanStop) store.Dispose();

        // Killed: the old process neither closes its files nor says goodbye.
        using var secondStore = new FileSessionStore(folder);
        await using var second = new MemoryHub(store: secondStore, clock: clock);
        Assert.Equal(2, second.Endpoint.Statistics.Sessions);
        Assert.Equal(1, second.Endpoint.Statistics.Subscriptions);
        peer = await second.ConnectAsync("a", clean: false, properties: Expiry(1000), present: true);
        await peer.ExpectAsync(Packet.Publish(5, "t/2", "two", 1, 2, dup: true, properties: [0x0B, 7]));
        await peer.SubscribeAsync("kept");
        await peer.ExpectAsync(Packet.Publish(5, "kept", "retained", retain: true, properties: user));
        sender = await second.ConnectAsync("s", clean: false, properties: Expiry(1000), present: true);
        await sender.SendAsync(Packet.Publish(5, "t/3", "three", 2, 6, dup: true), Packet.PubRel(6));
        await sender.ExpectAsync(Packet.PubRec(6), Packet.PubComp(6));
        Assert.Empty(second.Sink.Accepted);
        Assert.Equal(1, second.Endpoint.Statistics.Retained);
        await peer.ExpectAsync(Packet.Publish(5, "t/3", "three", 2, 3, properties: [0x0B, 7]));
        if (!cleanStop) await hub.DisposeAsync();
    }

    [Fact]
    public async Task A_session_whose_time_ran_out_while_the_hub_was_down_is_gone()
    {
        using (var store = new FileSessionStore(folder))
        {
            await using var hub = new MemoryHub(store: store, clock: clock);
            foreach (var (id, seconds) in new[] { ("short", 10u), ("long", 1000u), ("ever", uint.MaxValue), ("none", 0u) })
            {
                var peer = await hub.ConnectAsync(id, properties: Expiry(seconds));
                await peer.SendAsync(Packet.Bye);
                await peer.ExpectClosedAsync();
            }
        }

        clock.Advance(TimeSpan.FromSeconds(100));
        using var secondStore = new FileSessionStore(folder);
        await using var second = new MemoryHub(store: secondStore, clock: clock);
        Assert.Equal(2, second.Endpoint.Statistics.Sessions);
        clock.Advance(TimeSpan.FromSeconds(1000));
        Assert.Equal(1, second.Endpoint.Statistics.Sessions);
    }

    [Fact]
    public async Task Commands_to_an_absent_device_wait_across_a_restart_and_the_hubs_own_retained_messages_do_not()
    {
        using (var store = new FileSessionStore(folder))
        {
            await using var hub = new MemoryHub(store: store, clock: clock);
            var device = await hub.ConnectAsync("device", 4, clean: false);
            await device.SubscribeAsync("hub/v1/device/cmd", 1);
            await device.SendAsync(Packet.Bye);
            await device.ExpectClosedAsync();
            hub.Endpoint.Publish("hub/v1/device/cmd", "cut-off"u8, Qos.AtLeastOnce);
            hub.Endpoint.Publish("hub/v1/cases/1", "open"u8, retain: true);
        }

        using var secondStore = new FileSessionStore(folder);
        await using var second = new MemoryHub(store: secondStore, clock: clock);
        var again = await second.ConnectAsync("device", 4, clean: false, present: true);
        await again.ExpectAsync(Packet.Publish(4, "hub/v1/device/cmd", "cut-off", 1, 1));
        Assert.Equal(0, second.Endpoint.Statistics.Retained);
    }

    [Fact]
    public void A_log_cut_anywhere_gives_back_every_record_before_the_cut()
    {
        using (var store = new FileSessionStore(folder))
        {
            for (byte i = 1; i <= 5; i++) store.Append(Enumerable.Repeat(i, i * 3).ToArray());
        }

        var path = Assert.Single(Directory.GetFiles(folder));
        var whole = File.ReadAllBytes(path);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(path, whole[..cut]);
            var read = new List<byte[]>();
            using var store = new FileSessionStore(folder);
            store.Load(record => read.Add(record.ToArray()));
            var expected = 0;
            for (int i = 1, end = 0; i <= 5 && (end += 8 + (i * 3)) <= cut; i++) expected = i;
            Assert.Equal(expected, read.Count);
            Assert.All(read, record => Assert.All(record, one => Assert.Equal(record.Length / 3, one)));
        }
    }

    [Fact]
    public void Rewriting_leaves_one_file_with_the_image_and_what_came_meanwhile()
    {
        using var store = new FileSessionStore(folder);
        store.Append("old"u8);
        store.Commit();
        store.Rewrite(() =>
        {
            store.Append("image"u8);
            store.Commit();
            Assert.Equal(2, Directory.GetFiles(folder).Length);
        });
        store.Append("new"u8);
        store.Commit();
        Assert.Single(Directory.GetFiles(folder));
        var read = new List<string>();
        new FileSessionStore(folder).Load(record => read.Add(System.Text.Encoding.UTF8.GetString(record)));
        Assert.Equal(["image", "new"], read);
    }

    [Fact]
    public void The_numbers_in_the_log_never_change()
    {
        Assert.Equal(
            "Opened=1 Away=2 Ended=3 Subscribed=4 Unsubscribed=5 Queued=6 Sent=7 Released=8 Done=9 InboundOpen=10 InboundClosed=11 Parked=12 Retained=13",
            string.Join(' ', Enum.GetValues<Hub.Mqtt.Sessions.LogKind>().Select(k => $"{k}={(int)k}")));
    }
}
