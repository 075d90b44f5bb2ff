using Hub.Mqtt;
using Hub.Mqtt.Topics;
using System.Text;

namespace Hub.Tests.Mqtt;

public class SubscribeTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/c", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/+/#", "a", false)]
    [InlineData("a/+/#", "a/b", true)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "/", true)]
    [InlineData("+", "a", true)]
    [InlineData("+", "/a", false)]
    [InlineData("/+", "/a", true)]
    [InlineData("+/+", "/a", true)]
    [InlineData("+/+", "a/", true)]
    [InlineData("foo//baz", "foo//baz", true)]
    [InlineData("foo/+/baz", "foo//baz", true)]
    [InlineData("foo/+", "foo/", true)]
    [InlineData("foo/+", "foo", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("a/$x", "a/$x", true)]
    [InlineData("a/+", "a/$x", true)]
    public async Task A_filter_matches_as_the_standard_says_live_and_retained(string filter, string topic, bool matches)
    {
        Assert.Equal(matches, TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic)));
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync(filter);
        await peer.SubscribeAsync("fence/end");
        hub.Endpoint.Publish(topic, "x"u8, retain: true);
        hub.Endpoint.Publish("fence/end", "x"u8);
        if (matches) await peer.ExpectAsync(Packet.Publish(5, topic, "x"));
        await peer.ExpectAsync(Packet.Publish(5, "fence/end", "x"));

        var late = await hub.ConnectAsync("b");
        await late.SubscribeAsync(filter);
        if (matches) await late.ExpectAsync(Packet.Publish(5, topic, "x", retain: true));
        await late.ExpectAliveAsync();
    }

    [Theory]
    [InlineData("", 0x81)]
    [InlineData("a#", 0x81)]
    [InlineData("a/#/b", 0x81)]
    [InlineData("a+", 0x81)]
    [InlineData("+a/b", 0x81)]
    [InlineData("a\0", 0x81)]
    [InlineData("$share", 0x81)]
    [InlineData("$share/g", 0x81)]
    [InlineData("$share//a", 0x81)]
    [InlineData("$share/g/", 0x81)]
    [InlineData("$share/+/a", 0x81)]
    [InlineData("$share/g/a#", 0x81)]
    public async Task A_filter_that_is_none_closes_the_connection(string filter, byte reason)
    {
        await using var hub = new MemoryHub();
        foreach (var version in (int[])[4, 5])
        {
            var peer = await hub.ConnectAsync("s", version);
            await peer.SendAsync(Packet.Subscribe(version, 1, null, (filter, 0)));
            await peer.ExpectClosedAsync(reason);
            peer = await hub.ConnectAsync("u", version);
            await peer.SendAsync(Packet.Unsubscribe(version, 1, filter));
            await peer.ExpectClosedAsync(reason);
        }
    }

    [Theory]
    [InlineData("82 06 0000 0001 61 00", 0x81)] // identifier 0
    [InlineData("82 02 0001", 0x81)] // no filter
    [InlineData("A2 02 0001", 0x81)]
    [InlineData("A2 05 0000 0001 61", 0x81)]
    [InlineData("80 06 0001 0001 61 00", 0x81)] // flags
    [InlineData("A0 05 0001 0001 61", 0x81)]
    [InlineData("82 06 0001 0001 61 03", 0x81)] // QoS 3
    [InlineData("82 06 0001 0001 61 40", 0x81)] // reserved bits
    [InlineData("82 05 0001 0001 61", 0x81)] // no options
    public async Task A_malformed_request_closes_the_connection(string hex, byte reason)
    {
        await using var hub = new MemoryHub();
        var four = await hub.ConnectAsync("four", 4);
        await four.SendAsync(Packet.Hex(hex));
        await four.ExpectClosedAsync();
        var five = await hub.ConnectAsync("five");
        var bytes = Packet.Hex(hex);
        await five.SendAsync([bytes[0], (byte)(bytes[1] + 1), bytes[2], bytes[3], 0, .. bytes[4..]]);
        await five.ExpectClosedAsync(reason);
    }

    [Theory]
    [InlineData("0001 02 0B00 0001 61 00", 0x82)] // subscription identifier 0
    [InlineData("0001 04 0B010B02 0001 61 00", 0x82)] // two of them
    [InlineData("0001 00 0001 61 30", 0x81)] // retain handling 3
    [InlineData("0001 00 000A 2473686172652F672F61 04", 0x82)] // no local on a shared subscription
    [InlineData("0001 02 0101 0001 61 00", 0x81)] // payload format in SUBSCRIBE
    [InlineData("0001 05 11000000 0001 61 00", 0x81)] // property list cut short
    public async Task A_request_with_bad_version_5_options_closes_the_connection(string body, byte reason)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Of(0x82, Packet.Hex(body)));
        await peer.ExpectClosedAsync(reason);
    }

    [Fact]
    public async Task Every_filter_has_its_answer_in_order()
    {
        await using var hub = new MemoryHub(new MqttOptions { DenySubscribe = { "secret/#" } });
        hub.Gatekeeper.Subscribe = filter => filter == "not/mine" ? ReasonCode.NotAuthorized : ReasonCode.Success;
        var five = await hub.ConnectAsync("five");
        await five.SendAsync(Packet.Subscribe(5, 1, null, ("a", 2), ("not/mine", 1), ("b", 0), ("secret/+/x", 1), ("secret", 1), ("$share/g/secret/a", 1), ("c", 1)));
        await five.ExpectAsync(Packet.SubAck(5, 1, 2, 0x87, 0, 0x87, 0x87, 0x87, 1));
        await five.SendAsync(Packet.Unsubscribe(5, 2, "a", "nothing", "b"));
        await five.ExpectAsync(Packet.UnsubAck(5, 2, 0, 0x11, 0));
        var four = await hub.ConnectAsync("four", 4);
        await four.SendAsync(Packet.Subscribe(4, 1, null, ("not/mine", 1), ("a", 1)));
        await four.ExpectAsync(Packet.SubAck(4, 1, 0x80, 1));
        await four.SendAsync(Packet.Unsubscribe(4, 2, "a"));
        await four.ExpectAsync(Packet.UnsubAck(4, 2));
    }

    [Fact]
    public async Task Overlapping_subscriptions_give_one_copy_with_the_best_qos_and_all_identifiers()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t/#", 0, properties: [0x0B, 1]);
        await peer.SubscribeAsync("t/+", 2, properties: [0x0B, 2]);
        await peer.SubscribeAsync("t/x", 1);
        hub.Endpoint.Publish("t/x", "m"u8, Qos.ExactlyOnce);
        var copy = await peer.ReadAsync();
        Assert.Equal(0x34, copy[0]);
        Assert.Equal(new HashSet<byte> { 1, 2 }, new HashSet<byte> { copy[11], copy[13] });
        await peer.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_second_subscription_to_the_same_filter_replaces_the_first()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t", 2, properties: [0x0B, 1]);
        await peer.SubscribeAsync("t", 0, properties: [0x0B, 9]);
        hub.Endpoint.Publish("t", "m"u8, Qos.ExactlyOnce);
        await peer.ExpectAsync(Packet.Publish(5, "t", "m", properties: [0x0B, 9]));
        Assert.Equal(1, hub.Endpoint.Statistics.Subscriptions);
    }

    [Fact]
    public async Task No_local_keeps_ones_own_messages_away_and_only_those()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t", 0x04);
        await peer.SendAsync(Packet.Publish(5, "t", "own", 1, 1));
        await peer.ExpectAsync(Packet.PubAck(1, 0x10));
        var other = await hub.ConnectAsync("b");
        await other.SendAsync(Packet.Publish(5, "t", "other"));
        await peer.ExpectAsync(Packet.Publish(5, "t", "other"));
    }

    [Fact]
    public async Task After_unsubscribing_nothing_more_comes()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t");
        await peer.SubscribeAsync("end");
        await peer.SendAsync(Packet.Unsubscribe(5, 5, "t"));
        await peer.ExpectAsync(Packet.UnsubAck(5, 5, 0));
        hub.Endpoint.Publish("t", "x"u8);
        hub.Endpoint.Publish("end", "x"u8);
        await peer.ExpectAsync(Packet.Publish(5, "end", "x"));
    }

    [Fact]
    public async Task More_subscriptions_than_allowed_are_refused()
    {
        await using var hub = new MemoryHub(new MqttOptions { Subscriptions = 2 });
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Subscribe(5, 1, null, ("a", 0), ("b", 0), ("c", 0), ("a", 1)));
        await peer.ExpectAsync(Packet.SubAck(5, 1, 0, 0, 0x97, 1));
    }

    [Fact]
    public async Task A_retained_message_is_flagged_only_for_a_new_subscription()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t", 1);
        await peer.SubscribeAsync("p", 0x08);
        await peer.SendAsync(Packet.Publish(5, "t", "x", retain: true), Packet.Publish(5, "p", "x", retain: true));
        await peer.ExpectAsync(Packet.Publish(5, "t", "x"), Packet.Publish(5, "p", "x", retain: true));

        // Sent again on every subscribe, lowered to its QoS; retain handling 1 only when new, 2 never.
        await peer.SubscribeAsync("t", 0);
        await peer.ExpectAsync(Packet.Publish(5, "t", "x", retain: true));
        await peer.SubscribeAsync("t", 0x10);
        await peer.SubscribeAsync("t", 0x20);
        await peer.SubscribeAsync("+", 0x10);
        var first = await peer.ReadAsync();
        var second = await peer.ReadAsync();
        Assert.Equal(0x31, first[0]);
        Assert.Equal(0x31, second[0]);
        await peer.SubscribeAsync("$share/g/t", 0);

        await peer.SendAsync(Packet.Publish(5, "t", "", retain: true));
        await peer.ReadAsync();
        var late = await hub.ConnectAsync("b");
        await late.SubscribeAsync("t");
        await late.ExpectAliveAsync();
        Assert.Equal(1, hub.Endpoint.Statistics.Retained);
    }

    [Fact]
    public async Task A_shared_subscription_gives_each_message_to_one_member()
    {
        await using var hub = new MemoryHub();
        var one = await hub.ConnectAsync("one");
        var two = await hub.ConnectAsync("two");
        await one.SubscribeAsync("$share/g/t/+");
        await two.SubscribeAsync("$share/g/t/+");
        await one.SubscribeAsync("end");
        await two.SubscribeAsync("end");
        for (var i = 0; i < 10; i++) hub.Endpoint.Publish("t/x", [(byte)('0' + i)]);
        hub.Endpoint.Publish("end", default);
        var bodies = new List<byte>();
        foreach (var peer in (RawPeer[])[one, two])
        {
            while (await peer.ReadAsync() is var packet && packet[4] == (byte)'t') bodies.Add(packet[^1]);
        }

        Assert.Equal("0123456789", string.Concat(bodies.Order().Select(b => (char)b)));
    }

    [Fact]
    public async Task A_share_and_a_subscription_of_ones_own_are_independent()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("$share/g/t", properties: [0x0B, 1]);
        await peer.SubscribeAsync("t", properties: [0x0B, 2]);
        hub.Endpoint.Publish("t", "x"u8);
        await peer.ExpectAsync(Packet.Publish(5, "t", "x", properties: [0x0B, 2]), Packet.Publish(5, "t", "x", properties: [0x0B, 1]));
        await peer.SendAsync(Packet.Unsubscribe(5, 3, "$share/g/t"));
        await peer.ExpectAsync(Packet.UnsubAck(5, 3, 0));
        hub.Endpoint.Publish("t", "y"u8);
        await peer.ExpectAsync(Packet.Publish(5, "t", "y", properties: [0x0B, 2]));
        await peer.ExpectAliveAsync();
    }
}
