using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Tests.Support;

namespace Hub.Tests.Cases;

/// <summary>A small community with a case desk on a real database, a hand-driven clock and one account for each role.</summary>
internal sealed class Town : IAsyncDisposable
{
    /// <summary>Sunday 2026-11-22 12:00 in Shanghai.</summary>
    public const long Noon = 1_795_320_000_000;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "hub-cases-" + Guid.NewGuid().ToString("N"));
    private long position;

    public ManualClock Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Noon));

    public Directory Places { get; } = new();

    public HubDatabase Database { get; private set; } = null!;

    public SqliteCaseStore Store { get; private set; } = null!;

    public CaseDesk Desk { get; private set; } = null!;

    public string DatabasePath => Path.Combine(folder, "hub.db");

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<Town> OpenAsync()
    {
        var town = new Town();
        town.Database = await HubDatabase.OpenAsync(town.DatabasePath, town.Clock);
        town.Store = new SqliteCaseStore(town.Database);
        await town.RestartAsync();
        return town;
    }

    /// <summary>A new desk on the same store, as after a crash.</summary>
    public async Task RestartAsync(ICaseStore? store = null)
    {
        Desk?.Dispose();
        Desk = new CaseDesk(store ?? Store, Places, CasePolicy.Default, Clock);
        await Desk.OpenAsync(Stop);
    }

    public static Account Person(string id, params string[] roles) => new(id, id, "", roles, []);

    public Alert Alert(
        string type = "FlyingWireCharging", Severity severity = Severity.P3, long at = Noon, AlertSignal signal = AlertSignal.Raised, string place = "leshan/estate-1/building-02/stairwell-1",
        string? key = null, bool autoFile = true, double confidence = 0.9, bool restricted = false, bool shadow = false, IReadOnlyList<DeviceCommand>? commands = null, int lane = 0) => new()
    {
        Lane = lane, Position = ++position, Ordinal = 0, Signal = signal, Rule = "A-test", RuleVersion = "1", Type = type, Severity = severity, Confidence = confidence,
        PlaceId = place, DeviceId = "cam-1", DedupeKey = key ?? $"{type.Replace("Suspected", "").Replace("Confirmed", "")}|{place}", DedupeWindow = TimeSpan.FromHours(1), OccurredAtMs = at - 500, ArrivalMs = at,
        Title = new LocalText("标题", "Title"), Explanation = new LocalText("因为 80 > 60", "because 80 > 60"), AutoFile = autoFile, Restricted = restricted, Shadow = shadow,
        Inputs = [new AlertInput("cam-1", "event.cable", at - 500, 0.93, "", ">=", 0.7)], FirstReceivers = ["PropertyOperator"], Basis = "art. 37", Commands = commands ?? [],
    };

    public Task<bool> ApplyAsync(long clockMs, params Alert[] alerts) => Desk.ApplyAsync(Batch(clockMs, alerts), Stop);

    public LaneBatch Batch(long clockMs, params Alert[] alerts) => new() { Lane = alerts.Length > 0 ? alerts[0].Lane : 0, Position = ++position, ClockMs = clockMs, Alerts = alerts };

    public Task TickAsync(long clockMs) => ApplyAsync(clockMs);

    public async Task<GridCase> OnlyCaseAsync() => Assert.Single((await Store.ListAsync(new CaseQuery(IncludeRestricted: true), Stop)).Items);

    public async Task<GridCase> CaseAsync(string id) => (await Store.FindAsync(id, Stop))!;

    public async Task<string[]> KindsAsync(string id) => [.. (await Store.EventsOfAsync(id, Stop)).Select(e => e.Kind)];

    public Task<GridCase> DoAsync(string id, string action, Account actor, Func<TransitionRequest, TransitionRequest>? more = null)
    {
        var request = new TransitionRequest { Action = action, Actor = actor };
        return Desk.TransitionAsync(id, more is null ? request : more(request), Stop);
    }

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        await Database.DisposeAsync();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    internal sealed class Directory : IDeviceDirectory
    {
        public Dictionary<string, Place> Known { get; } = [];

        public List<Grid> GridList { get; } = [];

        public int Count => 0;

        public IReadOnlyList<Device> All => [];

        public IReadOnlyCollection<Place> Places => Known.Values;

        public IReadOnlyCollection<Grid> Grids => GridList;

        public Device? Find(string id) => null;

        public Place PlaceOf(string path) => Known.GetValueOrDefault(path) ?? PlaceNames.FromPath(path);

        public Task RegisterAsync(IReadOnlyCollection<DeviceRecord> devices, IReadOnlyCollection<Place> places, IReadOnlyCollection<Grid> grids, CancellationToken stop) => Task.CompletedTask;
    }
}
