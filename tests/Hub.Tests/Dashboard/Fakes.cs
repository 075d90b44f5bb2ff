using Hub.Cases;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Tests.Dashboard;

/// <summary>Devices, places and grids in memory.</summary>
internal sealed class MemoryDirectory : IDeviceDirectory
{
    private readonly List<Device> devices = [];
    private readonly Dictionary<string, Place> places = [];
    private readonly Dictionary<string, Grid> grids = [];

    public int Count => devices.Count;
    public IReadOnlyList<Device> All => devices;
    public IReadOnlyCollection<Place> Places => places.Values;
    public IReadOnlyCollection<Grid> Grids => grids.Values;
    public List<DeviceRecord> Registered { get; } = [];

    public Device? Find(string id) => devices.Find(d => d.Id == id);

    public Place PlaceOf(string path) => places.TryGetValue(path, out var p) ? p : PlaceNames.FromPath(path);

    public Device Add(string id, string kind, string place)
    {
        var device = new Device(devices.Count, id, DeviceKinds.Of(kind), PlaceOf(place));
        devices.Add(device);
        return device;
    }

    public void Add(Place place) => places[place.Id] = place;

    public void Add(Grid grid) => grids[grid.Code] = grid;

    public Task RegisterAsync(
        IReadOnlyCollection<DeviceRecord> newDevices, IReadOnlyCollection<Place> newPlaces, IReadOnlyCollection<Grid> newGrids, CancellationToken stop)
    {
        foreach (var p in newPlaces) Add(p);
        foreach (var g in newGrids) Add(g);
        foreach (var d in newDevices) Add(d.Id, d.Kind, d.PlaceId);
        Registered.AddRange(newDevices);
        return Task.CompletedTask;
    }
}

/// <summary>Accounts, tokens and the audit in memory.</summary>
internal sealed class MemoryAccounts : IAccountStore
{
    private readonly Dictionary<string, Account> accounts = [];

    public List<ApiToken> Tokens { get; } = [];
    public List<AuditEntry> Entries { get; } = [];

    public Task<Account?> FindAccountAsync(string id, CancellationToken stop) => Task.FromResult(accounts.GetValueOrDefault(id));

    public Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<Account>>([.. accounts.Values]);

    public Task SaveAccountAsync(Account account, CancellationToken stop)
    {
        accounts[account.Id] = account;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<ApiToken>>([.. Tokens]);

    public Task SaveTokenAsync(ApiToken token, CancellationToken stop)
    {
        Tokens.RemoveAll(t => t.Id == token.Id);
        Tokens.Add(token);
        return Task.CompletedTask;
    }

    public Task AuditAsync(AuditEntry entry, CancellationToken stop)
    {
        lock (Entries) Entries.Add(entry);
        return Task.CompletedTask;
    }
}

/// <summary>A few series in memory.</summary>
internal sealed class MemoryReadings : IReadingsReader
{
    public Dictionary<(string Device, string Channel), List<SeriesPoint>> Series { get; } = [];

    public Task<IReadOnlyList<SeriesPoint>> ReadAsync(SeriesQuery query, CancellationToken stop)
    {
        var all = Series.GetValueOrDefault((query.DeviceId, query.Channel)) ?? [];
        return Task.FromResult<IReadOnlyList<SeriesPoint>>([.. all.Where(p => p.AtMs >= query.FromMs && p.AtMs < query.ToMs).Take(query.Limit)]);
    }

    public Task<IReadOnlyDictionary<string, SeriesPoint>> LatestAsync(string deviceId, CancellationToken stop) =>
        Task.FromResult<IReadOnlyDictionary<string, SeriesPoint>>(
            Series.Where(s => s.Key.Device == deviceId).ToDictionary(s => s.Key.Channel, s => s.Value[^1]));
}

/// <summary>A ledger that says what it is told.</summary>
internal sealed class FixedLedger : ILedger
{
    public LedgerSnapshot Now { get; set; } = new(12, new Dictionary<string, long> { ["too-large"] = 1 }, 1, 0, 10, 9, 1, 27, 27, 0, 0, true);

    public LedgerSnapshot Snapshot() => Now;

    public LedgerSnapshot? SnapshotOf(string deviceId) => null;
}

/// <summary>Two rules, one traced.</summary>
internal sealed class FixedRules : IRuleCatalogue
{
    public IReadOnlyList<RuleInfo> Rules { get; } =
    [
        new("A3-battery-thermal", "1.0", "charging.yaml", "BatteryThermal", new("电池过热", "Battery hot"), Severity.P1, "ShiftLeader", "GB 43854", false, new("描述", "text"), "id: A3", 2),
    ];

    public IReadOnlyList<RuleTrace>? TraceOf(string ruleId, string? deviceId, int limit) =>
        Rules.Any(r => r.Id == ruleId) ? [new RuleTrace(1, "1.0", "d1", "p", "held", "58 °C < 60 °C")] : null;
}

/// <summary>Dead letters in memory.</summary>
internal sealed class MemoryDeadLetters : IDeadLetterStore
{
    public List<DeadLetter> Letters { get; } = [];

