using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;
using Hub.Road;
using Hub.Rules;
using Hub.Tests.House;
using Hub.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.SimulationTests;

/// <summary>
/// One evening of a small community in one journal, under one seed: everything that has state in the rules is touched, rules change twice,
/// windows and silences come and go. Then the lanes work it off in many lives, killed in the middle of commits and going on from snapshots of any age.
/// </summary>
internal sealed class LaneSimulation : IAsyncDisposable
{
    private const int Lanes = 2;
    private readonly Random random;
    private readonly SimulatedClock clock = new();
    private readonly DeviceRegistry registry = new();
    private readonly ChannelTable channels;
    private readonly IngestOptions options = new();
    private readonly SimulatedDisk disk;
    private LocalJournal journal;
    private TickWriter ticks;
    private readonly JournalSink sink;
    private readonly RuleVersions versions;

    public LaneSimulation(int seed, RuleVersions versions)
    {
        random = new Random(seed);
        this.versions = versions;
        channels = versions.Channels;
        disk = new SimulatedDisk(random, capacity: 256L << 20);
        journal = Open();
        var front = new FrontCounts();
        ticks = TickWriter.Restore(journal, front);
        sink = new JournalSink(journal, registry, front, options, clock);
    }

    public int Kills { get; private set; }

    public long Records { get; private set; }

    public async Task WriteAsync(int steps)
    {
        await registry.RegisterAsync([.. Devices()], [], [], CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(random.Next(24)));
        await DirectAsync(DirectiveKind.Rules, Encoding.ASCII.GetBytes(versions.Fingerprints[0]));
        var windows = new List<Suppression>();
        var numbers = new long[versions.Fingerprints.Count + 1000];
        for (var step = 0; step < steps; step++)
        {
            var seconds = random.Next(40) == 0 ? random.Next(100, 700) : random.Next(0, 12);
            if (seconds > 0) await ticks.AppendAsync(clock.GetUtcNow(), seconds, CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(seconds));
            if (step % (steps / 3) == (steps / 3) - 1) await DirectAsync(DirectiveKind.Rules, Encoding.ASCII.GetBytes(versions.Fingerprints[random.Next(versions.Fingerprints.Count)]));
            if (random.Next(40) == 0) await SuppressAsync(windows, step);
            var (device, kind, body) = Say();
            body = body.Replace("{", $"{{\"seq\":{++numbers[device.GetHashCode(StringComparison.Ordinal) & 511]},", StringComparison.Ordinal);
            await sink.AcceptAsync(Message($"hub/v1/{device}/{kind}", body), CancellationToken.None);
        }

        var last = await sink.AcceptAsync(Message("hub/v1/e0-door/telemetry", "{\"contact\":0}"), CancellationToken.None);
        await sink.DurableAsync(last.Ticket, CancellationToken.None);
        Records = Enumerable.Range(0, Lanes).Sum(journal.Head);
        await journal.DisposeAsync();
    }

    /// <summary>Works the journal off.</summary>
    /// <param name="chance">Decides where it is killed; null for one life without a kill.</param>
    /// <returns>Every alert and case event, byte for byte.</returns>
    public async Task<string> LiveAsync(Random? chance)
    {
        var store = new MemoryCaseStore();
        var snapshots = new MemorySnapshots();
        while (!await OneLifeAsync(store, snapshots, chance)) Kills++;
        var alerts = (await store.AlertsAsync(null, null, null, 100_000, CancellationToken.None)).Items
            .OrderBy(a => a.Alert.Lane).ThenBy(a => a.Alert.Position).ThenBy(a => a.Alert.Ordinal).Select(a => JsonSerializer.Serialize(a));
        var events = (await store.EventsAfterAsync(0, int.MaxValue, CancellationToken.None)).OrderBy(e => e.CaseId, StringComparer.Ordinal).ThenBy(e => e.Version).Select(e => Encoding.UTF8.GetString(CaseJson.Canonical(e)));
        return string.Join('\n', alerts.Concat(events));
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        disk.Dispose();
    }

