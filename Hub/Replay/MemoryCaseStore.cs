using Hub.Cases;

namespace Hub.Replay;

/// <summary>Cases of a replay, in memory: they are looked at and thrown away.</summary>
internal sealed class MemoryCaseStore : ICaseStore
{
    private readonly List<CaseEvent> events = [];
    private readonly Dictionary<string, GridCase> cases = new(StringComparer.Ordinal);
    private readonly Dictionary<int, LaneProgress> lanes = [];

    public IReadOnlyList<CaseEvent> Events => events;

    public IReadOnlyList<GridCase> Cases => [.. cases.Values.OrderBy(c => c.OpenedAtMs).ThenBy(c => c.Id, StringComparer.Ordinal)];

    public Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
    {
        var numbered = commit.Events.Select((e, i) => e with { Sequence = events.Count + 1 + i }).ToList();
        events.AddRange(numbered);
        foreach (var c in commit.Cases) cases[c.Id] = c;
        if (commit.Lane is { } lane) lanes[lane.Lane] = lane;
        return Task.FromResult<IReadOnlyList<CaseEvent>>(numbered);
    }

    public Task<IReadOnlyList<LaneProgress>> LoadLanesAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<LaneProgress>>([.. lanes.Values]);

    public Task<IReadOnlyList<GridCase>> LoadActiveAsync(long closedSinceMs, CancellationToken stop) => Task.FromResult(Cases);

    public Task<GridCase?> FindAsync(string caseId, CancellationToken stop) => Task.FromResult(cases.GetValueOrDefault(caseId));

    public Task<long> LastSequenceAsync(CancellationToken stop) => Task.FromResult((long)events.Count);

    public Task<IReadOnlyList<CaseEvent>> EventsOfAsync(string caseId, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<CaseEvent>>([.. events.Where(e => e.CaseId == caseId)]);

    public Task<IReadOnlyList<CaseEvent>> EventsAfterAsync(long sequence, int limit, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<CaseEvent>>([.. events.Skip((int)sequence).Take(limit)]);

    public Task<(IReadOnlyList<GridCase> Items, string? Next)> ListAsync(CaseQuery query, CancellationToken stop) =>
        Task.FromResult<(IReadOnlyList<GridCase>, string?)>((Cases, null));

    public Task<(IReadOnlyList<FiledAlert> Items, string? Next)> AlertsAsync(string? type, string? rule, string? cursor, int limit, CancellationToken stop) =>
        Task.FromResult<(IReadOnlyList<FiledAlert>, string?)>(([], null));

    public Task<IReadOnlyList<FiledAlert>> AlertsOfAsync(string caseId, int limit, CancellationToken stop) => Task.FromResult<IReadOnlyList<FiledAlert>>([]);

    public Task<string?> VerifyChainAsync(CancellationToken stop) => Task.FromResult<string?>(null);
}
