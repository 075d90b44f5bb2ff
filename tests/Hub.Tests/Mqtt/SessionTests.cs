using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

public class SessionTests
{
    private static byte[] Expiry(uint seconds) => Packet.Join([0x11], Packet.U32(seconds));

    private static async Task LeaveAsync(RawPeer peer, byte[]? bye = null)
    {
        await peer.SendAsync(bye ?? Packet.Bye);
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_kept_session_gets_what_came_while_it_was_away_with_dup_0(int version)
    {
        await using var hub = new MemoryHub();
        var properties = version == 5 ? Expiry(100) : null;
        var peer = await hub.ConnectAsync("a", version, clean: version == 5, properties);
        await peer.SubscribeAsync("t", 1);
        await LeaveAsync(peer);
        hub.Endpoint.Publish("t", "zero"u8);
        hub.Endpoint.Publish("t", "one"u8, Qos.AtLeastOnce);
        hub.Endpoint.Publish("t", "two"u8, Qos.ExactlyOnce);
        peer = await hub.ConnectAsync("a", version, clean: false, properties, present: true);
        await peer.ExpectAsync(Packet.Publish(version, "t", "one", 1, 1), Packet.Publish(version, "t", "two", 1, 2));
        await peer.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task What_was_sent_and_not_acknowledged_comes_again_first_with_its_identifier_and_dup(int version)
    {
        await using var hub = new MemoryHub();
        var properties = version == 5 ? Expiry(100) : null;
        var peer = await hub.ConnectAsync("a", version, clean: version == 5, properties);
        await peer.SubscribeAsync("t", 2);
        hub.Endpoint.Publish("t", "a"u8, Qos.AtLeastOnce);
        hub.Endpoint.Publish("t", "b"u8, Qos.ExactlyOnce);
        hub.Endpoint.Publish("t", "c"u8, Qos.ExactlyOnce);
        hub.Endpoint.Publish("t", "d"u8, Qos.AtLeastOnce);
        await peer.ExpectAsync(Packet.Publish(version, "t", "a", 1, 1), Packet.Publish(version, "t", "b", 2, 2), Packet.Publish(version, "t", "c", 2, 3), Packet.Publish(version, "t", "d", 1, 4));
        await peer.SendAsync(Packet.PubRec(2), Packet.PubAck(4));
        await peer.ExpectAsync(Packet.PubRel(2));
        await peer.HangUpAsync();
        await peer.ExpectClosedAsync();

        hub.Endpoint.Publish("t", "e"u8, Qos.AtLeastOnce);
        peer = await hub.ConnectAsync("a", version, clean: false, properties, present: true);
        await peer.ExpectAsync(
            Packet.Publish(version, "t", "a", 1, 1, dup: true),
            Packet.PubRel(2),
            Packet.Publish(version, "t", "c", 2, 3, dup: true),
            Packet.Publish(version, "t", "e", 1, 5));
        await peer.SendAsync(Packet.PubComp(2), Packet.PubRec(3), Packet.PubAck(1), Packet.PubAck(5));
        await peer.ExpectAsync(Packet.PubRel(3));
        await peer.SendAsync(Packet.PubComp(3));
        await peer.ExpectAliveAsync();
        Assert.Equal(0, hub.Endpoint.Statistics.Queued);
    }

    [Fact]
    public async Task Nothing_is_sent_again_on_the_same_connection()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", keepAlive: 0);
        await peer.SubscribeAsync("t", 1);
        hub.Endpoint.Publish("t", "x"u8, Qos.AtLeastOnce);
        await peer.ExpectAsync(Packet.Publish(5, "t", "x", 1, 1));
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await peer.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_session_without_expiry_ends_with_its_connection_and_clean_start_ends_any()
    {
        await using var hub = new MemoryHub();
        await LeaveAsync(await hub.ConnectAsync("a", clean: false));
        await LeaveAsync(await hub.ConnectAsync("a", clean: false, properties: Expiry(50), present: false));
        await LeaveAsync(await hub.ConnectAsync("a", clean: false, properties: Expiry(50), present: true));
        await LeaveAsync(await hub.ConnectAsync("a", clean: true, properties: Expiry(50), present: false));
    }

    [Fact]
    public async Task A_session_ends_when_its_time_is_over_and_not_before()
    {
        await using var hub = new MemoryHub();
        await LeaveAsync(await hub.ConnectAsync("a", properties: Expiry(60)));
        hub.Clock.Advance(TimeSpan.FromSeconds(59));
        await LeaveAsync(await hub.ConnectAsync("a", clean: false, properties: Expiry(60), present: true));
        hub.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(0, hub.Endpoint.Statistics.Sessions);
        await hub.ConnectAsync("a", clean: false, present: false);
    }

    [Fact]
    public async Task Very_long_expiries_neither_overflow_nor_disturb_short_ones()
    {
        await using var hub = new MemoryHub();
        await LeaveAsync(await hub.ConnectAsync("never", properties: Expiry(uint.MaxValue)));
        await LeaveAsync(await hub.ConnectAsync("long", properties: Expiry(uint.MaxValue - 1)));
        await LeaveAsync(await hub.ConnectAsync("short", properties: Expiry(1)));
        await LeaveAsync(await hub.ConnectAsync("old", 4, clean: false));
        hub.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, hub.Endpoint.Statistics.Sessions);
        await LeaveAsync(await hub.ConnectAsync("never", clean: false, properties: Expiry(uint.MaxValue), present: true));
        await LeaveAsync(await hub.ConnectAsync("long", clean: false, properties: Expiry(1), present: true));
        hub.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, hub.Endpoint.Statistics.Sessions);
    }

