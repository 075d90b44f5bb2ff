using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Hub.Adapters.Embedded;
using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;
using Hub.Rules;
using Hub.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Road;

/// <summary>
/// Walks a few hundred made-up messages and one smoke alarm along the road in the first seconds after a start, so that its code is
/// compiled before the first real alarm comes: without it that one waits for the compiler, on a small machine a sixth of a second.
/// </summary>
/// <remarks>
/// Everything it uses is its own and thrown away: folder, journal, registry, rules, database, store, endpoint without a port. Nothing of
/// the hub's data, counts, traces or metrics is touched. It rests between rounds, so that real work goes first. The folder of a hub that
/// was killed meanwhile is removed at the next start.
/// </remarks>
internal sealed class Rehearsal : IAsyncDisposable
{
    private const string Prefix = "hub-rehearsal-";
    private const int Rounds = 50;
    private const int Messages = 32;
    private const int AlarmEvery = 10;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(30);
    private static int held;

    private readonly DataFolder folder;
    private readonly IngestOptions options = new() { Anonymous = true };
    private readonly DeviceRegistry registry = new();
    private readonly Clocks clocks;
    private readonly LocalJournal journal;
    private readonly MqttEndpoint endpoint;
    private readonly EmbeddedReadingsStore store;
    private readonly ChannelTable channels = new();
    private readonly RuleEngine engine;
    private readonly CasePolicy policy;
    private readonly List<Alert> alerts = [];
    private readonly Pipe up = new();
    private readonly Pipe down = new();

