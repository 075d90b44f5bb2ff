using System.Globalization;
using System.Text;
using Hub.Tests.Support;

namespace Hub.Tests.Mqtt;

/// <summary>
/// Publishers and subscribers that keep to the standard, and everything that may go wrong between them by the throw of a die:
/// held acknowledgements, cut connections, a killed hub, a power cut. What was acknowledged arrives: QoS 1 at least once,
/// QoS 2 exactly once (after a power cut, at least once), each in the order of its publisher.
/// </summary>
public sealed class FlowSimulationTests
{
    private const int Steps = 250;

    public static TheoryData<int, bool> Seeds
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (var seed in Fuzzing.Seeds(10)) data.Add(seed, seed % 3 == 0);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task What_was_acknowledged_arrives_whatever_breaks_in_between(int seed, bool powerCuts)
    {
        var world = new World(seed, powerCuts);
        try
        {
            await world.BeginAsync();
            for (var step = 0; step < Steps; step++) await world.StepAsync();
            await world.FinishAsync();
        }
        finally
        {
            await world.EndAsync();
        }
    }

    /// <summary>The hub of the moment, its store, and the clients.</summary>
    private sealed class World(int seed, bool powerCuts)
    {
        private readonly Random random = new(seed);
        private readonly ManualClock clock = new();
        private readonly List<MemoryHub> hubs = [];
        private readonly Publisher[] publishers = [new("p4", 4), new("p5", 5)];
        private readonly Subscriber[] subscribers = [new("s4", 4, 1), new("s5", 5, 2), new("s4-2", 4, 2)];
        private VolatileStore store = new();

        private MemoryHub Hub => hubs[^1];

        public async Task BeginAsync()
        {
            hubs.Add(new MemoryHub(store: store, clock: clock));
            foreach (var subscriber in subscribers)
            {
                await subscriber.ConnectAsync(Hub, present: false);
                await subscriber.Peer.SubscribeAsync("t/#", subscriber.Qos);
            }

            foreach (var publisher in publishers) await publisher.ConnectAsync(Hub, present: false);
        }

        public async Task StepAsync()
        {
            var publisher = publishers[random.Next(publishers.Length)];
            var subscriber = subscribers[random.Next(subscribers.Length)];
            switch (random.Next(40))
            {
                case < 16: await publisher.PublishAsync(random.Next(1, 3)); break;
                case < 24: await publisher.PumpAsync(); break;
                case < 32: await subscriber.PumpAsync(answers: random.Next(3)); break;
                case < 34: await publisher.ConnectAsync(Hub, present: true); break;
                case < 37: await subscriber.ConnectAsync(Hub, present: true); break;
                case 37: await CrashAsync(); break;
                default: await Task.Yield(); break;
            }
        }

        /// <summary>Everybody is back and patient: all that was published arrives.</summary>
        public async Task FinishAsync()
        {
            foreach (var publisher in publishers)
            {
                while (publisher.Open > 0) await publisher.AnswerAsync(await publisher.Peer.ReadAsync());
            }

            foreach (var subscriber in subscribers)
            {
                while (publishers.Any(p => !subscriber.HasAll(p))) await subscriber.TakeAsync(await subscriber.Peer.ReadAsync());
                for (var round = 0; round < 3; round++) await subscriber.SettleAsync();
                foreach (var publisher in publishers) subscriber.Check(publisher, exactlyOnce: !powerCuts);
            }
        }

        public async Task EndAsync()
        {
            foreach (var hub in hubs) await hub.DisposeAsync();
        }

        private async Task CrashAsync()
        {
            store = new VolatileStore(powerCuts ? store.AfterPowerLoss : store.AfterKill);
            hubs.Add(new MemoryHub(store: store, clock: clock));
            foreach (var client in publishers) await client.ConnectAsync(Hub, present: true);
            foreach (var client in subscribers) await client.ConnectAsync(Hub, present: true);
        }
    }

    private abstract class Client(string id, int version)
    {
        public RawPeer Peer { get; private set; } = null!;

        public int Version => version;

        public string Id => id;

        public async Task ConnectAsync(MemoryHub hub, bool present)
        {
            // Whatever the old connection still holds is never read: it was cut.
            Peer = await hub.ConnectAsync(id, version, clean: false, properties: version == 5 ? [0x11, 0, 1, 0, 0] : null, keepAlive: 0, present: present);
            await ResumeAsync();
        }

        protected virtual Task ResumeAsync() => Task.CompletedTask;
    }

    private sealed class Publisher(string id, int version) : Client(id, version)
    {
        // By packet identifier, in the order of publishing: the message, and whether PUBREC has come.
        private readonly SortedDictionary<long, (ushort Id, int Qos, bool Received)> open = [];
        private long count;
        private ushort last;

        public int Open => open.Count;

