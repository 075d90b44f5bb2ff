using Hub.Cases;
using Hub.Core.Ports;

namespace Hub.SimulationTests.Road;

/// <summary>A case store that refuses, or commits and loses the answer: the caller cannot tell which.</summary>
internal sealed class FaultyCaseStore(ICaseStore inner, Random random) : ICaseStore
{
    /// <summary>Chance that a commit goes wrong.</summary>
    public double Faults { get; set; }

    public int Failures { get; private set; }

    public async Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
    {
        if (random.NextDouble() >= Faults) return await inner.CommitAsync(commit, stop);
        Failures++;
        if (random.Next(2) == 0) await inner.CommitAsync(commit, stop);
        throw new IOException("simulated: the database did not answer");
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
}