    // True when everything was worked off.
    private async Task<bool> OneLifeAsync(MemoryCaseStore store, MemorySnapshots snapshots, Random? chance)
    {
        using var killed = new CancellationTokenSource();
        var mortal = new MortalCaseStore(store, chance, chance is null ? int.MaxValue : chance.Next(1, 14), clock, killed);
        using var desk = new CaseDesk(mortal, registry, CasePolicy.Default, clock);
        using var metrics = new HubMetrics();
        await desk.OpenAsync(CancellationToken.None);
        foreach (var lane in Enumerable.Range(0, Lanes).OrderBy(_ => chance?.Next() ?? 0))
        {
            journal = Open();
            ticks = TickWriter.Restore(journal, new FrontCounts());
            using var reader = new LaneReader(journal, lane, registry, channels, options, new JournalBatch(64 << 10, chance?.Next(1, 80) ?? 500));
            var worker = new LaneWorker(
                reader, versions.Rules, new EngineOptions(), registry, desk, snapshots, new ScoreSpool(Lanes), new Ledger(journal, ticks, registry), metrics, new Clocks(clock, clock, 1), NullLogger<LaneWorker>.Instance);
            await worker.RestoreAsync(killed.Token);
            var run = worker.RunAsync(killed.Token);
            await journal.DisposeAsync(); // it ends when it has read to the end
            await run;
            if (mortal.Killed) return false;
            if (chance?.Next(2) == 0) await worker.SaveAsync(CancellationToken.None);
        }

        return true;
    }

    private static IEnumerable<DeviceRecord> Devices()
    {
        for (var e = 0; e < 4; e++)
        {
            var stairwell = $"c/estate-{e}/building-01/stairwell-1";
            for (var bay = 1; bay <= 4; bay++) yield return new DeviceRecord($"e{e}-port{bay}", "chargerPort", "", $"c/estate-{e}/shed-1/bay-{bay:00}", GatewayId: $"e{e}-gw", Attributes: new Dictionary<string, string> { ["row"] = bay < 3 ? "A" : "B" });
            yield return new DeviceRecord($"e{e}-smoke1", "smokeAlarm", "", stairwell + "/flat-101");
            yield return new DeviceRecord($"e{e}-smoke2", "smokeAlarm", "", stairwell + "/flat-301");
            yield return new DeviceRecord($"e{e}-shedsmoke", "shedSmoke", "", $"c/estate-{e}/shed-1");
            yield return new DeviceRecord($"e{e}-gas", "gasDetector", "", stairwell + "/flat-101");
            yield return new DeviceRecord($"e{e}-line", "lineMonitor", "", stairwell);
            yield return new DeviceRecord($"e{e}-door", "doorReader", "", stairwell);
            yield return new DeviceRecord($"e{e}-cam", "aiCamera", "", stairwell);
            yield return new DeviceRecord($"e{e}-lane", "laneCamera", "", $"c/estate-{e}/lane-1");
            yield return new DeviceRecord($"e{e}-lift", "liftCamera", "", stairwell + "/lift-1");
            yield return new DeviceRecord($"e{e}-elder", "elderKit", "", stairwell + "/flat-202");
        }
    }

    private (string Device, string Kind, string Body) Say()
    {
        var e = random.Next(4);
        string Event(string type, string more = "") => $$"""{"type":"{{type}}","confidence":0.9{{more}}}""";
        return random.Next(14) switch
        {
            <= 3 => ($"e{e}-port{random.Next(1, 5)}", "telemetry", string.Create(CultureInfo.InvariantCulture, $$"""{"port_temp":{{random.Next(30, 72)}},"power":{{random.Next(700)}}}""")),
            4 => ($"e{e}-smoke{random.Next(1, 3)}", "event", Event(random.Next(12) == 0 ? "smoke" : random.Next(3) == 0 ? "removed" : "test")),
            5 => ($"e{e}-shedsmoke", "telemetry", $$"""{"smoke":{{(random.Next(30) == 0 ? 1 : 0)}},"temperature":{{random.Next(15, 30)}}}"""),
            6 => ($"e{e}-gas", "telemetry", $$"""{"lel":{{random.Next(random.Next(10) == 0 ? 25 : 6)}},"co":3,"valve":{{random.Next(2)}}}"""),
            7 => ($"e{e}-line", "telemetry", $$"""{"residual":{{random.Next(80, 420)}},"power":{{random.Next(400)}},"cable_temp_a":{{random.Next(30, 75)}}}"""),
            8 => ($"e{e}-door", random.Next(2) == 0 ? "telemetry" : "event", random.Next(2) == 0 ? Event(random.Next(6) == 0 ? "forced" : "denied") : $$"""{"in_count":{{random.Next(4)}},"out_count":1,"contact":{{random.Next(2)}}}"""),
            9 or 10 => ($"e{e}-cam", "event", Event(random.Next(2) == 0 ? "cable" : "eBike", ""","zone":"w","values":{"x":0.4,"y":0.5}""")),
            11 => ($"e{e}-lane", "event", Event("vehicle", ""","zone":"l" """)),
            12 => ($"e{e}-lift", "event", Event("eBike", ""","zone":"car" """)),
            _ => ($"e{e}-elder", "telemetry", $$"""{"water":{{(random.Next(3) == 0 ? "0.02" : "0")}},"motion":{{random.Next(2)}}}"""),
        };
    }