        /// <summary>Each message's quality, by number.</summary>
        public List<int> Published { get; } = [];

        public async Task PublishAsync(int qos)
        {
            if (open.Count >= 15) return;
            last = (ushort)((last % 60) + 1);
            while (open.Values.Any(o => o.Id == last)) last = (ushort)((last % 60) + 1);
            open[count++] = (last, qos, false);
            Published.Add(qos);
            await SendAsync(count - 1, dup: false);
        }

        public async Task PumpAsync()
        {
            while (Peer.HasSome) await AnswerAsync(await Peer.ReadAsync());
        }

        public async Task AnswerAsync(byte[] packet)
        {
            Assert.NotEmpty(packet);
            var packetId = (ushort)((packet[2] << 8) | packet[3]);
            var (number, flow) = open.Single(o => o.Value.Id == packetId);
            switch (packet[0])
            {
                case 0x40 when flow.Qos == 1:
                case 0x70 when flow.Received:
                    open.Remove(number);
                    break;
                case 0x50 when flow.Qos == 2:
                    open[number] = flow with { Received = true };
                    await Peer.SendAsync(Packet.PubRel(packetId));
                    break;
                default:
                    Assert.Fail($"{Id} was answered {Convert.ToHexString(packet)} for {flow}");
                    break;
            }
        }

        protected override async Task ResumeAsync()
        {
            foreach (var number in open.Keys.ToArray()) await SendAsync(number, dup: true);
        }

        private Task SendAsync(long number, bool dup)
        {
            var (packetId, qos, received) = open[number];
            return Peer.SendAsync(received ? Packet.PubRel(packetId) : Packet.Publish(Version, $"t/{Id}", string.Create(CultureInfo.InvariantCulture, $"{number}"), qos, packetId, dup: dup));
        }
    }

    private sealed class Subscriber(string id, int version, byte qos) : Client(id, version)
    {
        private readonly Queue<byte[]> answers = new();
        private readonly HashSet<ushort> received = [];
        private readonly Dictionary<string, List<(long Number, int Qos)>> taken = [];

        public byte Qos => qos;

        public async Task PumpAsync(int answers)
        {
            while (Peer.HasSome) Take(await Peer.ReadAsync());
            for (; answers > 0 && this.answers.TryDequeue(out var answer); answers--) await Peer.SendAsync(answer);
        }

        public async Task TakeAsync(byte[] packet)
        {
            Take(packet);
            while (answers.TryDequeue(out var answer)) await Peer.SendAsync(answer);
        }

        public async Task SettleAsync()
        {
            await Peer.SendAsync(Packet.Ping);
            while (await Peer.ReadAsync() is var packet && packet[0] != 0xD0) await TakeAsync(packet);
        }

        public bool HasAll(Publisher publisher)
        {
            var seen = taken.GetValueOrDefault($"t/{publisher.Id}", []).Select(t => t.Number).ToHashSet();
            return seen.Count == publisher.Published.Count;
        }

        public void Check(Publisher publisher, bool exactlyOnce)
        {
            var all = taken[$"t/{publisher.Id}"];
            foreach (var group in all.GroupBy(t => publisher.Published[(int)t.Number]))
            {
                var first = group.Select(t => t.Number).Distinct().ToArray();
                Assert.Equal(first.Order(), first);
            }

            Assert.All(all, t => Assert.Equal(Math.Min(qos, publisher.Published[(int)t.Number]), t.Qos));
            if (!exactlyOnce) return;
            var twice = all.Where(t => t.Qos == 2).GroupBy(t => t.Number).Where(g => g.Count() > 1).Select(g => g.Key);
            Assert.Empty(twice);
        }

        protected override Task ResumeAsync()
        {
            answers.Clear();
            return Task.CompletedTask;
        }

        private void Take(byte[] packet)
        {
            Assert.NotEmpty(packet);
            if (packet[0] == 0x62)
            {
                var released = (ushort)((packet[2] << 8) | packet[3]);
                received.Remove(released);
                answers.Enqueue(Packet.PubComp(released));
                return;
            }

            Assert.Equal(3, packet[0] >> 4);
            var quality = (packet[0] >> 1) & 3;
            var topicEnd = 4 + packet[3];
            var packetId = (ushort)((packet[topicEnd] << 8) | packet[topicEnd + 1]);
            var topic = Encoding.UTF8.GetString(packet[4..topicEnd]);
            var number = long.Parse(Encoding.UTF8.GetString(packet[(topicEnd + (Version == 5 ? 3 : 2))..]), CultureInfo.InvariantCulture);
            if (quality == 1 || received.Add(packetId)) (taken.TryGetValue(topic, out var list) ? list : taken[topic] = []).Add((number, quality));
            answers.Enqueue(quality == 1 ? Packet.PubAck(packetId) : Packet.PubRec(packetId));
        }
    }
}
