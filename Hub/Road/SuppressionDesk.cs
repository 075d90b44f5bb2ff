using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Rules;

namespace Hub.Road;

/// <summary>Puts suppressions in force: kept in the database, then told to every lane through the journal, so that a replay holds back the same. Any thread.</summary>
internal sealed class SuppressionDesk(ISuppressionStore store, TimeProvider clock, Func<IEnumerable<HeldAlert>> held) : ISuppressionDesk, IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private TickSource? ticks;
    private volatile bool told;

    /// <inheritdoc/>
    public int Most => 500;

    /// <inheritdoc/>
    public IReadOnlyList<HeldAlert> Held => [.. held()];

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>At start: tells the lanes what the database holds. Where a crash cut a change short, this ends it.</summary>
    public async Task BeginAsync(TickSource source, CancellationToken stop)
    {
        ticks = source;
        try
        {
            await TellAsync(stop);
        }
        catch (Journal.JournalException)
        {
            // A full disk stops no start; LookAsync says it when there is room.
        }
    }

    /// <summary>Tells the lanes what the journal would not take before.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        if (!told) await TellAsync(stop);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Suppression>> ListAsync(int limit, CancellationToken stop) => store.ListAsync(limit, stop);

    /// <inheritdoc/>
    public async Task AddAsync(Suppression suppression, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            await store.SaveAsync(suppression, stop);
            await TellAsync(stop);
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<Suppression?> EndAsync(string id, string by, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            var found = (await ComingAsync(stop)).FirstOrDefault(s => string.Equals(s.Id, id, StringComparison.Ordinal));
            if (found is null) return null;
            found = found with { EndedMs = NowMs, EndedBy = by };
            await store.SaveAsync(found, stop);
            await TellAsync(stop);
            return found;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    // The whole list each time: what stands in the journal needs nothing that stood there before.
    private async Task TellAsync(CancellationToken stop)
    {
        told = false;
        await ticks!.DirectAsync(DirectiveKind.Suppressions, RuleEngine.Write((await ComingAsync(stop)).OrderBy(s => s.Id, StringComparer.Ordinal)), stop);
        told = true;
    }

    private async Task<IReadOnlyList<Suppression>> ComingAsync(CancellationToken stop) =>
        [.. (await store.ListAsync(Most * 4, stop)).Where(s => s.EndedMs == 0 && s.ToMs > NowMs)];
}