    [Fact]
    public async Task Disconnect_may_change_the_expiry()
    {
        await using var hub = new MemoryHub();
        await LeaveAsync(await hub.ConnectAsync("a", properties: Expiry(5)), Packet.Of(0xE0, [0, 5], Expiry(100)));
        hub.Clock.Advance(TimeSpan.FromSeconds(50));
        await LeaveAsync(await hub.ConnectAsync("a", clean: false, properties: Expiry(5), present: true), Packet.Of(0xE0, [0, 5], Expiry(0)));
        await hub.ConnectAsync("a", clean: false, present: false);
    }

    [Fact]
    public async Task A_full_queue_drops_what_is_new_and_expired_messages_free_their_place()
    {
        await using var hub = new MemoryHub(new MqttOptions { QueuePerSession = 3 });
        var peer = await hub.ConnectAsync("a", properties: Expiry(1000));
        await peer.SubscribeAsync("t", 1);
        await LeaveAsync(peer);
        var sender = await hub.ConnectAsync("s");
        for (ushort i = 1; i <= 5; i++) await sender.SendAsync(Packet.Publish(5, "t", $"{i}", 1, i, properties: i < 3 ? [0x02, 0, 0, 0, 10] : null));
        await sender.ExpectAsync([.. Enumerable.Range(1, 5).Select(i => Packet.PubAck((ushort)i))]);
        Assert.Equal(2, hub.Endpoint.Statistics.Dropped);
        hub.Clock.Advance(TimeSpan.FromSeconds(11));
        await sender.SendAsync(Packet.Publish(5, "t", "6", 1, 6));
        await sender.ExpectAsync(Packet.PubAck(6));
        peer = await hub.ConnectAsync("a", clean: false, properties: Expiry(1000), present: true);
        await peer.ExpectAsync(Packet.Publish(5, "t", "3", 1, 1), Packet.Publish(5, "t", "6", 1, 2));
    }

    [Fact]
    public async Task A_shared_subscription_is_resumed_with_its_session()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", properties: Expiry(1000));
        await peer.SubscribeAsync("$share/g/t", 1);
        await LeaveAsync(peer);
        hub.Endpoint.Publish("t", "x"u8, Qos.AtLeastOnce);
        peer = await hub.ConnectAsync("a", clean: false, properties: Expiry(1000), present: true);
        await peer.ExpectAsync(Packet.Publish(5, "t", "x", 1, 1));
    }
}
