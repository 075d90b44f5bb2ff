using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

public class PublishTests
{
    [Theory]
    [InlineData("3A 05 0001 61 0001")]
    public async Task A_repeat_of_a_qos_1_message_is_taken_again(string hex)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", 4);
        await peer.SendAsync(Packet.Hex(hex));
        await peer.ExpectAsync(Packet.PubAck(1));
    }

    [Theory]
    [InlineData("38 04 0001 61 78", 0x81)] // DUP on QoS 0
    [InlineData("36 06 0001 61 0001 78", 0x81)] // QoS 3
    [InlineData("32 06 0001 61 0000 78", 0x82)] // identifier 0
    [InlineData("30 03 0000 78", 0x82)] // no topic
    [InlineData("30 04 0001 2B 78", 0x82)] // wildcard
    [InlineData("30 04 0001 23 78", 0x82)]
    [InlineData("30 04 0001 00 78", 0x81)] // U+0000
    [InlineData("30 04 0001 FF 78", 0x81)] // no UTF-8
    [InlineData("30 05 0002 C080 78", 0x81)] // overlong
    [InlineData("30 06 0003 EDA080 78", 0x81)] // surrogate
    [InlineData("30 04 0005 61 78", 0x81)] // topic longer than the packet
    [InlineData("30 01 00", 0x81)]
    [InlineData("32 03 0001 61", 0x81)] // no identifier
    [InlineData("30 84 00 0001 61 78", 0x81)] // length not in its shortest form
    [InlineData("30 FF FF FF FF 01", 0x81)] // length of five bytes
    [InlineData("30 FF FF FF 7F", 0x95)] // more than the server takes
    [InlineData("41 02 0001", 0x81)] // flags of PUBACK
    [InlineData("60 02 0001", 0x81)] // flags of PUBREL
    [InlineData("40 02 0000", 0x81)] // identifier 0 in an acknowledgement
    [InlineData("40 01 00", 0x81)]
    [InlineData("C0 01 00", 0x81)] // PINGREQ with a body
    [InlineData("D0 00", 0x82)] // packets of a server
    [InlineData("20 02 0000", 0x82)]
    [InlineData("90 03 0001 00", 0x82)]
    [InlineData("B0 02 0001", 0x82)]
    [InlineData("00 00", 0x82)]
    [InlineData("F0 00", 0x82)] // AUTH
    public async Task A_malformed_packet_closes_the_connection_with_its_reason(string hex, byte reason)
    {
        await using var hub = new MemoryHub();
        var five = await hub.ConnectAsync("five");
        await five.SendAsync(Version5(Packet.Hex(hex)));
        await five.ExpectClosedAsync(reason);
        Assert.Equal(1, hub.Endpoint.Statistics.Refusals()[(ReasonCode)reason]);

        var four = await hub.ConnectAsync("four", 4);
        await four.SendAsync(Packet.Hex(hex));
        await four.ExpectClosedAsync();
        Assert.Empty(hub.Sink.Accepted);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Each_quality_of_service_is_answered_in_its_way(int version)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", version);
        await peer.SubscribeAsync("other");
        await peer.SendAsync(Packet.Publish(version, "t", "zero"), Packet.Publish(version, "t", "one", 1, 10), Packet.Publish(version, "t", "two", 2, 11));
        await peer.ExpectAsync(Packet.PubAck(10, version == 5 ? (byte)0x10 : (byte)0), Packet.PubRec(11));
        await peer.SendAsync(Packet.PubRel(11));
        await peer.ExpectAsync(Packet.PubComp(11));
        Assert.Equal(["zero", "one", "two"], hub.Sink.Accepted.Select(a => a.Body));
        Assert.Equal((1L, 1L, 1L), (hub.Endpoint.Statistics.ReceivedQos0, hub.Endpoint.Statistics.ReceivedQos1, hub.Endpoint.Statistics.ReceivedQos2));
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_it_is_on_disk()
    {
        await using var hub = new MemoryHub();
        hub.Sink.Disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = await hub.ConnectAsync("w");
        await watcher.SubscribeAsync("#", 1);
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Publish(5, "t", "one", 1, 1), Packet.Publish(5, "t", "two", 2, 2));
        while (hub.Sink.Accepted.Count < 2) await Task.Yield();
        var answer = peer.ReadAsync();
        await watcher.ExpectAliveAsync();
        Assert.False(answer.IsCompleted);

        hub.Sink.Disk.SetResult();
        Assert.Equal(Packet.PubAck(1), await answer);
        await peer.ExpectAsync(Packet.PubRec(2));
        await watcher.ExpectAsync(Packet.Publish(5, "t", "one", 1, 1));
    }

    [Fact]
    public async Task A_sink_that_fails_closes_the_connection_without_an_acknowledgement()
    {
        await using var hub = new MemoryHub();
        hub.Sink.Judge = topic => topic == "bad" ? throw new IOException("disk full") : ReasonCode.Success;
        var peer = await hub.ConnectAsync("a", 4);
        await peer.SendAsync(Packet.Publish(4, "bad", "x", 1, 1));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_refused_message_is_told_to_version_5_and_dropped_for_3_1_1()
    {
        await using var hub = new MemoryHub();
        hub.Gatekeeper.Publish = topic => topic == "mine" ? ReasonCode.Success : ReasonCode.NotAuthorized;
        hub.Sink.Judge = _ => ReasonCode.QuotaExceeded;
        var five = await hub.ConnectAsync("five");
        await five.SendAsync(Packet.Publish(5, "yours", "x", 1, 1), Packet.Publish(5, "yours", "x", 2, 2), Packet.Publish(5, "mine", "x", 1, 3));
        await five.ExpectAsync(Packet.PubAck(1, 0x87), Packet.PubRec(2, 0x87), Packet.PubAck(3, 0x97));
        var four = await hub.ConnectAsync("four", 4);
        await four.SendAsync(Packet.Publish(4, "yours", "x", 1, 1));
        await four.ExpectAsync(Packet.PubAck(1));
        Assert.Empty(hub.Sink.Accepted);
        Assert.Equal(3, hub.Endpoint.Statistics.Refusals()[ReasonCode.NotAuthorized]);
    }

    [Theory]
    [InlineData("$SYS/broker/x")]
    [InlineData("$share/g/x")]
    public async Task Topics_of_the_server_are_not_for_clients(string topic)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Publish(5, topic, "x", 1, 1));
        await peer.ExpectAsync(Packet.PubAck(1, 0x87));
    }

    [Fact]
    public async Task A_qos_2_message_is_delivered_once_however_often_it_is_sent_before_its_release()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t");
        await peer.SendAsync(Packet.Publish(5, "t", "x", 2, 7));
        await peer.ExpectAsync(Packet.PubRec(7));
        await peer.SendAsync(Packet.Publish(5, "t", "x", 2, 7, dup: true), Packet.Publish(5, "t", "x", 2, 7));
        await peer.ExpectAsync(Packet.PubRec(7), Packet.PubRec(7));
        await peer.SendAsync(Packet.PubRel(7));
        await peer.ExpectAsync(Packet.Publish(5, "t", "x"), Packet.PubComp(7));
        Assert.Single(hub.Sink.Accepted);

        // Free again: the same identifier is a new message.
        await peer.SendAsync(Packet.Publish(5, "t", "y", 2, 7));
        await peer.ExpectAsync(Packet.PubRec(7));
        Assert.Equal(2, hub.Sink.Accepted.Count);
    }

    [Fact]
    public async Task A_qos_2_identifier_stays_taken_across_connections_of_one_session()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", 4, clean: false);
        await peer.SubscribeAsync("t");
        await peer.SendAsync(Packet.Publish(4, "t", "x", 2, 7));
        await peer.ExpectAsync(Packet.PubRec(7));
        await peer.HangUpAsync();
        await peer.ExpectClosedAsync();

        var again = await hub.ConnectAsync("a", 4, clean: false, present: true);
        await again.SendAsync(Packet.Publish(4, "t", "x", 2, 7, dup: true));
        await again.ExpectAsync(Packet.PubRec(7));
        await again.SendAsync(Packet.PubRel(7));
        await again.ExpectAsync(Packet.Publish(4, "t", "x"), Packet.PubComp(7));
        Assert.Single(hub.Sink.Accepted);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_release_of_an_unknown_identifier_is_completed(int version)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", version);
        await peer.SendAsync(Packet.PubRel(9), Packet.PubRec(8), Packet.PubAck(7), Packet.PubComp(6));
        await peer.ExpectAsync(Packet.PubComp(9), Packet.PubRel(8));
        await peer.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(1, 0x50)]
    [InlineData(1, 0x70)]
    [InlineData(2, 0x40)]
    [InlineData(2, 0x70)]
    public async Task An_acknowledgement_of_the_wrong_kind_breaks_the_protocol(byte qos, int answer)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SubscribeAsync("t", 2);
        hub.Endpoint.Publish("t", "x"u8, (Qos)qos);
        await peer.ExpectAsync(Packet.Publish(5, "t", "x", qos, 1));
        await peer.SendAsync(Packet.Of(answer, Packet.U16(1)));
        await peer.ExpectClosedAsync(0x82);
    }

    [Fact]
    public async Task An_error_in_PUBREC_ends_the_flow_and_frees_its_place()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", properties: Packet.Hex("21 0001"));
        await peer.SubscribeAsync("t", 2);
        hub.Endpoint.Publish("t", "x"u8, Qos.ExactlyOnce);
        hub.Endpoint.Publish("t", "y"u8, Qos.ExactlyOnce);
        await peer.ExpectAsync(Packet.Publish(5, "t", "x", 2, 1));
        await peer.SendAsync(Packet.PubRec(1, 0x97));
        await peer.ExpectAsync(Packet.Publish(5, "t", "y", 2, 2));
    }

    [Theory]
    [InlineData("40 03 0001 01")] // PUBACK with a reason it does not know
    [InlineData("62 03 0001 80")]
    [InlineData("E0 01 8B")] // a client may not say that the server goes
    [InlineData("E0 07 00 05 11 00000005")] // session expiry from 0
    public async Task A_reason_that_does_not_fit_breaks_the_protocol(string hex)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Hex(hex));
        await peer.ExpectClosedAsync(0x82);
    }

    [Fact]
    public async Task A_topic_of_65535_bytes_is_taken_and_one_of_300_levels_is_not()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Publish(5, new string('t', 65535), "x", 1, 1));
        await peer.ExpectAsync(Packet.PubAck(1, 0x10));
        await peer.SendAsync(Packet.Publish(5, new string('/', 300), "x", 1, 2));
        await peer.ExpectClosedAsync(0x82);
    }

    [Fact]
    public async Task A_payload_of_two_mebibytes_less_the_head_goes_through()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", 4);
        await peer.SubscribeAsync("t");
        var body = new string('x', (2 << 20) - 20);
        await peer.SendAsync(Packet.Publish(4, "t", body));
        await peer.ExpectAsync(Packet.Publish(4, "t", body));
    }

    [Fact]
    public async Task Who_publishes_too_fast_is_read_more_slowly_and_put_out_if_it_goes_on()
    {
        await using var hub = new MemoryHub(new MqttOptions { PublishRate = 10, PublishBurst = 10, FloodSeconds = 3 });
        var peer = await hub.ConnectAsync("a", keepAlive: 0);
        byte[] Messages(int count) => Packet.Join([.. Enumerable.Range(0, count).Select(_ => Packet.Publish(5, "t", "x"))]);
        await peer.SendAsync(Messages(10), Packet.Ping);
        await peer.ExpectAsync(Packet.Pong);
        Assert.Equal(0, hub.Endpoint.Statistics.Throttled);

        // Spent: what comes now is taken no faster than the rate allows, and what stands behind it waits.
        var began = hub.Clock.GetUtcNow();
        await peer.SendAsync(Messages(20), Packet.Ping);
        while (hub.Endpoint.Statistics.Throttled == 0) await Task.Yield();
        var pong = peer.ReadAsync();
        Assert.False(pong.IsCompleted);
        Assert.Equal(Packet.Pong, await WaitAsync(pong));
        Assert.True(hub.Clock.GetUtcNow() - began >= TimeSpan.FromSeconds(1.8));
        Assert.Equal(30, hub.Endpoint.Statistics.ReceivedQos0);

        // Pressing on for longer than allowed.
        await peer.SendAsync(Messages(1_000));
        Assert.Equal<byte[]>([0xE0, 1, 0x96], await WaitAsync(peer.ReadAsync()));
        Assert.InRange(hub.Endpoint.Statistics.ReceivedQos0, 31, 500);

        async Task<byte[]> WaitAsync(Task<byte[]> answer)
        {
            // Moved only when the hub waits for it: two messages each time.
            while (!answer.IsCompleted)
            {
                var before = hub.Endpoint.Statistics.Throttled;
                hub.Clock.Advance(TimeSpan.FromMilliseconds(200));
                while (hub.Endpoint.Statistics.Throttled == before && !answer.IsCompleted) await Task.Yield();
            }

            return await answer;
        }
    }

    /// <summary>The same packet for version 5: PUBLISH has an empty property list behind its head.</summary>
    private static byte[] Version5(byte[] packet)
    {
        if (packet[0] >> 4 != 3 || packet.Length < 5 || packet[1] > 0x7F) return packet;
        var head = 4 + ((packet[2] << 8) | packet[3]) + ((packet[0] & 6) != 0 ? 2 : 0);
        if (head > packet.Length) return packet;
        return [packet[0], (byte)(packet[1] + 1), .. packet[2..head], 0, .. packet[head..]];
    }
}
