using System.Globalization;

namespace Hub.Cases;

/// <summary>Cases in memory: for replays and back-tests, which must leave no trace. Behaves like the databases; safe to call from any thread.</summary>
public sealed class MemoryCaseStore : ICaseStore
{
    private readonly Lock gate = new();
    private readonly List<CaseEvent> events = [];
    private readonly List<string> links = [];
    private readonly Dictionary<string, GridCase> cases = new(StringComparer.Ordinal);
    private readonly List<FiledAlert> alerts = [];
    private readonly SortedDictionary<int, LaneProgress> lanes = [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
    {
        lock (gate)
        {
            var numbered = new List<CaseEvent>(commit.Events.Count);
            foreach (var e in commit.Events)
            {
                numbered.Add(e with { Sequence = events.Count + 1 });
                links.Add(CaseJson.LogHash(links.Count == 0 ? "" : links[^1], events.Count + 1, e.Hash));
                events.Add(numbered[^1]);
            }

            foreach (var c in commit.Cases) cases[c.Id] = c;
            alerts.AddRange(commit.Alerts);
            if (commit.Lane is { } lane) lanes[lane.Lane] = lane;
            return Task.FromResult<IReadOnlyList<CaseEvent>>(numbered);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LaneProgress>> LoadLanesAsync(CancellationToken stop) => Read<IReadOnlyList<LaneProgress>>(() => [.. lanes.Values]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GridCase>> LoadActiveAsync(long closedSinceMs, CancellationToken stop) => Read<IReadOnlyList<GridCase>>(
        () => [.. cases.Values.Where(c => c.IsOpen || c.ClosedAtMs >= closedSinceMs).OrderBy(c => c.OpenedAtMs).ThenBy(c => c.Id, StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public Task<GridCase?> FindAsync(string caseId, CancellationToken stop) => Read(() => cases.GetValueOrDefault(caseId));

    /// <inheritdoc/>
    public Task<(IReadOnlyList<GridCase> Items, string? Next)> ListAsync(CaseQuery query, CancellationToken stop) => Read<(IReadOnlyList<GridCase>, string?)>(() =>
    {
        var from = query.Cursor is null ? 0 : int.Parse(query.Cursor, CultureInfo.InvariantCulture);
        var found = cases.Values.Where(c => Matches(c, query))
            .OrderBy(c => c.Severity).ThenByDescending(c => c.OpenedAtMs).ThenBy(c => c.Id, StringComparer.Ordinal).Skip(from).Take(query.Limit).ToList();
        return (found, found.Count == query.Limit ? (from + found.Count).ToString(CultureInfo.InvariantCulture) : null);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<CaseEvent>> EventsOfAsync(string caseId, CancellationToken stop) => Read<IReadOnlyList<CaseEvent>>(() => [.. events.Where(e => e.CaseId == caseId)]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CaseEvent>> EventsAfterAsync(long sequence, int limit, CancellationToken stop) =>
        Read<IReadOnlyList<CaseEvent>>(() => [.. events.Skip((int)Math.Min(sequence, events.Count)).Take(limit)]);

    /// <inheritdoc/>
    public Task<long> LastSequenceAsync(CancellationToken stop) => Read(() => (long)events.Count);

    /// <inheritdoc/>
    public Task<(IReadOnlyList<FiledAlert> Items, string? Next)> AlertsAsync(string? type, string? rule, string? cursor, int limit, CancellationToken stop) =>
        Read<(IReadOnlyList<FiledAlert>, string?)>(() =>
        {
            var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
            var found = alerts.AsEnumerable().Reverse().Where(a => (type is null || a.Alert.Type == type) && (rule is null || a.Alert.Rule == rule)).Skip(from).Take(limit).ToList();
            return (found, found.Count == limit ? (from + found.Count).ToString(CultureInfo.InvariantCulture) : null);
        });

    /// <inheritdoc/>
    public Task<IReadOnlyList<FiledAlert>> AlertsOfAsync(string caseId, int limit, CancellationToken stop) =>
        Read<IReadOnlyList<FiledAlert>>(() => [.. alerts.Where(a => a.CaseId == caseId).Take(limit)]);

    /// <inheritdoc/>
    public Task<string?> VerifyChainAsync(CancellationToken stop) => Read(() =>
    {
        var link = "";
        for (var i = 0; i < events.Count; i++)
        {
            link = CaseJson.LogHash(link, i + 1, events[i].Hash);
            if (CaseJson.HashOf(events[i]) != events[i].Hash || links[i] != link) return $"event {i + 1} of case {events[i].CaseId} was changed";
        }

        return null;
    });

    private static bool Matches(GridCase c, CaseQuery q) =>
        (q.Open is null || q.Open == c.IsOpen) && (q.Type is null || q.Type == c.Type) && (q.Severity is null || q.Severity == (int)c.Severity)
        && (q.State is null || q.State == c.State.ToString()) && (q.IncludeRestricted || !c.Restricted) && (q.Sim is null || q.Sim == c.Sim)
        && (q.SinceMs is null || c.OpenedAtMs >= q.SinceMs) && (q.UntilMs is null || c.OpenedAtMs < q.UntilMs)
        && (q.Grid is null || c.GridCode == q.Grid || c.GridChain.Contains(q.Grid) || c.DedicatedGrids.Contains(q.Grid))
        && (q.Place is null || c.PlaceId == q.Place || c.PlaceId.StartsWith(q.Place + "/", StringComparison.Ordinal))
        && (string.IsNullOrEmpty(q.Text) || string.Join('\n', c.Id, c.Title.Zh, c.Title.En, c.PlaceTitle.Zh, c.PlaceTitle.En).Contains(q.Text, StringComparison.OrdinalIgnoreCase));

    private Task<T> Read<T>(Func<T> read)
    {
        lock (gate) return Task.FromResult(read());
    }
}
