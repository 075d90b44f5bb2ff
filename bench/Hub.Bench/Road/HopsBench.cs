using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Hub.Adapters.Embedded;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;
using Hub.Mqtt.Server;
using Hub.Rules;
using Hub.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Bench.Road;

/// <summary>
/// What each hop of the road costs for one message of three readings: processor time and bytes allocated, in steady state.
/// <c>alloc [messages] [connections] [most bytes]</c>; ends with 1 when a hop of the hot path allocates more than "most bytes" a message (default 4).
/// <c>--types</c> also tells what is allocated.
/// </summary>
/// <remarks>
/// Round by round: all connections send 16 messages each and wait for their answers, then both consumers read what was journalled.
/// The first hop spans several threads and is measured by the process, the others by their thread.
/// </remarks>
internal static partial class HopsBench
{
    private const int Batch = 16;

    public static int Run(string[] all)
    {
        string[] args = [.. all.Where(a => a != "--types")];
        var messages = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var connections = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        var most = args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 4;
        var folder = Directory.CreateTempSubdirectory("hub-bench-hops-").FullName;
        try
        {
            return MeasureAsync(folder, messages, connections, most, all.Length != args.Length).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string folder, int messages, int connections, double most, bool showTypes)
    {
        var registry = new DeviceRegistry();
        await registry.RegisterAsync([.. Enumerable.Range(0, connections).Select(i => new DeviceRecord(Id(i), "chargerPort", "", $"c/estate-{i % 16}/shed-1/bay-{i}"))], [], [], default);
        var options = new IngestOptions { Anonymous = true };
        await using var journal = LocalJournal.Open(new JournalOptions { Directory = Path.Combine(folder, "journal") }, TimeProvider.System);
        var front = new FrontCounts();
        var gatekeeper = new Gatekeeper(registry, accounts: null, front, options, TimeProvider.System);
        await using var endpoint = new MqttEndpoint(new MqttOptions(), gatekeeper, new JournalSink(journal, registry, front, options, TimeProvider.System), TimeProvider.System, NullLoggerFactory.Instance);
        var peers = Enumerable.Range(0, connections).Select(i => new Sender(endpoint, i)).ToArray();
        foreach (var peer in peers) await peer.ConnectAsync();

        var channels = new ChannelTable();
        var book = RuleBook.Load(Repository.Rules, channels, TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), null, null));
        await using var store = new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = folder });
        await store.OpenAsync(journal.Lanes, default);
        var lanes = Enumerable.Range(0, journal.Lanes).Select(lane => new Lane(journal, lane, registry, channels, options, book)).ToArray();

        using var types = showTypes ? new AllocationTypes() : null;
        var hops = new Hop[] { new("socket's pipe to journal and PUBACK"), new("journal to observations, first consumer"), new("rules"), new("journal to observations, second consumer"), new("embedded store, without its commit") };
        var rounds = Math.Max(1, messages / (connections * Batch));
        var warm = Math.Max(rounds / 2, 40);
        for (var round = 0; round < warm + rounds; round++)
        {
            if (round == warm)
            {
                foreach (var hop in hops) hop.Clear();
                types?.Clear();
            }

            var start = Whole();
            foreach (var peer in peers) peer.Send();
            foreach (var peer in peers) await peer.AnsweredAsync();
            hops[0].Add(start, Whole());
            Work(lanes, store, hops);
            if (round % 20 == 19) await store.CommitAsync(new Core.Ports.Checkpoint([.. lanes.Select(l => l.Second.Position)], default, lanes.Sum(l => l.Second.Counts.Readings)), default);
        }

        foreach (var type in types?.Most(12) ?? []) Console.WriteLine(type);
        return Report(hops, (double)rounds * connections * Batch, lanes, most);
    }

    // On one thread from here to the end of the round.
    private static void Work(Lane[] lanes, EmbeddedReadingsStore store, Hop[] hops)
    {
        foreach (var lane in lanes)
        {
            var start = Mine();
            while (lane.First.TryRead())
            {
                // Decoding and judging take turns, so one of the two is measured apart: a second reader decodes the same batch alone.
                for (var item = lane.First.Next(); item != LaneItem.None; item = lane.First.Next()) { }
            }

            start = hops[1].Add(start, Mine());
            while (lane.Judged.TryRead())
            {
                for (var item = lane.Judged.Next(); item != LaneItem.None; item = lane.Judged.Next())
                    if (item == LaneItem.Observation) lane.Engine.Judge(lane.Judged.Observation, lane.Alerts);
            }

            start = hops[2].Add(start, Mine());
            while (lane.Second.TryRead())
            {
                for (var item = lane.Second.Next(); item != LaneItem.None; item = lane.Second.Next()) { }
            }

            start = hops[3].Add(start, Mine());
            while (lane.Stored.TryRead())
            {
                for (var item = lane.Stored.Next(); item != LaneItem.None; item = lane.Stored.Next())
                    if (item == LaneItem.Observation) store.Append(lane.Stored.Observation);
            }

            hops[4].Add(start, Mine());
        }
    }

    private static int Report(Hop[] hops, double messages, Lane[] lanes, double most)
    {
        hops[2].Take(hops[1]);
        hops[4].Take(hops[3]);
        Console.WriteLine($"{messages:N0} messages of three readings, after {lanes.Sum(l => l.Judged.Counts.Messages) - messages:N0} to warm up; {lanes.Sum(l => l.Alerts.Count)} alerts");
        foreach (var hop in hops) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hop.Name,-42} {hop.Nanoseconds / messages,7:N0} ns  {hop.Bytes / messages,6:N1} bytes allocated a message"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"together",-42} {hops.Sum(h => h.Nanoseconds) / messages,7:N0} ns  {hops.Sum(h => h.Bytes) / messages,6:N1}"));
        var greedy = hops[..4].Where(h => h.Bytes / messages > most).ToArray();
        foreach (var hop in greedy) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hop.Name} allocates {hop.Bytes / messages:N1} bytes a message; at most {most} are allowed"));
        return greedy.Length == 0 ? 0 : 1;
    }

    private static string Id(int i) => string.Create(CultureInfo.InvariantCulture, $"port-{i:D5}");

    private static Mark Whole() => new(Environment.CpuUsage.TotalTime.TotalNanoseconds, GC.GetTotalAllocatedBytes());

    private static Mark Mine()
    {
        const int ThreadClock = 3;
        return new Mark(clock_gettime(ThreadClock, out var time) == 0 ? (time.Seconds * 1e9) + time.Nanoseconds : 0, GC.GetAllocatedBytesForCurrentThread());
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private readonly record struct Mark(double Nanoseconds, long Bytes);

    private sealed class Hop(string name)
    {
        public string Name => name;
        public double Nanoseconds { get; private set; }
        public double Bytes { get; private set; }

        public Mark Add(Mark from, Mark to)
        {
            Nanoseconds += to.Nanoseconds - from.Nanoseconds;
            Bytes += to.Bytes - from.Bytes;
            return to;
        }

        public void Take(Hop part)
        {
            Nanoseconds -= part.Nanoseconds;
            Bytes = Math.Max(0, Bytes - part.Bytes);
        }

        public void Clear() => (Nanoseconds, Bytes) = (0, 0);
    }

    private sealed class Lane(IJournal journal, int lane, DeviceRegistry registry, ChannelTable channels, IngestOptions options, RuleBook book)
    {
        public LaneReader First { get; } = new(journal, lane, registry, channels, options);
        public LaneReader Judged { get; } = new(journal, lane, registry, channels, options);
        public LaneReader Second { get; } = new(journal, lane, registry, channels, options);
        public LaneReader Stored { get; } = new(journal, lane, registry, channels, options);
        public RuleEngine Engine { get; } = new(book, registry, lane, new EngineOptions());
        public List<Alert> Alerts { get; } = [];
    }

    /// <summary>A client on pipes in memory, with as many messages under way as its batch holds.</summary>
    private sealed class Sender
    {
        private const int PubAckBytes = 4;
        private static readonly BlockPool pool = new();
        private readonly Pipe up = new(new PipeOptions(pool, useSynchronizationContext: false));
        private readonly Pipe down = new(new PipeOptions(pool, useSynchronizationContext: false));
        private readonly byte[] batch;
        private readonly byte[] connect;

        public Sender(MqttEndpoint endpoint, int index)
        {
            var id = Id(index);
            connect = [0x10, (byte)(12 + id.Length), 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, (byte)id.Length, .. Encoding.ASCII.GetBytes(id)];
            using var all = new MemoryStream();
            for (var i = 1; i <= Batch; i++) all.Write(Publish(id, (ushort)i));
            batch = all.ToArray();
            _ = endpoint.ServeAsync(new Peer(new Ends(up.Reader, down.Writer), static () => { }) { Address = IPAddress.Loopback });
        }

        public async Task ConnectAsync()
        {
            await up.Writer.WriteAsync(connect);
            await ReadAsync(PubAckBytes);
        }

        public void Send()
        {
            up.Writer.Write(batch);
            var flushing = up.Writer.FlushAsync();
            if (!flushing.IsCompletedSuccessfully) flushing.AsTask().GetAwaiter().GetResult();
        }

        public ValueTask AnsweredAsync() => ReadAsync(PubAckBytes * Batch);

        private async ValueTask ReadAsync(int bytes)
        {
            var answer = await down.Reader.ReadAtLeastAsync(bytes);
            if (answer.Buffer.Length != bytes) throw new InvalidOperationException($"{answer.Buffer.Length} bytes came back where {bytes} were expected");
            down.Reader.AdvanceTo(answer.Buffer.End);
        }

        private static byte[] Publish(string id, ushort packet)
        {
            var topic = Encoding.ASCII.GetBytes($"hub/v1/{id}/telemetry");
            var body = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"ts":{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}},"values":{"power":{{100 + (packet * 7 % 200)}}.00,"port_temp":31.2,"voltage":60.1} }"""));
            var length = 2 + topic.Length + 2 + body.Length;
            var head = new byte[2 + topic.Length + 2];
            BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)topic.Length);
            topic.CopyTo(head.AsSpan(2));
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2 + topic.Length), packet);
            return length < 128 ? [0x32, (byte)length, .. head, .. body] : [0x32, (byte)(length & 0x7F | 0x80), (byte)(length >> 7), .. head, .. body];
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
