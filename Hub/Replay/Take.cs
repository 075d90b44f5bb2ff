using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Replay;

/// <summary>Something raised in a trial, reduced to what a comparison asks for.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Key">What it is about: the part of the dedupe key behind the family, so that another family does not hide a likeness.</param>
/// <param name="AtMs">Arrival of the record that raised it.</param>
/// <param name="Place">Path of the place.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Title">One line.</param>
/// <param name="Shadow">Opens no case.</param>
internal sealed record Raised(string Rule, string Key, long AtMs, string Place, Severity Severity, LocalText Title, bool Shadow)
{
    public static Raised Of(Alert a) => new(a.Rule, KeyOf(a.DedupeKey), a.ArrivalMs, a.PlaceId, a.Severity, a.Title, a.Shadow);

    public static Raised Of(GridCase c) => new(c.Rule, KeyOf(c.DedupeKey), c.OpenedAtMs, c.PlaceId, c.Severity, c.Title, Shadow: false);

    private static string KeyOf(string dedupeKey) => dedupeKey[(dedupeKey.IndexOf('@', StringComparison.Ordinal) + 1)..];
}

/// <summary>One set of rules in a trial: a desk of its own, and what came of it. Its lanes may be judged side by side.</summary>
internal sealed class Take : IDisposable
{
    /// <summary>Most alerts of one set. A rule that matches everything is told of, not gathered.</summary>
    public const int MostAlerts = 200_000;

    private readonly MemoryCaseStore store = new();
    private readonly CaseDesk desk;
    private readonly IDeviceDirectory directory;
    private readonly Lock gate = new();
    private readonly SortedDictionary<int, LaneTake> lanes = [];
    private int alerts;

    public Take(RuleBook book, IDeviceDirectory directory, CasePolicy policy, TimeProvider clock)
    {
        (Book, this.directory) = (book, directory);
        desk = new CaseDesk(store, directory, policy, clock);
    }

    public RuleBook Book { get; }

    /// <summary>Alerts raised within the span, lane by lane in the order of the journal. When all lanes have been judged.</summary>
    public IReadOnlyList<Raised> Alerts => [.. lanes.Values.SelectMany(l => l.Alerts)];

    public Task OpenAsync(CancellationToken stop) => desk.OpenAsync(stop);

    /// <summary>Turns to a lane, whose state begins empty. Any thread.</summary>
    public LaneTake Turn(int lane, Func<Device, bool> owns, string suppressions, long atMs)
    {
        var engine = new RuleEngine(Book, directory, lane, new EngineOptions { Owns = owns });
        if (suppressions.Length > 0) engine.Suppress(suppressions, atMs);
        var take = new LaneTake(this, engine, lane);
        lock (gate) lanes.Add(lane, take);
        return take;
    }

    /// <summary>Brings what a lane raised to the desk. Any thread.</summary>
    /// <exception cref="BacktestFault">Far too much was raised.</exception>
    public async Task HandOverAsync(LaneTake lane, LaneBatch batch, int raised, CancellationToken stop)
    {
        if (raised > 0 && Interlocked.Add(ref alerts, raised) > MostAlerts)
        {
            var loud = lane.Alerts.GroupBy(a => a.Rule).MaxBy(g => g.Count())!;
            throw new BacktestFault($"more than {MostAlerts:N0} alerts, {loud.Count():N0} of them of the rule {loud.Key}: its condition holds almost always; narrow it, or try a shorter time");
        }

        await desk.ApplyAsync(batch, stop);
    }

    /// <summary>Cases opened at or after an instant, in the order of opening.</summary>
    public async Task<IReadOnlyList<GridCase>> CasesAsync(long fromMs, CancellationToken stop)
    {
        var (cases, _) = await store.ListAsync(new CaseQuery(SinceMs: fromMs, IncludeRestricted: true, Limit: int.MaxValue), stop);
        return [.. cases.OrderBy(c => c.OpenedAtMs).ThenBy(c => c.Id, StringComparer.Ordinal)];
    }

    public void Dispose() => desk.Dispose();
}

/// <summary>One lane of a set: one thread at a time.</summary>
internal sealed class LaneTake(Take set, RuleEngine engine, int lane)
{
    private readonly List<Alert> batch = [];

    /// <summary>Alerts it raised within the span.</summary>
    public List<Raised> Alerts { get; } = [];

    /// <summary>Something waits to be brought to the desk.</summary>
    public bool HasAlerts => batch.Count > 0;

    public void Suppress(string written, long atMs) => engine.Suppress(written, atMs);

    public void Judge(Observation observation) => engine.Judge(observation, batch);

    public void Tick(long tickMs, long position) => engine.Tick(tickMs, position, batch);

    /// <summary>Brings what was raised to the desk.</summary>
    public async Task HandOverAsync(long position, long clockMs, long fromMs, CancellationToken stop)
    {
        var before = Alerts.Count;
        foreach (var alert in batch)
            if (alert.Signal == AlertSignal.Raised && alert.ArrivalMs >= fromMs) Alerts.Add(Raised.Of(alert));
        await set.HandOverAsync(this, new LaneBatch { Lane = lane, Position = position, ClockMs = clockMs, Alerts = [.. batch] }, Alerts.Count - before, stop);
        batch.Clear();
    }
}

/// <summary>A trial that cannot come to an end, for a reason its owner can mend.</summary>
internal sealed class BacktestFault(string message) : Exception(message);
