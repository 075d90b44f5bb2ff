using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

public class WillTests
{
    private static byte[] Delay(uint seconds) => Packet.Join([0x18], Packet.U32(seconds));

    private static byte[] Expiry(uint seconds) => Packet.Join([0x11], Packet.U32(seconds));

    private static async Task<RawPeer> WatchAsync(MemoryHub hub)
    {
        var watcher = await hub.ConnectAsync("watcher", keepAlive: 0);
        await watcher.SubscribeAsync("will", 1);
        return watcher;
    }

    private static Task<RawPeer> MortalAsync(MemoryHub hub, int version = 5, string body = "gone", byte[]? will = null, uint expiry = 0, ushort keepAlive = 60, byte flags = 0x04, bool clean = true, bool? present = false) =>
        hub.ConnectAsync("mortal", version, clean, version == 5 ? Expiry(expiry) : null, keepAlive, present, Packet.Will(version, "will", body, will), flags);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_lost_connection_publishes_the_will_and_hands_it_to_the_sink(int version)
    {
        await using var hub = new MemoryHub();
        var watcher = await WatchAsync(hub);
        await (await MortalAsync(hub, version)).HangUpAsync();
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));
        Assert.Equal(("will", "gone", Qos.AtMostOnce, true), Assert.Single(hub.Sink.Accepted));
    }

    [Fact]
    public async Task A_goodbye_takes_the_will_back_and_reason_4_does_not()
    {
        await using var hub = new MemoryHub();
        var watcher = await WatchAsync(hub);
        var mortal = await MortalAsync(hub);
        await mortal.SendAsync(Packet.Bye);
        await mortal.ExpectClosedAsync();
        await watcher.ExpectAliveAsync();
        mortal = await MortalAsync(hub);
        await mortal.SendAsync([0xE0, 1, 4]);
        await mortal.ExpectClosedAsync();
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));
    }

    [Fact]
    public async Task Silence_and_a_breach_of_protocol_publish_the_will()
    {
        await using var hub = new MemoryHub();
        var watcher = await WatchAsync(hub);
        await MortalAsync(hub, keepAlive: 10);
        hub.Clock.Advance(TimeSpan.FromSeconds(16));
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));
        var mortal = await MortalAsync(hub);
        await mortal.SendAsync([0, 0]);
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));
    }

    [Fact]
    public async Task A_will_keeps_qos_retain_and_properties_and_may_be_empty()
    {
        await using var hub = new MemoryHub();
        var watcher = await WatchAsync(hub);
        var properties = Packet.Join([0x01, 1], Packet.UserProperty("a", "1"), [0x02, 0, 0, 0, 9], Packet.UserProperty("a", "2"));
        var mortal = await MortalAsync(hub, body: "", will: properties, flags: 0x0C);
        await mortal.HangUpAsync();
        await watcher.ExpectAsync(Packet.Publish(5, "will", "", 1, 1, properties: Packet.Join([0x01, 1], Packet.UserProperty("a", "1"), Packet.UserProperty("a", "2"), [0x02, 0, 0, 0, 9])));
        mortal = await MortalAsync(hub, body: "kept", flags: 0x24);
        await mortal.HangUpAsync();
        await watcher.ExpectAsync(Packet.Publish(5, "will", "kept"));
        Assert.Equal(1, hub.Endpoint.Statistics.Retained);
    }

    [Fact]
    public async Task A_delayed_will_waits_and_is_dropped_when_the_client_comes_back()
    {
        await using var hub = new MemoryHub();
        var watcher = await WatchAsync(hub);
        var mortal = await MortalAsync(hub, will: Delay(10), expiry: 100);
        await mortal.HangUpAsync();
        await mortal.ExpectClosedAsync();
        hub.Clock.Advance(TimeSpan.FromSeconds(9));
        await watcher.ExpectAliveAsync();
        mortal = await MortalAsync(hub, will: Delay(10), expiry: 100, clean: false, present: true);
        hub.Clock.Advance(TimeSpan.FromSeconds(20));
        await watcher.ExpectAliveAsync();
        await mortal.HangUpAsync();
        await mortal.ExpectClosedAsync();
        hub.Clock.Advance(TimeSpan.FromSeconds(11));
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));
    }

    [Fact]
    public async Task The_end_of_the_session_ends_the_delay()
    {
        await using var hub = new MemoryHub();
        var watcher = await WatchAsync(hub);
        var mortal = await MortalAsync(hub, will: Delay(1000), expiry: 5);
        await mortal.HangUpAsync();
        await mortal.ExpectClosedAsync();
        hub.Clock.Advance(TimeSpan.FromSeconds(6));
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));

        // A clean start ends the session too.
        mortal = await MortalAsync(hub, will: Delay(1000), expiry: 500);
        await mortal.HangUpAsync();
        await mortal.ExpectClosedAsync();
        await hub.ConnectAsync("mortal");
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));
    }

    [Fact]
    public async Task A_namesake_that_takes_the_session_over_publishes_the_will_only_without_delay()
    {
        await using var hub = new MemoryHub();
        var watcher = await WatchAsync(hub);
        await MortalAsync(hub, will: Delay(10), expiry: 100);
        await MortalAsync(hub, expiry: 100, clean: false, present: true);
        await watcher.ExpectAliveAsync();
        await hub.ConnectAsync("mortal", clean: false, properties: Expiry(100), present: true);
        await watcher.ExpectAsync(Packet.Publish(5, "will", "gone"));
    }

    [Fact]
    public async Task A_will_on_a_topic_its_client_may_not_use_is_not_published()
    {
        await using var hub = new MemoryHub();
        hub.Gatekeeper.Publish = topic => topic == "will" ? ReasonCode.NotAuthorized : ReasonCode.Success;
        var watcher = await WatchAsync(hub);
        var mortal = await MortalAsync(hub);
        await mortal.HangUpAsync();
        await mortal.ExpectClosedAsync();
        await watcher.ExpectAliveAsync();
        Assert.Empty(hub.Sink.Accepted);
    }
}
