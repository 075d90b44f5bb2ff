using Hub.Cases;
using Hub.Core.Ports;

namespace Hub.Tests.Support;

/// <summary>A case store that hands everything on to another one; who derives from it says what goes wrong at a commit.</summary>
internal abstract class PassingCaseStore(ICaseStore inner) : ICaseStore
{
    public virtual Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop) => inner.CommitAsync(commit, stop);

    public Task<IReadOnlyList<LaneProgress>> LoadLanesAsync(CancellationToken stop) => inner.LoadLanesAsync(stop);

    public Task<IReadOnlyList<GridCase>> LoadActiveAsync(long closedSinceMs, CancellationToken stop) => inner.LoadActiveAsync(closedSinceMs, stop);

    public Task<GridCase?> FindAsync(string caseId, CancellationToken stop) => inner.FindAsync(caseId, stop);

    public Task<(IReadOnlyList<GridCase> Items, string? Next)> ListAsync(CaseQuery query, CancellationToken stop) => inner.ListAsync(query, stop);

    public Task<IReadOnlyList<CaseEvent>> EventsOfAsync(string caseId, CancellationToken stop) => inner.EventsOfAsync(caseId, stop);

    public Task<IReadOnlyList<CaseEvent>> EventsAfterAsync(long sequence, int limit, CancellationToken stop) => inner.EventsAfterAsync(sequence, limit, stop);

    public Task<long> LastSequenceAsync(CancellationToken stop) => inner.LastSequenceAsync(stop);

    public Task<(IReadOnlyList<FiledAlert> Items, string? Next)> AlertsAsync(string? type, string? rule, string? cursor, int limit, CancellationToken stop) => inner.AlertsAsync(type, rule, cursor, limit, stop);

    public Task<IReadOnlyList<FiledAlert>> AlertsOfAsync(string caseId, int limit, CancellationToken stop) => inner.AlertsOfAsync(caseId, limit, stop);

    public Task<string?> VerifyChainAsync(CancellationToken stop) => inner.VerifyChainAsync(stop);
}
