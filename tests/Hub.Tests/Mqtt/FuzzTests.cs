using System.Buffers;
using Hub.Mqtt;
using Hub.Mqtt.Packets;

namespace Hub.Tests.Mqtt;

/// <summary>Bytes nobody meant: whatever comes, the endpoint answers by the book or closes, and others do not notice.</summary>
public class FuzzTests
{
    private static readonly byte[][] Valid =
    [
        Packet.Publish(5, "a/b", "hello"),
        Packet.Publish(5, "a/b", "hello", 1, 1, retain: true, properties: Packet.Join([0x01, 1, 0x02, 0, 0, 0, 9, 0x23, 0, 1], Packet.UserProperty("k", "v"))),
        Packet.Publish(5, "a/b", "hello", 2, 2),
        Packet.PubRel(2),
        Packet.Subscribe(5, 3, [0x0B, 5], ("a/+", 1), ("$share/g/#", 2)),
        Packet.Unsubscribe(5, 4, "a/+", "x"),
        Packet.PubAck(1), Packet.PubRec(1), Packet.PubComp(1),
        Packet.Ping,
        Packet.Of(0xE0, [4, 5, 0x11, 0, 0, 0, 0]),
    ];

    public static TheoryData<int> Seeds => [.. Fuzzing.Seeds(12)];

    [Fact]
    public async Task Every_packet_may_be_cut_at_every_byte()
    {
        using var trap = new ErrorTrap();
        await using var hub = new MemoryHub(logs: trap);
        var connect = Packet.Connect("cut", rest: Packet.Will(5, "w", "gone", [0x18, 0, 0, 0, 1]), flags: 0x04);
        foreach (var packet in Valid.Prepend(connect))
        {
            for (var cut = 0; cut < packet.Length; cut++)
            {
                var peer = hub.Dial();
                if (packet != connect) await peer.SendAsync(Packet.Connect("cut"));
                await peer.SendAsync(packet[..cut]);
                await peer.HangUpAsync();
                while ((await peer.ReadAsync()).Length > 0)
                {
                }
            }
        }

        Assert.Empty(trap.Errors);
    }

    [Fact]
    public async Task A_stream_cut_into_single_bytes_means_the_same_as_in_one_piece()
    {
        var stream = Packet.Join([Packet.Connect("a"), .. Valid[..6], Packet.Ping]);
        var answers = new List<string>();
        foreach (var step in (int[])[stream.Length, 1, 3, 7])
        {
            await using var hub = new MemoryHub();
            var peer = hub.Dial();
            for (var at = 0; at < stream.Length; at += step) await peer.SendAsync(stream[at..Math.Min(at + step, stream.Length)]);
            var read = new List<string>();
            while (await peer.ReadAsync() is var packet && packet[0] != 0xD0) if (packet[0] >> 4 != 3) read.Add(Convert.ToHexString(packet));
            answers.Add(string.Join(' ', read));
            Assert.Equal(["hello", "hello", "hello"], hub.Sink.Accepted.Select(a => a.Body));
        }

        Assert.Single(answers.Distinct());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Mutated_sequences_never_break_the_endpoint(int seed)
    {
        var random = new Random(seed);
        using var trap = new ErrorTrap();
        await using var hub = new MemoryHub(new MqttOptions { QueuePerSession = 20, LingerMilliseconds = 0 }, logs: trap);
        var witness = await hub.ConnectAsync("witness", keepAlive: 0);
        for (var round = 0; round < 150; round++)
        {
            var peer = hub.Dial();
            var bytes = Packet.Join([Packet.Connect("fuzz", clean: random.Next(2) == 0, properties: [0x11, 0, 0, 0, 9]), .. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Valid[random.Next(Valid.Length)])]);
            for (var i = random.Next(4); i > 0; i--) Mutate(ref bytes, random);
            await peer.SendAsync(bytes);
            await peer.HangUpAsync();
            while ((await peer.ReadAsync()).Length > 0)
            {
            }
        }

        await witness.ExpectAliveAsync();
        Assert.Empty(trap.Errors);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_bodies_are_read_or_refused_with_a_reason(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 5_000; round++)
        {
            var body = new byte[random.Next(40)];
            random.NextBytes(body);
            if (random.Next(2) == 0) foreach (ref var one in body.AsSpan()) one &= 0x0F; // small numbers reach deeper
            foreach (var v5 in (bool[])[false, true])
            {
                Try(() => ConnectPacket.Read(Packet.Join(Packet.Text("MQTT"), [v5 ? (byte)5 : (byte)4], body)));
                Try(() => SubscribePacket.Read(body, v5));
                Try(() => UnsubscribePacket.Read(body, v5));
                Try(() => DisconnectPacket.Read(body, v5));
                Try(() => AckPacket.Read(body, (PacketType)random.Next(4, 8), v5));
                Try(() => PublishPacket.Read(body, new ReadOnlySequence<byte>(body), (byte)random.Next(6), v5, out _));
                Try(() => PublishPacket.HeadLength(new ReadOnlySequence<byte>(body), (byte)random.Next(6), v5));
                Try(() =>
                {
                    var buffer = new ReadOnlySequence<byte>(body);
                    Frame.TryRead(ref buffer, 1000, out _);
                });
            }
        }

        static void Try(Action read)
        {
            try
            {
                read();
            }
            catch (MqttProtocolException)
            {
                // The one way to refuse; anything else fails the test.
            }
        }
    }

    [Fact]
    public async Task Three_hundred_peers_that_announce_256_MB_are_turned_away_at_once()
    {
        await using var hub = new MemoryHub();
        for (var i = 0; i < 300; i++)
        {
            var peer = hub.Dial();
            await peer.SendAsync(Packet.Hex("10 FF FF FF 7F"));
            await peer.ExpectClosedAsync();
        }

        Assert.Equal(300, hub.Endpoint.Statistics.Refusals()[ReasonCode.PacketTooLarge]);
    }

    private static void Mutate(ref byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 4))..], 0]; break;
            default: bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]; break;
        }
    }
}
