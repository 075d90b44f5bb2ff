using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

public class FlowTests
{
    [Fact]
    public async Task More_unanswered_messages_than_granted_close_the_connection()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync([.. Enumerable.Range(1, 20).Select(i => Packet.Publish(5, "t", "x", 2, (ushort)i))]);
        await peer.ExpectAsync([.. Enumerable.Range(1, 20).Select(i => Packet.PubRec((ushort)i))]);
        await peer.SendAsync(Packet.Publish(5, "t", "x", 2, 20, dup: true));
        await peer.ExpectAsync(Packet.PubRec(20));
        await peer.SendAsync(Packet.PubRel(1));
        await peer.ExpectAsync(Packet.PubComp(1));
        await peer.SendAsync(Packet.Publish(5, "t", "x", 2, 21));
        await peer.ExpectAsync(Packet.PubRec(21));
        await peer.SendAsync(Packet.Publish(5, "t", "x", 1, 22));
        await peer.ExpectClosedAsync(0x93);
    }

    [Fact]
    public async Task What_exceeds_the_clients_receive_maximum_waits_in_order_and_qos_0_does_not()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", properties: Packet.Hex("21 0002"));
        await peer.SubscribeAsync("t", 2);
        foreach (var body in (string[])["1", "2", "3", "4"]) hub.Endpoint.Publish("t", System.Text.Encoding.UTF8.GetBytes(body), body == "2" ? Qos.ExactlyOnce : Qos.AtLeastOnce);
        await peer.ExpectAsync(Packet.Publish(5, "t", "1", 1, 1), Packet.Publish(5, "t", "2", 2, 2));
        hub.Endpoint.Publish("t", "zero"u8);
        await peer.ExpectAsync(Packet.Publish(5, "t", "zero"));
        await peer.SendAsync(Packet.PubRec(2));
        await peer.ExpectAsync(Packet.PubRel(2));
        await peer.ExpectAliveAsync();
        await peer.SendAsync(Packet.PubComp(2));
        await peer.ExpectAsync(Packet.Publish(5, "t", "3", 1, 3));
        await peer.SendAsync(Packet.PubAck(1));
        await peer.ExpectAsync(Packet.Publish(5, "t", "4", 1, 4));
    }

    [Theory]
    [InlineData(Qos.AtMostOnce)]
    [InlineData(Qos.AtLeastOnce)]
    [InlineData(Qos.ExactlyOnce)]
    public async Task A_message_larger_than_the_client_takes_is_dropped_and_the_next_goes_on(Qos qos)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", properties: Packet.Hex("27 00000028 21 0001"));
        await peer.SubscribeAsync("t", 2);
        hub.Endpoint.Publish("t", new byte[100], qos);
        hub.Endpoint.Publish("t", "small"u8, qos);
        Assert.Equal((byte)'l', (await peer.ReadAsync())[^1]);
        Assert.Equal(1, hub.Endpoint.Statistics.Dropped);
    }

    [Fact]
    public async Task An_incoming_alias_stands_for_its_topic_until_the_connection_ends()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("#");
        byte[] alias = [0x23, 0, 10];
        await peer.SendAsync(Packet.Publish(5, "t", "1", properties: alias), Packet.Publish(5, "", "2", properties: alias), Packet.Publish(5, "u", "3", properties: alias), Packet.Publish(5, "", "4", properties: alias));
        await peer.ExpectAsync(Packet.Publish(5, "t", "1"), Packet.Publish(5, "t", "2"), Packet.Publish(5, "u", "3"), Packet.Publish(5, "u", "4"));
        var again = await hub.ConnectAsync("a");
        await again.SendAsync(Packet.Publish(5, "", "5", properties: alias));
        await again.ExpectClosedAsync(0x82);
    }

    [Theory]
    [InlineData("t", 0, 0x94)]
    [InlineData("t", 11, 0x94)]
    [InlineData("", 1, 0x82)]
    public async Task An_alias_that_is_none_closes_the_connection(string topic, int alias, byte reason)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Publish(5, topic, "x", properties: Packet.Join([0x23], Packet.U16(alias))));
        await peer.ExpectClosedAsync(reason);
    }

    [Fact]
    public async Task The_hub_uses_as_many_aliases_as_the_client_allows()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", properties: Packet.Hex("22 0001"));
        await peer.SubscribeAsync("#");
        foreach (var topic in (string[])["one", "one", "two", "one"]) hub.Endpoint.Publish(topic, "x"u8);
        await peer.ExpectAsync(
            Packet.Publish(5, "one", "x", properties: [0x23, 0, 1]),
            Packet.Publish(5, "", "x", properties: [0x23, 0, 1]),
            Packet.Publish(5, "two", "x"),
            Packet.Publish(5, "", "x", properties: [0x23, 0, 1]));
    }

    [Fact]
    public async Task The_expiry_of_a_message_counts_down_and_is_absent_when_none_was_given()
    {
        await using var hub = new MemoryHub();
        var sender = await hub.ConnectAsync("s", keepAlive: 0);
        byte[] expiry = [0x02, 0, 0, 0, 10];
        await sender.SendAsync(Packet.Publish(5, "t/1", "x", 1, 1, retain: true, properties: expiry), Packet.Publish(5, "t/2", "y", 1, 2, retain: true));
        await sender.ExpectAsync(Packet.PubAck(1, 0x10), Packet.PubAck(2, 0x10));
        hub.Clock.Advance(TimeSpan.FromSeconds(4));
        var peer = await hub.ConnectAsync("a", keepAlive: 0);
        await peer.SubscribeAsync("t/1");
        await peer.ExpectAsync(Packet.Publish(5, "t/1", "x", retain: true, properties: [0x02, 0, 0, 0, 6]));
        await peer.SubscribeAsync("t/2");
        await peer.ExpectAsync(Packet.Publish(5, "t/2", "y", retain: true));
        hub.Clock.Advance(TimeSpan.FromSeconds(7));
        await peer.SubscribeAsync("t/1");
        await peer.ExpectAliveAsync();
    }

    [Fact]
    public async Task Properties_travel_on_unchanged_and_in_order()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t");
        var kept = Packet.Join(Packet.UserProperty("k", "1"), [0x01, 1], Packet.UserProperty("a", ""), [0x03], Packet.Text("text/plain"), [0x08], Packet.Text("reply"), [0x09], Packet.Data([0, 1, 255]), Packet.UserProperty("k", "1"));
        await peer.SendAsync(Packet.Publish(5, "t", "x", properties: kept));
        await peer.ExpectAsync(Packet.Publish(5, "t", "x", properties: kept));
        var four = await hub.ConnectAsync("b", 4);
        await four.SubscribeAsync("t");
        await peer.SendAsync(Packet.Publish(5, "t", "y", properties: kept));
        await four.ExpectAsync(Packet.Publish(4, "t", "y"));
    }

    [Theory]
    [InlineData("01 02", 0x82)] // payload format 2
    [InlineData("08 0003 612F23", 0x82)] // response topic with a wildcard
    [InlineData("08 0000", 0x82)] // empty response topic
    [InlineData("0B 01", 0x82)] // subscription identifier from a client
    [InlineData("0B 00", 0x82)]
    [InlineData("01 01 01 01", 0x82)] // twice
    [InlineData("11 00000001", 0x81)] // session expiry in PUBLISH
    [InlineData("26 0001 00 0001 61", 0x81)] // U+0000 in a user property
    [InlineData("26 0001 61 0001 FF", 0x81)]
    [InlineData("7E 00", 0x81)]
    public async Task A_property_that_does_not_belong_there_closes_the_connection(string hex, byte reason)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Publish(5, "t", "x", properties: Packet.Hex(hex)));
        await peer.ExpectClosedAsync(reason);
    }

    [Fact]
    public async Task A_reader_that_stops_delays_nobody_and_costs_a_bounded_queue()
    {
        await using var hub = new MemoryHub(new MqttOptions { QueuePerSession = 50 });
        var stuck = await hub.ConnectAsync("stuck");
        await stuck.SubscribeAsync("t");
        var live = await hub.ConnectAsync("live");
        await live.SubscribeAsync("t");
        for (var i = 0; i < 400; i++)
        {
            hub.Endpoint.Publish("t", new byte[2000]);
            Assert.Equal(2000 + 7, (await live.ReadAsync()).Length);
        }

        Assert.InRange(hub.Endpoint.Statistics.Queued, 1, 50);
        Assert.True(hub.Endpoint.Statistics.Dropped > 200);

        // A namesake puts it out although it does not read.
        var young = await hub.ConnectAsync("stuck");
        await young.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_peer_that_asks_without_reading_is_no_longer_read()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        var pings = Packet.Join([.. Enumerable.Repeat(Packet.Ping, 10_000)]);
        for (var i = 0; i < 20; i++) await peer.SendAsync(pings);
        for (var i = 0; i < 200_000; i++) Assert.Equal(0xD0, (await peer.ReadAsync())[0]);
    }

    [Fact]
    public async Task A_message_that_expires_at_once_reaches_who_is_connected_and_nobody_later()
    {
        await using var hub = new MemoryHub();
        var away = await hub.ConnectAsync("away", properties: [0x11, 0, 0, 1, 0]);
        await away.SubscribeAsync("t", 1);
        await away.SendAsync(Packet.Bye);
        await away.ExpectClosedAsync();
        var here = await hub.ConnectAsync("here");
        await here.SubscribeAsync("t", 1);
        byte[] atOnce = [0x02, 0, 0, 0, 0];
        await here.SendAsync(Packet.Publish(5, "t", "x", 1, 1, properties: atOnce));
        await here.ExpectAsync(Packet.Publish(5, "t", "x", 1, 1, properties: atOnce), Packet.PubAck(1));
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        away = await hub.ConnectAsync("away", clean: false, present: true);
        await away.ExpectAliveAsync();
    }
}
