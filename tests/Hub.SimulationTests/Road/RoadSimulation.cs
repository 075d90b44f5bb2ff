using System.Buffers;
using System.Text;
using Hub.Adapters.Influx;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;
using Hub.Road;
using Hub.Rules;

namespace Hub.SimulationTests.Road;

/// <summary>
/// The whole hub under one seed: devices over a line that breaks, a disk that tears, fails, fills and dawdles, a case store and a readings store
/// that refuse, fail half-way or lose their answers, and crashes at any moment. Everything between is the real thing.
/// </summary>
/// <remarks>After every crash the ledger balances. What must hold at the end: <see cref="RoadVerdict"/>.</remarks>
internal sealed partial class RoadSimulation : IDisposable
{
    private const int Lanes = 2;

    private readonly ChannelTable channels = new();
    private readonly RuleBook rules;
    private readonly Random random;
    private readonly SimulatedDisk disk;
    private readonly SimulatedClock clock = new();
    private readonly DeviceRegistry registry = new();
    private readonly IngestOptions options = new();
    private readonly MemoryCaseStore cases = new();
    private readonly FaultyCaseStore faultyCases;
    private readonly SimulatedInflux influx;
    private readonly LaneSnapshot?[] snapshots = new LaneSnapshot?[Lanes];
    private readonly List<SimulatedDevice> devices = [];
    private readonly List<(SimulatedDevice Device, SimulatedMessage Message, int Connection, long Ticket)> waiting = [];
    private readonly string folder;

    // Of this life; gone with the next crash.
    private LocalJournal journal = null!;
    private JournalSink sink = null!;
    private TickWriter ticks = null!;
    private Ledger ledger = null!;
    private CaseDesk desk = null!;
    private SimulatedLane[] lanes = [];
    private LaneReader[] storeReaders = [];
    private InfluxReadingsStore store = null!;
    private ReadingsIntake? intake;
    private DateTimeOffset ticked;
    private long lastId;
    private bool isQuiet;

    public RoadSimulation(int seed)
    {
        random = new Random(seed);
        rules = RuleBook.Load(Path.Combine(AppContext.BaseDirectory, "rules"), channels, TimeZoneInfo.Utc);
        disk = new SimulatedDisk(random, capacity: 64L << 20);
        faultyCases = new FaultyCaseStore(cases, random);
        influx = new SimulatedInflux(random);
        folder = Directory.CreateTempSubdirectory("hub-road-").FullName;
        ticked = clock.GetUtcNow();
        Populate();
        Open();
    }

    public int Crashes { get; private set; }

    public int LostAcknowledgements { get; private set; }

    public int Refused { get; private set; }

    public int StoreFailures => influx.Failures;

    public int CaseStoreFailures => faultyCases.Failures;

