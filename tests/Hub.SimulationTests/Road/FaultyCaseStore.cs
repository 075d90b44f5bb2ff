using Hub.Cases;
using Hub.Tests.Support;

namespace Hub.SimulationTests.Road;

/// <summary>A case store that refuses, or commits and loses the answer: the caller cannot tell which.</summary>
internal sealed class FaultyCaseStore(ICaseStore inner, Random random) : PassingCaseStore(inner)
{
    /// <summary>Chance that a commit goes wrong.</summary>
    public double Faults { get; set; }

    public int Failures { get; private set; }

    public override async Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
    {
        if (random.NextDouble() >= Faults) return await base.CommitAsync(commit, stop);
        Failures++;
        if (random.Next(2) == 0) await base.CommitAsync(commit, stop);
        throw new IOException("simulated: the database did not answer");
    }
}
