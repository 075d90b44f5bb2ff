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

    [Theory]
    [InlineData(true, 0u)]
    [InlineData(false, 0u)]
    [InlineData(true, 1000u)]
    [InlineData(false, 1000u)]
    public async Task The_will_of_a_client_that_was_connected_as_the_hub_ended_goes_out_after_the_next_start(bool cleanStop, uint expiry)
    {
        var store = new FileSessionStore(folder);
        var hub = new MemoryHub(store: store, clock: clock);
        await hub.ConnectAsync("d", properties: Expiry(expiry), flags: 0x2C, will: Packet.Will(5, "d/status", "offline", Packet.Join([0x02], Packet.U32(500), Packet.UserProperty("k", "v"))));
        var tidy = await hub.ConnectAsync("tidy", flags: 0x04, will: Packet.Will(5, "tidy/status", "offline"));
        await tidy.SendAsync(Packet.Bye);
        await tidy.ExpectClosedAsync();
        if (cleanStop)
        {
            await hub.Endpoint.StopAsync(TestContext.Current.CancellationToken);
            store.Dispose();
        }
        else
        {
            var fence = await hub.ConnectAsync("fence");
            await fence.ExpectAliveAsync();
        }

        Assert.DoesNotContain(hub.Sink.Accepted, m => m.Topic == "d/status");
        using var secondStore = new FileSessionStore(folder);
        await using var second = new MemoryHub(store: secondStore, clock: clock);
        var watcher = await second.ConnectAsync("w");
        await watcher.SubscribeAsync("+/status", 1 | 8);

        // Back at once, and still: its will had no delay.
        await second.ConnectAsync("d", clean: false, properties: Expiry(expiry), present: expiry > 0);
        clock.Advance(TimeSpan.FromSeconds(4));
        await watcher.ExpectAliveAsync();
        clock.Advance(TimeSpan.FromSeconds(1));

        var will = await watcher.ReadAsync();
        Assert.Equal(
            Convert.ToHexString(Packet.Publish(5, "d/status", "offline", 1, 1, retain: true, properties: Packet.Join(Packet.UserProperty("k", "v"), [0x02], Packet.U32(500)))),
            Convert.ToHexString(will));
        var told = Assert.Single(second.Sink.Accepted);
        Assert.True(told.Will);
        await watcher.ExpectAliveAsync();
        if (!cleanStop) await hub.DisposeAsync();
    }

    [Fact]
    public async Task A_published_will_does_not_come_again_after_the_next_start()
    {
        using (var store = new FileSessionStore(folder))
        {
            await using var hub = new MemoryHub(store: store, clock: clock);
            var peer = await hub.ConnectAsync("d", flags: 0x04, will: Packet.Will(5, "d/status", "offline"));
            await peer.HangUpAsync();
            await peer.ExpectClosedAsync();
        }

        using var secondStore = new FileSessionStore(folder);
        await using var second = new MemoryHub(store: secondStore, clock: clock);
        clock.Advance(TimeSpan.FromSeconds(10));
        await (await second.ConnectAsync("fence")).ExpectAliveAsync();
        Assert.Empty(second.Sink.Accepted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_delay_of_a_will_counts_from_the_restart_and_ends_when_its_client_is_back(bool back)
    {
        var properties = Packet.Join([0x18], Packet.U32(30));
        var hub = new MemoryHub(store: new FileSessionStore(folder), clock: clock);
        await hub.ConnectAsync("d", properties: Expiry(1000), flags: 0x04, will: Packet.Will(5, "d/status", "offline", properties));
        clock.Advance(TimeSpan.FromSeconds(20));

        using var secondStore = new FileSessionStore(folder);
        await using var second = new MemoryHub(store: secondStore, clock: clock);
        clock.Advance(TimeSpan.FromSeconds(25));
        await (await second.ConnectAsync("fence")).ExpectAliveAsync();
        Assert.Empty(second.Sink.Accepted);
        if (back) await second.ConnectAsync("d", clean: false, properties: Expiry(1000), present: true);
        clock.Advance(TimeSpan.FromSeconds(10));
        await (await second.ConnectAsync("fence2")).ExpectAliveAsync();
        Assert.Equal(back ? 0 : 1, second.Sink.Accepted.Count);
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task A_hub_that_dies_while_it_rewrites_its_log_loses_nothing_wherever_it_was_cut()
    {
        byte[] before, image;
        using (var store = new FileSessionStore(folder))
        {
            await using var hub = new MemoryHub(store: store, clock: clock);
            var reader = await hub.ConnectAsync("reader", properties: Expiry(uint.MaxValue));
            await reader.SubscribeAsync("t", 1);
            await reader.SendAsync(Packet.Bye);
            await reader.ExpectClosedAsync();
            var sender = await hub.ConnectAsync("sender");
            await sender.SendAsync(Packet.Publish(5, "t", "one", 1, 1, retain: true), Packet.Publish(5, "t", "two", 1, 2));
            await sender.ExpectAsync(Packet.PubAck(1), Packet.PubAck(2));
        }

        var old = Assert.Single(Directory.GetFiles(folder));
        before = File.ReadAllBytes(old);
        using (var store = new FileSessionStore(folder))
        {
            await using var hub = new MemoryHub(store: store, clock: clock);
        }

        image = File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder)));
        for (var cut = 0; cut <= image.Length; cut += 3)
        {
            foreach (var file in Directory.GetFiles(folder)) File.Delete(file);
            File.WriteAllBytes(Path.Combine(folder, "sessions-7.log"), before);
            File.WriteAllBytes(Path.Combine(folder, "sessions-8.log"), image[..cut]);
            using var store = new FileSessionStore(folder);
            await using var hub = new MemoryHub(store: store, clock: clock);
            Assert.Equal(1, hub.Endpoint.Statistics.Retained);
            Assert.Equal(1, hub.Endpoint.Statistics.Subscriptions);
            Assert.Equal(2, hub.Endpoint.Statistics.Queued);
        }
    }

    [Fact]
    public void A_flipped_bit_costs_the_record_it_is_in_and_no_other()
    {
        using (var store = new FileSessionStore(folder))
        {
            for (byte i = 1; i <= 4; i++) store.Append(Enumerable.Repeat(i, 5).ToArray());
        }

        var path = Assert.Single(Directory.GetFiles(folder));
        var whole = File.ReadAllBytes(path);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            // A wrong length may swallow what follows: there the rest is lost, and said to be.
            if (bit / 8 % 13 < 4) continue;
            var damaged = (byte[])whole.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            var read = new List<int>();
            using var store = new FileSessionStore(folder);
            var lost = store.Load(record => read.Add(record[0]));
            Assert.Equal(Enumerable.Range(1, 4).Where(i => i != (bit / 8 / 13) + 1), read);
            Assert.Equal(13, lost);
        }
    }

    [Fact]
    public async Task Waiting_for_the_disk_ends_for_everybody_who_waits_and_while_the_log_is_rewritten()
    {
        using var store = new FileSessionStore(folder);
        var waits = new List<Task>();
        for (var i = 0; i < 200; i++)
        {
            var place = store.Append([1, 2, 3]);
            waits.Add(store.DurableAsync(place, TestContext.Current.CancellationToken).AsTask());
            if (i % 50 == 0) store.Rewrite(() => store.Append([4]));
        }

        await Task.WhenAll(waits).WaitAsync(RawPeer.Patience, TestContext.Current.CancellationToken);
        var bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder)));
        Assert.Equal(9 + (49 * 11), bytes.Length);
    }

    [Fact]
    public async Task A_clients_retained_message_that_the_hub_replaced_does_not_come_back()
    {
        using (var store = new FileSessionStore(folder))
        {
            await using var hub = new MemoryHub(store: store, clock: clock);
            var peer = await hub.ConnectAsync("p");
            await peer.SendAsync(Packet.Publish(5, "hub/v1/hub/status", "false", 1, 1, retain: true));
            await peer.ExpectAsync(Packet.PubAck(1, 0x10));
            hub.Endpoint.Publish("hub/v1/hub/status", "true"u8, retain: true);
        }

        using var secondStore = new FileSessionStore(folder);
        await using var second = new MemoryHub(store: secondStore, clock: clock);
        Assert.Equal(0, second.Endpoint.Statistics.Retained);
    }

    [Fact]
    public async Task Expired_retained_messages_give_up_their_place()
    {
        await using var hub = new MemoryHub(new MqttOptions { RetainedMessages = 2 }, new FileSessionStore(folder), clock);
        var peer = await hub.ConnectAsync("p", keepAlive: 0);
        byte[] shortLived = Packet.Join([0x02], Packet.U32(10));
        await peer.SendAsync(Packet.Publish(5, "a", "x", retain: true, properties: shortLived), Packet.Publish(5, "b", "x", retain: true));
        await peer.ExpectAliveAsync();
        Assert.Equal(2, hub.Endpoint.Statistics.Retained);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, hub.Endpoint.Statistics.Retained);
    }

    [Fact]
    public void The_numbers_in_the_log_never_change()
    {
        Assert.Equal(
            "Opened=1 Away=2 Ended=3 Subscribed=4 Unsubscribed=5 Queued=6 Sent=7 Released=8 Done=9 InboundOpen=10 InboundClosed=11 Parked=12 Retained=13 Group=14 Will=15 WillGone=16",
            string.Join(' ', Enum.GetValues<Hub.Mqtt.Sessions.LogKind>().Select(k => $"{k}={(int)k}")));
    }
}
