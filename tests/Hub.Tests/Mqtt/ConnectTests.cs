using System.Net;
using System.Text;
using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

public class ConnectTests
{
    private static readonly byte[] ConnAck5 = Packet.Hex("20 0E 00 00 0B 22 00 0A 21 00 14 27 00 20 00 00");

    [Fact]
    public async Task A_version_5_client_is_told_what_the_server_takes()
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Connect("a"));
        await peer.ExpectAsync(ConnAck5);
    }

    [Theory]
    [InlineData("11 0D 0004 4D515454 04 02 003C 0001 61")] // flags of the fixed header
    [InlineData("10 0D 0004 4D515454 04 03 003C 0001 61")] // reserved flag
    [InlineData("10 13 0004 4D515454 04 1E 003C 0001 61 0001 77 0001 78")] // will QoS 3
    [InlineData("10 0D 0004 4D515454 04 22 003C 0001 61")] // will retain without a will
    [InlineData("10 0D 0004 4D515454 04 0A 003C 0001 61")] // will QoS without a will
    [InlineData("10 0D 0004 4D515454 04 82 003C 0001 61")] // user name announced, none there
    [InlineData("10 10 0004 4D515454 04 42 003C 0001 61 0001 70")] // password without user name
    [InlineData("10 0F 0004 4D515454 04 02 003C 0001 61 FFFF")] // trailing bytes
    [InlineData("10 0D 0004 6D717474 04 02 003C 0001 61")] // protocol name in lower case
    [InlineData("10 0D 0004 4D515454 04 02 003C 0002 61")] // identifier longer than the packet
    [InlineData("10 0E 0004 4D515454 04 02 003C 0002 C080")] // overlong UTF-8
    [InlineData("10 0D 0004 4D515454 04 02 003C 0001 80")] // lone continuation byte
    [InlineData("10 0F 0004 4D515454 04 02 003C 0003 EDA080")] // surrogate
    [InlineData("10 0D 0004 4D515454 04 02 003C 0001 00")] // U+0000
    [InlineData("10 10 0004 4D515454 04 82 003C 0001 61 0001 00")] // U+0000 in the user name
    [InlineData("10 13 0004 4D515454 04 06 003C 0001 61 0001 2B 0001 78")] // wildcard in the will topic
    [InlineData("10 12 0004 4D515454 04 06 003C 0001 61 0000 0001 78")] // empty will topic
    [InlineData("10 80 80 80 80 01")] // length of five bytes
    [InlineData("10 8D 00 0004 4D515454 04 02 003C 0001 61")] // length not in its shortest form
    [InlineData("C0 00")] // anything before CONNECT
    [InlineData("00 00")]
    public async Task A_malformed_3_1_1_connect_is_closed_without_an_answer(string hex)
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Hex(hex));
        Assert.Empty(await peer.ReadAsync());
    }

    [Theory]
    [InlineData("0004 4D515454 05 03 003C 00 0001 61", 0x81)] // reserved flag
    [InlineData("0004 4D515454 05 02 003C 03 210000 0001 61", 0x82)] // receive maximum 0
    [InlineData("0004 4D515454 05 02 003C 05 2700000000 0001 61", 0x82)] // packet size 0
    [InlineData("0004 4D515454 05 02 003C 02 1702 0001 61", 0x82)] // request problem information 2
    [InlineData("0004 4D515454 05 02 003C 02 1902 0001 61", 0x82)] // request response information 2
    [InlineData("0004 4D515454 05 02 003C 06 210001 210001 0001 61", 0x82)] // twice
    [InlineData("0004 4D515454 05 02 003C 03 230001 0001 61", 0x81)] // not a CONNECT property
    [InlineData("0004 4D515454 05 02 003C 02 5500 0001 61", 0x81)] // unknown property
    [InlineData("0004 4D515454 05 02 003C 04 16000161 0001 61", 0x82)] // authentication data without method
    [InlineData("0004 4D515454 05 02 003C 04 1500016D 0001 61", 0x8C)] // unknown authentication method
    [InlineData("0004 4D515454 05 06 003C 00 0001 61 02 0102 0001 77 0001 78", 0x82)] // will payload format 2
    [InlineData("0004 4D515454 05 06 003C 00 0001 61 04 08000123 0001 77 0001 78", 0x82)] // will response topic with a wildcard
    [InlineData("0004 4D515454 05 02 003C 05 2600016100 0001 61", 0x81)] // half a user property
    [InlineData("0004 4D515454 06 02 003C 00 0001 61", 0x84)]
    public async Task A_bad_version_5_connect_is_answered_with_its_reason(string body, byte reason)
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Of(0x10, Packet.Hex(body)));
        await peer.ExpectAsync([0x20, 3, 0, reason, 0]);
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task An_older_protocol_level_is_answered_with_return_code_1()
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Connect("a", version: 3));
        await peer.ExpectAsync([0x20, 2, 0, 1]);
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_second_connect_closes_the_connection(int version)
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", version);
        await peer.SendAsync(Packet.Connect("a", version));
        await peer.ExpectClosedAsync(0x82);
    }

    [Fact]
    public async Task An_empty_identifier_with_a_kept_session_is_refused_in_3_1_1()
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Connect("", 4, clean: false));
        await peer.ExpectAsync([0x20, 2, 0, 2]);
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_identifier_is_assigned_in_version_5(bool clean)
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Connect("", 5, clean));
        var answer = await peer.ReadAsync();
        Assert.Equal(0, answer[3]);
        Assert.Contains("hub-", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_order_mark_belongs_to_the_name()
    {
        await using var hub = new MemoryHub();
        var watcher = await hub.ConnectAsync("w");
        await watcher.SubscribeAsync("\uFEFFa");
        await watcher.SendAsync(Packet.Publish(5, "a", "no"), Packet.Publish(5, "\uFEFFa", "yes"));
        await watcher.ExpectAsync(Packet.Publish(5, "\uFEFFa", "yes"));
    }

    [Theory]
    [InlineData(ReasonCode.BadUserNameOrPassword, 4, 4)]
    [InlineData(ReasonCode.NotAuthorized, 4, 5)]
    [InlineData(ReasonCode.ServerBusy, 4, 3)]
    [InlineData(ReasonCode.BadUserNameOrPassword, 5, 0x86)]
    [InlineData(ReasonCode.Banned, 5, 0x8A)]
    public async Task A_refusal_of_the_gatekeeper_is_told_in_the_words_of_the_version(ReasonCode verdict, int version, byte code)
    {
        await using var hub = new MemoryHub();
        hub.Gatekeeper.Connect = _ => verdict;
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Connect("a", version));
        await peer.ExpectAsync(version == 5 ? [0x20, 3, 0, code, 0] : [0x20, 2, 0, code]);
        await peer.ExpectClosedAsync();
        Assert.Equal(1, hub.Endpoint.Statistics.Refusals()[verdict]);
    }

    [Fact]
    public async Task A_keep_alive_beyond_the_limit_is_lowered_for_version_5_and_kept_for_3_1_1()
    {
        await using var hub = new MemoryHub(new MqttOptions { KeepAliveSeconds = 30 });
        var five = hub.Dial();
        await five.SendAsync(Packet.Connect("five", 5, keepAlive: 60));
        await five.ExpectAsync(Packet.Hex("20 11 00 00 0E 22 00 0A 21 00 14 13 00 1E 27 00 20 00 00"));
        var four = await hub.ConnectAsync("four", 4, keepAlive: 60);
        hub.Clock.Advance(TimeSpan.FromSeconds(46));
        await five.ExpectClosedAsync(0x8D);
        await four.ExpectAliveAsync();
    }

    [Fact]
    public async Task Silence_of_one_and_a_half_keep_alives_ends_the_connection_and_any_packet_breaks_it()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", keepAlive: 10);
        hub.Clock.Advance(TimeSpan.FromSeconds(14));
        await peer.SendAsync(Packet.Publish(5, "t", "x", qos: 1, id: 1));
        await peer.ExpectAsync(Packet.PubAck(1, 0x10));
        hub.Clock.Advance(TimeSpan.FromSeconds(14));
        await peer.ExpectAliveAsync();
        hub.Clock.Advance(TimeSpan.FromSeconds(16));
        await peer.ExpectClosedAsync(0x8D);
    }

    [Fact]
    public async Task Keep_alive_0_is_never_silent_for_too_long()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", keepAlive: 0);
        hub.Clock.Advance(TimeSpan.FromDays(3));
        await peer.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_peer_that_never_sends_connect_is_put_out()
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync([0x10]);
        hub.Clock.Advance(TimeSpan.FromSeconds(11));
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_namesake_takes_over_and_the_old_connection_is_closed_before_the_new_one_is_answered(int version)
    {
        await using var hub = new MemoryHub();
        var old = await hub.ConnectAsync("a", version);
        var young = await hub.ConnectAsync("a", version);
        await old.ExpectClosedAsync(0x8E);
        await young.ExpectAliveAsync();
    }

    [Fact]
    public async Task Connections_beyond_the_limit_of_one_address_are_not_served()
    {
        await using var hub = new MemoryHub(new MqttOptions { ConnectionsPerAddress = 2 });
        var here = IPAddress.Parse("10.0.0.1");
        hub.Dial(here);
        hub.Dial(here);
        var third = hub.Dial(here);
        await third.ExpectClosedAsync();
        Assert.True(third.Aborted);

        // A refused peer that lingers counts as well.
        var lingerer = hub.Dial(IPAddress.Parse("10.0.0.3"));
        await lingerer.SendAsync([0]);
        await lingerer.ExpectClosedAsync();
        hub.Dial(IPAddress.Parse("10.0.0.3"));
        await hub.Dial(IPAddress.Parse("10.0.0.3")).ExpectClosedAsync();

        var elsewhere = hub.Dial(IPAddress.Parse("10.0.0.2"));
        await elsewhere.SendAsync(Packet.Connect("x", 4));
        await elsewhere.ExpectAsync([0x20, 2, 0, 0]);
    }

    [Fact]
    public async Task Five_thousand_user_properties_are_read()
    {
        await using var hub = new MemoryHub();
        await hub.ConnectAsync("a", properties: Packet.Join([.. Enumerable.Range(0, 5001).Select(i => Packet.UserProperty($"k{i}", "v"))]));
    }

    [Fact]
    public async Task A_connack_larger_than_the_client_takes_is_not_sent()
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        await peer.SendAsync(Packet.Connect("a", properties: Packet.Hex("27 00 00 00 08")));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_client_that_asks_for_problem_information_reads_it_in_words()
    {
        await using var hub = new MemoryHub();
        var peer = await hub.ConnectAsync("a", properties: [0x17, 1]);
        await peer.SendAsync(Packet.Publish(5, "a/+", "x"));
        var answer = await peer.ReadAsync();
        Assert.Equal((0xE0, 0x82), (answer[0], answer[2]));
        Assert.Contains("wildcard", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_come_byte_by_byte()
    {
        await using var hub = new MemoryHub();
        var peer = hub.Dial();
        foreach (var one in Packet.Join(Packet.Connect("a", 4), Packet.Publish(4, "t", "hello", qos: 1, id: 3))) await peer.SendAsync([one]);
        await peer.ExpectAsync([0x20, 2, 0, 0], Packet.PubAck(3));
        Assert.Equal(("t", "hello", Qos.AtLeastOnce, false), Assert.Single(hub.Sink.Accepted));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Who_may_no_longer_stay_is_put_out_within_seconds_and_the_others_are_not(int version)
    {
        await using var hub = new MemoryHub();
        var revoked = await hub.ConnectAsync("revoked", version);
        var honest = await hub.ConnectAsync("honest", version);
        hub.Gatekeeper.Stay = principal => (string?)principal != "revoked";
        hub.Clock.Advance(TimeSpan.FromSeconds(2));
        await revoked.ExpectClosedAsync(version == 5 ? (byte)0x98 : null);
        await honest.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_stopping_hub_tells_its_clients()
    {
        await using var hub = new MemoryHub();
        var five = await hub.ConnectAsync("five");
        var four = await hub.ConnectAsync("four", 4);
        four.Version = 4;
        await hub.Endpoint.StopAsync(TestContext.Current.CancellationToken);
        await five.ExpectClosedAsync(0x8B);
        await four.ExpectClosedAsync(0x8B);
    }

    [Fact]
    public async Task Presence_is_told_with_the_reason()
    {
        await using var hub = new MemoryHub();
        var seen = new List<ClientPresence>();
        hub.Endpoint.PresenceChanged += seen.Add;
        var peer = await hub.ConnectAsync("a");
        await peer.SendAsync(Packet.Bye);
        await peer.ExpectClosedAsync();
        Assert.Equal([("a", true), ("a", false)], seen.Select(p => (p.ClientId, p.Connected)));
        Assert.Equal("a", seen[0].Principal);
        Assert.Equal(0, hub.Endpoint.Statistics.Connections);
    }

    [Fact]
    public async Task Single_bytes_do_not_keep_a_connection_alive_and_a_large_packet_on_its_way_does()
    {
        await using var hub = new MemoryHub();
        var witness = await hub.ConnectAsync("w", keepAlive: 0);
        var slow = await hub.ConnectAsync("slow", keepAlive: 10);
        var large = await hub.ConnectAsync("large", keepAlive: 10);
        var trickle = Packet.Publish(5, "t", "0123456789");
        var bulk = Packet.Publish(5, "t", new string('x', 8000));
        for (var i = 0; i < 4; i++)
        {
            if (i < 3) await slow.SendAsync(trickle[i..(i + 1)]);
            await large.SendAsync(i == 3 ? bulk[6000..] : bulk[(i * 2000)..((i + 1) * 2000)]);

            // The bytes are read on other threads: the witness shows that they had their turn.
            for (var turn = 0; turn < 20; turn++) await witness.ExpectAliveAsync();
            hub.Clock.Advance(TimeSpan.FromSeconds(6));
        }

        await slow.ExpectClosedAsync(0x8D);
        await large.ExpectAliveAsync();
        Assert.Equal(8000, Assert.Single(hub.Sink.Accepted).Body.Length);
    }
}
