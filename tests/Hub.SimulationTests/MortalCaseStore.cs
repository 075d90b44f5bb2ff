using Hub.Cases;
using Hub.Tests.Support;

namespace Hub.SimulationTests;

/// <summary>A case store whose process dies at one commit: before it is durable, or just after. Time passes at commits, so that snapshots are taken at any of them.</summary>
internal sealed class MortalCaseStore(ICaseStore inner, Random? chance, int commitsToLive, SimulatedClock clock, CancellationTokenSource killed) : PassingCaseStore(inner)
{
    private static readonly TimeSpan beyondSnapshot = TimeSpan.FromSeconds(31);

    private int left = commitsToLive;

    public bool Killed { get; private set; }

    public override async Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
    {
        var dies = --left <= 0;
        var before = dies && chance!.Next(2) == 0;
        if (before) Die();
        var events = await base.CommitAsync(commit, stop);
        if (dies) Die();
        if (chance?.Next(6) == 0) clock.Advance(beyondSnapshot);
        return events;
    }

    // A dead process hears nothing more: the lane's next wait ends it.
    private void Die()
    {
        Killed = true;
        killed.Cancel();
        throw new IOException("killed");
    }
}
