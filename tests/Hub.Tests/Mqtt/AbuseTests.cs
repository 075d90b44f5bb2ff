using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

/// <summary>Runs alone: it weighs the memory of the process.</summary>
[CollectionDefinition("Weighing", DisableParallelization = true)]
public sealed class Weighing;

/// <summary>What a crowd of bad peers costs: a bounded amount, given back when they are gone.</summary>
[Collection("Weighing")]
public class AbuseTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task A_hundred_thousand_subscriptions_are_taken_in_bounded_memory_and_given_back()
    {
        await using var hub = new MemoryHub(new MqttOptions { Subscriptions = 100_000 });
        var peer = await hub.ConnectAsync("a", keepAlive: 0);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 100; i++)
        {
            await peer.SendAsync(Packet.Subscribe(5, 1, null, [.. Enumerable.Range(0, 1000).Select(n => ($"s/{i}/{n}/+", (byte)0))]));
            Assert.Equal(0x90, (await peer.ReadAsync())[0]);
        }

        Assert.Equal(100_000, hub.Endpoint.Statistics.Subscriptions);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 100 * MiB); // 1 KiB each
        hub.Endpoint.Publish("s/99/999/x", "found"u8);
        await peer.ExpectAsync(Packet.Publish(5, "s/99/999/x", "found"));
        await peer.SendAsync(Packet.Bye);
        await peer.ExpectClosedAsync();
        Assert.Equal(0, hub.Endpoint.Statistics.Subscriptions);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * MiB);
    }

    [Fact]
    public async Task A_flood_of_connects_that_hang_up_leaves_nothing_behind()
    {
        await using var hub = new MemoryHub(new MqttOptions { LingerMilliseconds = 0, PublishRate = 100 });
        await RoundAsync(hub, 500);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RoundAsync(hub, 5_000);
        Assert.Equal(0, hub.Endpoint.Statistics.Sessions);
        hub.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, hub.Endpoint.MeterCount);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 * MiB); // what the test itself keeps of 5,000 peers

        static async Task RoundAsync(MemoryHub hub, int peers)
        {
            for (var i = 0; i < peers; i++)
            {
                var peer = await hub.ConnectAsync($"flood-{i}", 4 + (i % 2));
                await peer.HangUpAsync();
            }

            while (hub.Endpoint.Statistics.Connections > 0) await Task.Yield();
        }
    }

    [Fact]
    public async Task A_crowd_that_never_ends_its_packets_shares_one_bounded_room()
    {
        await using var hub = new MemoryHub(new MqttOptions { UnfinishedBytes = 4 << 20 });
        var honest = await hub.ConnectAsync("honest");
        var announced = Packet.Hex("10 80 80 40"); // CONNECT of a mebibyte
        var crowd = new List<RawPeer>();
        for (var i = 0; i < 40; i++)
        {
            var peer = hub.Dial();
            await peer.SendAsync(announced, new byte[512 * 1024]);
            crowd.Add(peer);
        }

        while (hub.Endpoint.Statistics.Refusals().GetValueOrDefault(ReasonCode.QuotaExceeded) < 32) await Task.Yield();
        Assert.InRange(hub.Endpoint.UnfinishedBytes, 1, 4 * MiB);
        await honest.SendAsync(Packet.Publish(5, "t", new string('x', 15_000), qos: 1, id: 1));
        Assert.Equal(0x40, (await honest.ReadAsync())[0]);
        foreach (var peer in crowd)
        {
            if (!peer.Aborted) await peer.HangUpAsync();
        }

        while (hub.Endpoint.UnfinishedBytes > 0) await Task.Yield();
    }

    [Fact]
    public async Task A_signed_in_peer_that_begins_more_than_there_is_room_for_is_told_so()
    {
        await using var hub = new MemoryHub(new MqttOptions { UnfinishedBytes = 1 << 20 });
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Hex("30 FF FF 7E"), new byte[1_200_000]);
        await peer.ExpectClosedAsync(0x97);
        Assert.Equal(0, hub.Endpoint.UnfinishedBytes);
    }

    [Fact]
    public async Task A_connect_that_drips_in_byte_by_byte_has_ten_seconds_like_any_other()
    {
        await using var hub = new MemoryHub();
        var slow = hub.Dial();
        var packet = Packet.Connect(new string('x', 100));
        for (var i = 0; i < 12; i++)
        {
            if (!slow.Aborted) await slow.SendAsync([packet[i]]);
            hub.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await slow.ExpectClosedAsync();
        Assert.Equal(0, hub.Endpoint.Statistics.ConnectionsTotal);
    }

    [Fact]
    public async Task A_thousand_readers_that_stop_cost_no_more_than_their_queues()
    {
        await using var hub = new MemoryHub(new MqttOptions { QueueBytesPerSession = 20_000 });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_000; i++) await (await hub.ConnectAsync($"stuck-{i}")).SubscribeAsync("t");
        for (var i = 0; i < 500; i++) hub.Endpoint.Publish("t", new byte[1_000]);
        Assert.InRange(hub.Endpoint.Statistics.QueuedBytes, 0, 1_000 * 20_000);

        // Each has a pipe of 64 KiB in this test; what is queued behind it is shared.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 160 * MiB);
    }
}