    public HashSet<long> Acknowledged { get; } = [];

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(400)));
            var dice = random.Next(1000);
            if (dice < 560) Send(devices[random.Next(devices.Count)]);
            else if (dice < 740) Commit();
            else if (dice < 830) lanes[random.Next(Lanes)].Step();
            else if (dice < 890) Store();
            else if (dice < 935) Tick();
            else if (dice < 955) Snapshot(random.Next(Lanes));
            else if (dice < 975) devices[random.Next(devices.Count)].Break();
            else if (dice < 978) Crash();
            else Weather();
        }

        Heal();
        new RoadVerdict(this).Check();
    }

    public void Dispose()
    {
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        desk.Dispose();
        influx.Dispose();
        journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        disk.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Populate()
    {
        (string Id, SimulatedKind Sends, string Kind, string Place)[] all =
        [
            ("smoke-1", SimulatedKind.Smoke, "smokeAlarm", "c/estate-1/building-01/stairwell-1/flat-101"),
            ("smoke-2", SimulatedKind.Smoke, "shedSmoke", "c/estate-2/shed-1"),
            ("port-1", SimulatedKind.Port, "chargerPort", "c/estate-1/shed-1/bay-01"),
            ("port-2", SimulatedKind.Port, "chargerPort", "c/estate-2/shed-1/bay-02"),
            ("plain-1", SimulatedKind.Unnumbered, "chargerPort", "c/estate-1/shed-1/bay-03"),
            ("late-1", SimulatedKind.Buffering, "shedMeter", "c/estate-2/shed-1"),
            ("broken-1", SimulatedKind.Broken, "chargerPort", "c/estate-1/shed-1/bay-04"),
        ];
        registry.RegisterAsync([.. all.Select(d => new DeviceRecord(d.Id, d.Kind, "", d.Place))], [], [], default).GetAwaiter().GetResult();

        // A device without numbers is known again by its last eight messages; the other windows are wider.
        foreach (var d in all) devices.Add(new SimulatedDevice(d.Id, d.Sends, d.Sends is SimulatedKind.Unnumbered ? 4 : 16, random));
        devices.Add(new SimulatedDevice("stranger-1", SimulatedKind.Unnumbered, 4, random));
    }

    private void Open()
    {
        journal = LocalJournal.Open(
            new JournalOptions { Directory = "simulated", Lanes = Lanes, SegmentBytes = 128 << 10, BatchBytes = 16 << 10, BodyBytes = 4096, ReserveBytes = 0, Consumers = ["rules", "readings"] },
            disk, clock, startWriter: false);
        var front = new FrontCounts();
        ticks = TickWriter.Restore(journal, front);
        sink = new JournalSink(journal, registry, front, options, clock);
        ledger = new Ledger(journal, ticks, registry);
        desk = new CaseDesk(faultyCases, registry, CasePolicy.Default, clock);
        desk.OpenAsync().GetAwaiter().GetResult();
        lanes = [.. Enumerable.Range(0, Lanes).Select(lane => new SimulatedLane(
            Reader(lane), new RuleEngine(rules, registry, lane, new EngineOptions { Owns = device => LaneMap.Of(device, Lanes) == lane }), desk, ledger))];
        for (var lane = 0; lane < Lanes; lane++) lanes[lane].Restore(snapshots[lane]);
        store = new InfluxReadingsStore(new InfluxDbOptions { Url = new Uri("http://simulated:8086"), DataDir = folder, Retries = 1, BatchLines = 40, Handler = influx }, new InstantClock(clock));
        intake = null;
    }

    private LaneReader Reader(int lane) => new(journal, lane, registry, channels, options, new JournalBatch(4096, 32));

    private void Send(SimulatedDevice device)
    {
        if (!device.Connected)
        {
            if (random.Next(3) != 0) return;
            device.Connect();
        }

        if (!device.HasRepeats && !device.HasRoom) return;
        var message = device.Next(ref lastId, clock.GetUtcNow());
        var dup = message.WasSent;
        message.WasSent = true;
        if (random.Next(100) == 0)
        {
            device.Break(); // before it reached the hub
            return;
        }

        try
        {
            var accepting = sink.AcceptAsync(
                new InboundPublish
                {
                    Topic = Encoding.UTF8.GetBytes(message.Topic), Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(message.Payload)), Qos = Qos.AtLeastOnce, Dup = dup, ClientId = device.Id,
                },
                default).AsTask();
            if (!accepting.IsCompleted) Commit(); // the journal's batch is full: the message waits for this
            waiting.Add((device, message, device.Connection, accepting.GetAwaiter().GetResult().Ticket));
        }
        catch (MqttProtocolException)
        {
            Refused++;
            device.Break();
        }
    }

    private void Commit()
    {
        if (!isQuiet && random.Next(8) == 0) disk.WhileFlushing = SendWhileBusy;
        journal.Commit();
        disk.WhileFlushing = null;
        for (var i = 0; i < waiting.Count;)
        {
            var (device, message, connection, ticket) = waiting[i];
            var committed = journal.CommittedAsync(ticket, default).AsTask();
            if (!committed.IsCompleted)
            {
                i++;
                continue;
            }

            waiting.RemoveAt(i);
            if (!device.Connected || device.Connection != connection) continue;
            if (committed.IsCompletedSuccessfully && random.Next(50) != 0)
            {
                Acknowledged.Add(message.Id);
                device.InFlight.Remove(message);
                continue;
            }

            LostAcknowledgements++;
            _ = committed.Exception;
            device.Break();
        }
    }

    // A slow disk: what comes meanwhile goes into the other batch.
    private void SendWhileBusy()
    {
        disk.WhileFlushing = null;
        for (var i = random.Next(6); i > 0; i--)
        {
            var device = devices[random.Next(devices.Count)];
            if (device.Connected && device.HasRoom) Send(device);
        }
    }

    private void Store()
    {
        try
        {
            if (intake is null)
            {
                var checkpoint = store.OpenAsync(Lanes, default).GetAwaiter().GetResult();
                storeReaders = [.. Enumerable.Range(0, Lanes).Select(Reader)];
                var opened = new ReadingsIntake(store, storeReaders, ledger);
                opened.Restore(checkpoint);
                intake = opened;
            }

            foreach (var reader in storeReaders)
            {
                while (random.Next(4) != 0 && reader.TryRead()) intake.Take(reader);
            }

            if (random.Next(3) == 0) return;
            var next = intake.Next();
            store.CommitAsync(next, default).GetAwaiter().GetResult();
            intake.Committed(next);
        }
        catch (StoreUnavailableException)
        {
            // The journal is the spool: the next turn tries again.
        }
    }

    private void Tick()
    {
        while ((int)(clock.GetUtcNow() - ticked).TotalSeconds is > 0 and var behind)
        {
            // They fit into an empty batch, so one commit settles them: how often the journal commits must not depend on threads.
            var seconds = Math.Min(behind, 8);
            Commit();
            var ticking = ticks.AppendAsync(ticked + TimeSpan.FromSeconds(1), seconds, default);
            Commit();
            ticked += TimeSpan.FromSeconds(seconds);
            try
            {
                ticking.GetAwaiter().GetResult();
            }
            catch (JournalException)
            {
                // The disk refuses; those seconds have no tick, now and in every replay.
            }
        }

        VerifyLedger();
    }

    private void Snapshot(int lane)
    {
        if (lanes[lane].IsIdle) snapshots[lane] = lanes[lane].Save();
    }

    // Things go wrong for a while, each by itself, and get well again.
    private void Weather()
    {
        var bad = random.Next(2) == 0;
        switch (random.Next(6))
        {
            case 0: disk.WriteFaults = bad ? random.NextDouble() * 0.5 : 0; break;
            case 1: disk.FlushFaults = bad ? random.NextDouble() * 0.5 : 0; break;
            case 2: disk.TakenByOthers = bad ? 64L << 20 : 0; break;
            case 3: influx.Faults = bad ? random.NextDouble() : 0; break;
            case 4: faultyCases.Faults = bad ? random.NextDouble() : 0; break;
            default: (disk.WriteFaults, disk.FlushFaults, disk.TakenByOthers, influx.Faults, faultyCases.Faults) = (0, 0, 0, 0, 0); break;
        }
    }

    private void Crash()
    {
        Crashes++;
        disk.Crash();
        waiting.Clear();
        foreach (var device in devices) device.Break();
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        desk.Dispose();
        Open();
        VerifyLedger();
    }

    private void VerifyLedger()
    {
        var now = ledger.Snapshot();
        if (!now.Balanced) throw new InvalidOperationException($"not balanced: {now}, rejected {string.Join(' ', now.Rejected)}");
    }
}