    private async Task SuppressAsync(List<Suppression> windows, int step)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        windows.RemoveAll(w => w.ToMs <= nowMs || random.Next(3) == 0);
        windows.Add(new Suppression
        {
            Id = "s-" + step, Kind = (SuppressionKind)random.Next(1, 5), Owner = "o", Reason = "r", FromMs = nowMs + (random.Next(2) * 60_000), ToMs = nowMs + 60_000 + (random.Next(30) * 60_000),
            Place = random.Next(2) == 0 ? $"c/estate-{random.Next(4)}" : "", Types = random.Next(2) == 0 ? ["GateAnomaly", "Tamper", "DeviceOutage", "BatteryThermal"] : [],
            While = random.Next(4) == 0 ? ["DeviceOutage", "GateAnomaly"] : [], WhileLevel = "building",
        });
        await DirectAsync(DirectiveKind.Suppressions, RuleEngine.Write(windows));
    }

    private LocalJournal Open() => LocalJournal.Open(
        new JournalOptions { Directory = "simulated", Lanes = Lanes, SegmentBytes = 1 << 20, BatchBytes = 64 << 10, BodyBytes = 16 << 10, ReserveBytes = 0 }, disk, clock, startWriter: true);

    private Task DirectAsync(DirectiveKind kind, byte[] body) => ticks.DirectAsync(kind, clock.GetUtcNow(), body, CancellationToken.None);

    private static InboundPublish Message(string topic, string payload) => new()
    {
        Topic = Encoding.UTF8.GetBytes(topic), Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)), Qos = Qos.AtLeastOnce, ClientId = "c",
    };
}

/// <summary>Three versions of the shipped rules, read once for all seeds.</summary>
internal sealed class RuleVersions
{
    private static readonly TimeZoneInfo china = TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), "UTC+8", "UTC+8");

    public ChannelTable Channels { get; } = new();

    public RulesInForce Rules { get; private set; } = null!;

    public List<string> Fingerprints { get; } = [];

    public static RuleVersions Read()
    {
        var data = Directory.CreateTempSubdirectory("hub-versions-").FullName;
        var versions = new RuleVersions();
        var shelf = new RuleShelf(Path.Combine(data, "rules"));
        var shipped = Directory.EnumerateFiles(Repository.Rules, "*.yaml").Order(StringComparer.Ordinal).Select(p => (Path.GetFileName(p), File.ReadAllText(p))).ToList();
        foreach (var overrides in (string[])["", "A3-port-thermal: {warm: 58 °C}\nA4-overload: {least: 30 s}", "A7-line-fault: {residual: 250 mA}\nA11-fire-lane: {hazard: 3 min}\nA10-gate-anomaly: {denials: 3}"])
        {
            // In the order of a folder, for the shelf reads them in it and the fingerprint follows it.
            (string, string)[] files = [.. shipped, .. overrides.Length == 0 ? [] : new[] { ("overrides.yaml", overrides) }];
            var book = RuleBook.Parse([.. files.OrderBy(f => f.Item1, StringComparer.Ordinal)], versions.Channels, china);
            shelf.Keep(book, versions.Fingerprints.Count, "test");
            versions.Fingerprints.Add(book.Fingerprint);
            versions.Rules ??= new RulesInForce(book, shelf, data, versions.Channels, china, new SimulatedClock(), NullLogger<RulesInForce>.Instance);
            versions.Rules.BookOf(book.Fingerprint);
        }

        Directory.Delete(data, recursive: true);
        return versions;
    }
}