    private Rehearsal(HubSettings settings, Clocks clocks)
    {
        this.clocks = clocks;
        engine = new RuleEngine(RuleBook.Load(settings.RulesDirectory, channels, settings.Zone), registry, lane: 0, new EngineOptions());
        policy = Opening.Policy(settings);
        folder = DataFolder.Open(Directory.CreateTempSubdirectory(Prefix).FullName, throwAway: true);
        journal = LocalJournal.Open(new JournalOptions { Directory = folder.In("journal"), Lanes = 1, SegmentBytes = 1 << 20, ReserveBytes = 0 }, clocks.Network);
        var front = new FrontCounts();
        var sink = new JournalSink(journal, registry, front, options, clocks.Network);
        endpoint = new MqttEndpoint(new MqttOptions(), new Gatekeeper(registry, accounts: null, front, options, clocks.Network), sink, clocks.Network, NullLoggerFactory.Instance);
        store = new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = folder.Path });
    }

    /// <summary>Holds the rehearsal, once a process; whatever goes wrong in it concerns nobody.</summary>
    public static async Task HoldAsync(HubSettings settings, Clocks clocks, ILogger log, CancellationToken stop)
    {
        if (Interlocked.Exchange(ref held, 1) == 1) return;
        var began = clocks.Network.GetTimestamp();
        try
        {
            DataFolder.Sweep(Path.GetTempPath(), Prefix);
            var raised = await PlayAsync(settings, clocks, Rest, stop);
            log.LogDebug("Rehearsed {Messages} messages and {Alerts} alerts in {Milliseconds:F0} ms", Rounds * Messages, raised, clocks.Network.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested) log.LogDebug(e, "The rehearsal broke off: the first messages will take a little longer");
        }
    }

    /// <summary>Plays it through and clears everything away.</summary>
    /// <returns>Alerts that were raised.</returns>
    internal static async Task<int> PlayAsync(HubSettings settings, Clocks clocks, TimeSpan rest, CancellationToken stop)
    {
        await using var rehearsal = new Rehearsal(settings, clocks);
        return await rehearsal.PlayAsync(rest, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await up.Writer.CompleteAsync();
        await endpoint.DisposeAsync();
        await store.DisposeAsync();
        await journal.DisposeAsync();
        folder.Dispose();
    }

    private async Task<int> PlayAsync(TimeSpan rest, CancellationToken stop)
    {
        await registry.RegisterAsync(
            [new DeviceRecord("port", "chargerPort", "", "rehearsal/estate-1/shed-1"), new DeviceRecord("smoke", "smokeAlarm", "", "rehearsal/estate-1/building-1/stairwell-1/flat-1")], [], [], stop);
        await using var database = await HubDatabase.OpenAsync(folder.In("hub.db"), clocks.Network);
        using var desk = new CaseDesk(new SqliteCaseStore(database), registry, policy, clocks.Network);
        await desk.OpenAsync(stop);
        await store.OpenAsync(lanes: 1, stop);
        using var judging = new LaneReader(journal, 0, registry, channels, options);
        using var storing = new LaneReader(journal, 0, registry, channels, options);

        var connection = new DefaultConnectionContext("rehearsal") { Transport = new Ends(up.Reader, down.Writer) };
        var serving = endpoint.OnConnectedAsync(connection);
        await TellAsync(Connect(), answers: 4, stop);
        var raised = 0;
        for (var round = 0; round < Rounds; round++)
        {
            await TellAsync(Round(round, out var acknowledged), acknowledged * 4, stop);
            Judge(judging);
            raised += alerts.Count(a => a.Signal == AlertSignal.Raised);
            await desk.ApplyAsync(new LaneBatch { Lane = 0, Position = judging.Position, ClockMs = judging.ClockMs, Alerts = alerts, Answers = [], DeadLetters = [], Counts = judging.Counts }, stop);
            await StoreAsync(storing, stop);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, clocks.Network, stop);
        }

        await up.Writer.CompleteAsync();
        await serving;
        return raised;
    }

    private void Judge(LaneReader reader)
    {
        alerts.Clear();
        while (reader.TryRead())
        {
            for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
                if (item == LaneItem.Observation) engine.Judge(reader.Observation, alerts);
        }

        engine.Tick(reader.ClockMs, reader.Position, alerts);
    }

    private async Task StoreAsync(LaneReader reader, CancellationToken stop)
    {
        while (reader.TryRead())
        {
            for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
                if (item == LaneItem.Observation) store.Append(reader.Observation);
        }

        await store.CommitAsync(new Checkpoint([reader.Position], default, reader.Counts.Readings), stop);
    }

    private async Task TellAsync(byte[] packets, int answers, CancellationToken stop)
    {
        await up.Writer.WriteAsync(packets, stop);
        var answer = await down.Reader.ReadAtLeastAsync(answers, stop);
        down.Reader.AdvanceTo(answer.Buffer.End);
    }

    private static byte[] Connect() => [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'r'];

    // Charging ports with and without acknowledgement; now and then somebody's smoke alarm goes off and is quiet again.
    private byte[] Round(int round, out int acknowledged)
    {
        var packets = new ArrayBufferWriter<byte>();
        var now = clocks.Network.GetUtcNow().ToUnixTimeMilliseconds();
        acknowledged = 0;
        for (var i = 1; i <= Messages; i++)
        {
            var qos = i % 2;
            acknowledged += qos;
            Publish(packets, qos, i, "hub/v1/port/telemetry", FormattableString.Invariant($$"""{"ts":{{now}},"values":{"power":{{100 + i}}.5,"port_temp":31.2,"voltage":60.1} }"""));
        }

        if (round % AlarmEvery != AlarmEvery - 1) return packets.WrittenSpan.ToArray();
        acknowledged++;
        Publish(packets, 1, Messages + 1, "hub/v1/smoke/event", (round / AlarmEvery) % 2 == 0 ? """{"type":"smoke","confidence":0.9}""" : """{"type":"normal"}""");
        return packets.WrittenSpan.ToArray();
    }

    private static void Publish(ArrayBufferWriter<byte> packets, int qos, int id, string topic, string body)
    {
        var length = 2 + topic.Length + (qos * 2) + body.Length;
        packets.Write((ReadOnlySpan<byte>)(length < 128 ? [(byte)(0x30 | (qos << 1)), (byte)length] : [(byte)(0x30 | (qos << 1)), (byte)((length & 0x7F) | 0x80), (byte)(length >> 7)]));
        packets.Write((ReadOnlySpan<byte>)[0, (byte)topic.Length]);
        packets.Write(Encoding.ASCII.GetBytes(topic));
        if (qos == 1) packets.Write((ReadOnlySpan<byte>)[0, (byte)id]);
        packets.Write(Encoding.ASCII.GetBytes(body));
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
