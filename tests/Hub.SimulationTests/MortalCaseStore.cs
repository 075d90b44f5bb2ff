using Hub.Cases;

namespace Hub.SimulationTests;

/// <summary>A case store whose process dies at one commit: before it is durable, or just after. Time passes at commits, so that snapshots are taken at any of them.</summary>
internal sealed class MortalCaseStore(ICaseStore inner, Random? chance, int commitsToLive, SimulatedClock clock, CancellationTokenSource killed) : ICaseStore
{
    private static readonly TimeSpan beyondSnapshot = TimeSpan.FromSeconds(31);

    private int left = commitsToLive;

    public bool Killed { get; private set; }

    public async Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
    {
        var dies = --left <= 0;
        var before = dies && chance!.Next(2) == 0;
        if (before) Die();
        var events = await inner.CommitAsync(commit, stop);
        if (dies) Die();
        if (chance?.Next(6) == 0) clock.Advance(beyondSnapshot);
        return events;
    }

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

    // A dead process hears nothing more: the lane's next wait ends it.
    private void Die()
    {
        Killed = true;
        killed.Cancel();
        throw new IOException("killed");
    }
}