    public Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, long before, int limit, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>([.. Letters.Where(d => (before == 0 || d.Id < before) && Takes(filter, d)).OrderByDescending(d => d.Id).Take(limit)]);

    public Task<DeadLetter?> FindAsync(long id, CancellationToken stop) => Task.FromResult(Letters.Find(d => d.Id == id));

    public Task<IReadOnlyDictionary<string, long>> CountAsync(DeadLetterFilter filter, CancellationToken stop) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(Letters.Where(d => Takes(filter, d)).GroupBy(d => d.Reason).ToDictionary(g => g.Key, g => (long)g.Count()));

    public Task<int> DeleteAsync(IReadOnlyCollection<long> ids, CancellationToken stop) => Task.FromResult(Letters.RemoveAll(d => ids.Contains(d.Id)));

    public Task<int> DeleteAsync(DeadLetterFilter filter, CancellationToken stop) => Task.FromResult(Letters.RemoveAll(d => Takes(filter, d)));

    private static bool Takes(DeadLetterFilter f, DeadLetter d) =>
        (f.Reason is null || d.Reason == f.Reason) && (f.DeviceId is null || d.DeviceId == f.DeviceId) && (f.Topic is null || d.Topic.StartsWith(f.Topic, StringComparison.Ordinal))
        && d.ArrivalMs >= (f.FromMs ?? long.MinValue) && d.ArrivalMs < (f.ToMs ?? long.MaxValue);
}

/// <summary>Cases and events in memory; announces to the feed like the desk does.</summary>
internal sealed class MemoryCases(CaseFeed feed) : ICaseStore
{
    private readonly Lock gate = new();
    private readonly List<CaseEvent> events = [];
    private readonly Dictionary<string, GridCase> cases = [];

    public async Task<CaseEvent> AddAsync(GridCase c, string kind = "reported")
    {
        var e = new CaseEvent
        {
            CaseId = c.Id, Version = c.Version, Kind = kind, AtMs = c.UpdatedAtMs, Actor = "system", Post = "system", State = c.State, Data = [], PreviousHash = "", Hash = "h",
        };
        var stored = await CommitAsync(new CaseCommit([e], [c], [], [], null), CancellationToken.None);
        feed.Announce(stored[0].Sequence, []);
        return stored[0];
    }

    public Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
    {
        lock (gate)
        {
            var numbered = commit.Events.Select((e, i) => e with { Sequence = events.Count + i + 1 }).ToList();
            events.AddRange(numbered);
            foreach (var c in commit.Cases) cases[c.Id] = c;
            return Task.FromResult<IReadOnlyList<CaseEvent>>(numbered);
        }
    }

    public Task<GridCase?> FindAsync(string caseId, CancellationToken stop)
    {
        lock (gate) return Task.FromResult(cases.GetValueOrDefault(caseId));
    }

    public Task<(IReadOnlyList<GridCase> Items, string? Next)> ListAsync(CaseQuery query, CancellationToken stop)
    {
        lock (gate)
        {
            return Task.FromResult<(IReadOnlyList<GridCase>, string?)>(([.. cases.Values
                .Where(c => (query.Open is null || c.IsOpen == query.Open) && (query.Type is null || c.Type == query.Type) && (query.IncludeRestricted || !c.Restricted))
                .OrderBy(c => c.Severity).ThenByDescending(c => c.OpenedAtMs).Take(query.Limit)], null));
        }
    }

    public Task<IReadOnlyList<CaseEvent>> EventsOfAsync(string caseId, CancellationToken stop)
    {
        lock (gate) return Task.FromResult<IReadOnlyList<CaseEvent>>([.. events.Where(e => e.CaseId == caseId)]);
    }

    public Task<IReadOnlyList<CaseEvent>> EventsAfterAsync(long sequence, int limit, CancellationToken stop)
    {
        lock (gate) return Task.FromResult<IReadOnlyList<CaseEvent>>([.. events.Skip((int)sequence).Take(limit)]);
    }

    public Task<long> LastSequenceAsync(CancellationToken stop)
    {
        lock (gate) return Task.FromResult((long)events.Count);
    }

    public Task<IReadOnlyList<LaneProgress>> LoadLanesAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<LaneProgress>>([]);

    public Task<IReadOnlyList<GridCase>> LoadActiveAsync(long closedSinceMs, CancellationToken stop) => Task.FromResult<IReadOnlyList<GridCase>>([]);

    public Task<(IReadOnlyList<FiledAlert> Items, string? Next)> AlertsAsync(string? type, string? rule, string? cursor, int limit, CancellationToken stop) =>
        Task.FromResult<(IReadOnlyList<FiledAlert>, string?)>(([], null));

    public Task<IReadOnlyList<FiledAlert>> AlertsOfAsync(string caseId, int limit, CancellationToken stop) => Task.FromResult<IReadOnlyList<FiledAlert>>([]);

    public Task<string?> VerifyChainAsync(CancellationToken stop) => Task.FromResult<string?>(null);
}
