using System.Text;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Replay;
using Hub.Road;
using Hub.Rules;
using Hub.Tests.Ingest;
using Hub.Tests.Journal;
using Hub.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Tests.Road;

/// <summary>The road from the door to the cases, over a real journal and a rules folder of its own; lives several lives.</summary>
internal sealed class RuleRoad : IAsyncDisposable
{
    private static readonly TimeZoneInfo china = TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), "UTC+8", "UTC+8");

    private readonly string data = Directory.CreateTempSubdirectory("hub-rules-").FullName;
    private readonly MemorySnapshots snapshots = new();

    public RuleRoad(string pack) => Write(pack);

    public Door Door { get; } = new();

    public bool MustBeSafe { get; init; }

    public string Folder => Path.Combine(data, "packs");

    public MemoryCaseStore Cases { get; } = new();

    public RulesInForce Rules { get; private set; } = null!;

    public TickSource Ticks { get; private set; } = null!;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>One rule of a limit and a hold, and one that never changes.</summary>
    public static string Pack(string limit, string version) => $$$"""
        pack: test
        rules:
          - {id: T1, version: "{{{version}}}", type: X, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [chargerPort]}, firstReceivers: [],
             dedupe: {family: T1, window: 1 min},
             steps: [{name: a, severity: P2, when: {hold: 'port_temp >= {{{limit}}}', for: 20 s}, explain: {zh: a, en: a}}], clear: {when: 'port_temp < 40 °C'}}
          - {id: T2, version: "7", type: Y, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [chargerPort]}, firstReceivers: [],
             steps: [{name: a, severity: P3, when: {hold: 'power >= 100 W', for: 45 s}, explain: {zh: a, en: a}}], clear: {when: 'power < 50 W'}}
        """;

    public void Write(string pack)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "test.yaml"), pack);
    }

    /// <summary>Starts the process: reads the folder, keeps it, names it in the journal.</summary>
    public async Task StartAsync()
    {
        Ticks = new TickSource(Door.Ticks, Door.Clock, NullLogger<TickSource>.Instance);
        Rules = new RulesInForce(
            RuleBook.Load(Folder, Door.Channels, china), new RuleShelf(Path.Combine(data, "rules")), Folder, Door.Channels, china, Door.Clock, NullLogger<RulesInForce>.Instance) { MustBeSafe = MustBeSafe };
        await Rules.BeginAsync(Ticks, Stop);
    }

    /// <summary>A port speaks, and ten seconds pass.</summary>
    public async Task SayAsync(double temperature, double power = 0, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await Door.PublishAsync($"hub/v1/{Door.Known}/telemetry", FormattableString.Invariant($$$"""{"values":{"port_temp":{{{temperature}}},"power":{{{power}}}}}"""));
            Door.Clock.Advance(TimeSpan.FromSeconds(10));
            await Ticks.CatchUpAsync(Stop);
        }
    }

    /// <summary>Works every lane to the end of the journal, keeps its state or not, and ends the process; the next one may start.</summary>
    public async Task WorkAndEndAsync(bool keepState = true)
    {
        using var desk = new CaseDesk(Cases, Door.Registry, CasePolicy.Default, Door.Clock);
        using var metrics = new HubMetrics();
        await desk.OpenAsync(Stop);
        var workers = Enumerable.Range(0, Door.Journal.Lanes).Select(lane => new LaneWorker(
            Door.Reader(lane), Rules, new EngineOptions(), Door.Registry, desk, snapshots, new ScoreSpool(Door.Journal.Lanes), Door.Ledger, metrics, new Clocks(Door.Clock, Door.Clock, 1), NullLogger<LaneWorker>.Instance)).ToList();
        foreach (var worker in workers) await worker.RestoreAsync(Stop);
        var runs = workers.Select(worker => worker.RunAsync(Stop)).ToList();
        await Door.Journal.DisposeAsync(); // they end when they have read it to its end
        await Task.WhenAll(runs);
        if (keepState) foreach (var worker in workers) await worker.SaveAsync(Stop);
        await Door.RestartAsync();
    }

    public async Task<IReadOnlyList<Alert>> AlertsAsync() =>
        [.. (await Cases.AlertsAsync(null, null, null, 1_000, Stop)).Items.Select(a => a.Alert).OrderBy(a => a.Lane).ThenBy(a => a.Position).ThenBy(a => a.Ordinal)];

    public async Task<string> EventsAsync() => Lines(await Cases.EventsAfterAsync(0, int.MaxValue, Stop));

    /// <summary>The journal judged once more, in memory.</summary>
    /// <param name="candidate">Rules for all of it; null for those the journal names.</param>
    public async Task<string> ReplayAsync(RuleBook? candidate = null)
    {
        var replay = new JournalReplay(Door.Journal, Door.Registry, Door.Channels, candidate ?? Rules.Current, Door.Options, CasePolicy.Default, Door.Clock)
        {
            Versions = candidate is null ? Rules.BookOf : null,
        };
        return Lines((await replay.RunAsync(null, null, null, Stop)).Events);
    }

    public RuleBook Read(string pack) => RuleBook.Parse([("test.yaml", pack)], Door.Channels, china);

    public async ValueTask DisposeAsync()
    {
        Rules?.Dispose();
        await Door.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    private static string Lines(IEnumerable<CaseEvent> events) =>
        string.Join('\n', events.OrderBy(e => e.CaseId, StringComparer.Ordinal).ThenBy(e => e.Version).Select(e => Encoding.UTF8.GetString(CaseJson.Canonical(e))));
}
