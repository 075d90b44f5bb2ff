using Hub.Mqtt;
using Hub.Mqtt.Packets;
using Hub.Tests.Support;

namespace Hub.Tests.Mqtt;

/// <summary>
/// Whole conversations by the throw of a die, valid and mutated, on several connections at once, with sessions that are kept and
/// wills that come due: the endpoint answers in well-formed packets or closes, and its session log can be read back at any moment.
/// </summary>
public sealed class SequenceFuzzTests
{
    private const int Conversations = 60;

    public static TheoryData<int> Seeds => [.. Fuzzing.Seeds(10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Conversations_that_keep_to_the_standard_are_never_called_malformed(int seed) => await ConverseAsync(seed, mutations: 0);

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Conversations_with_a_few_wrong_bytes_break_nothing(int seed) => await ConverseAsync(seed, mutations: 4);

    private static async Task ConverseAsync(int seed, int mutations)
    {
        var random = new Random(seed);
        using var trap = new ErrorTrap();
        var clock = new ManualClock();
        var store = new VolatileStore();
        await using var hub = new MemoryHub(
            new MqttOptions { QueuePerSession = 20, QueueBytesPerSession = 4096, RetainedMessages = 5, LingerMilliseconds = 0, Subscriptions = 8, Sessions = 6 }, store, clock, trap);
        var witness = await hub.ConnectAsync("witness", keepAlive: 0);
        for (var i = 0; i < Conversations; i++)
        {
            var version = random.Next(2) == 0 ? 4 : 5;
            var forge = new PacketForge(random, version);
            var bytes = Packet.Join([forge.Connect(), .. Enumerable.Range(0, random.Next(1, 15)).Select(_ => forge.Next())]);
            for (var m = mutations == 0 ? 0 : random.Next(1, mutations); m > 0; m--) Mutate(ref bytes, random);
            var peer = hub.Dial();
            for (var at = 0; at < bytes.Length;)
            {
                var step = random.Next(4) == 0 ? 1 : random.Next(1, 200);
                await peer.SendAsync(bytes[at..Math.Min(bytes.Length, at + step)]);
                at += step;
            }

            await peer.HangUpAsync();
            while (await peer.ReadAsync() is { Length: > 0 } packet)
            {
                WellFormed(packet, version, mutations > 0);
                if (mutations == 0) Assert.False(packet is [0xE0, _, 0x81, ..], $"a valid packet was called malformed: {Convert.ToHexString(bytes)}");
            }

            if (random.Next(8) == 0) clock.Advance(TimeSpan.FromSeconds(random.Next(1, 5)));
            if (random.Next(10) == 0) ReadBack(store.AfterKill, clock, trap);
        }

        // Else nothing was tried.
        if (mutations == 0) Assert.Equal(Conversations + 1, hub.Endpoint.Statistics.ConnectionsTotal);
        Assert.True(hub.Endpoint.Statistics.SentQos0 + hub.Endpoint.Statistics.SentQos1 + hub.Endpoint.Statistics.SentQos2 > 0);
        await witness.SendAsync(Packet.Ping);
        await witness.ExpectAsync(Packet.Pong);
        Assert.Empty(trap.Errors);
    }

    /// <summary>What the endpoint says must be readable by the book, whatever it was told.</summary>
    private static void WellFormed(byte[] packet, int version, bool mutated)
    {
        var body = packet.AsMemory(packet.Length - BodyLength(packet, out var head));
        Assert.Equal(packet.Length, head + body.Length);

        // A mutated CONNECT may have changed the version; then only the frame is looked at.
        if (mutated) return;
        var v5 = version == 5;
        switch (packet[0] >> 4)
        {
            case 3:
                PublishPacket.Read(body, new System.Buffers.ReadOnlySequence<byte>(body), (byte)(packet[0] & 15), v5, out var publish);
                Assert.True(publish.Qos == Qos.AtMostOnce || publish.PacketId != 0);
                Assert.True(publish.Topic.Length > 0 || publish.TopicAlias > 0);
                break;
            case >= 4 and <= 7:
                AckPacket.Read(body.Span, (PacketType)(packet[0] >> 4), v5);
                break;
            case 9 or 11:
                Assert.True(body.Length >= (v5 ? 4 : 2));
                break;
            case 13:
                Assert.Empty(body.ToArray());
                break;
            default:
                Assert.True(packet[0] is 0x20 || (packet[0] == 0xE0 && v5), $"unexpected {Convert.ToHexString(packet)}");
                break;
        }
    }

    private static int BodyLength(byte[] packet, out int head)
    {
        int length = 0, shift = 0;
        head = 1;
        do
        {
            length |= (packet[head] & 0x7F) << shift;
            shift += 7;
        }
        while ((packet[head++] & 0x80) != 0);
        return length;
    }

    private static void ReadBack(List<byte[]> records, ManualClock clock, ErrorTrap trap)
    {
        var second = new MqttEndpoint(new MqttOptions(), new TestGatekeeper(), new TestSink(), clock, trap, new VolatileStore(records));
        Assert.InRange(second.Statistics.Sessions, 0, 7);
        Assert.DoesNotContain(trap.Warnings, w => w.Contains("session log", StringComparison.Ordinal));
        _ = second.StopAsync(TestContext.Current.CancellationToken);
    }

    private static void Mutate(ref byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 4))..], 0]; break;
            case 3: bytes = [.. bytes[..at], 0xFF, 0xFF, 0xFF, 0x7F, .. bytes[at..]]; break;
            case 4: bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]]; break;
            default: bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]; break;
        }

        if (bytes.Length == 0) bytes = [0];
    }
}
