using Hub.Core.Ports;
using Hub.Ingest;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>The readings store's way through the journal: all lanes, its own positions. A slow or dead store holds only this; the journal is the spool.</summary>
internal sealed class ReadingsWorker(IReadingsStore store, IReadOnlyList<LaneReader> readers, ScoreSpool scores, Ledger ledger, Clocks clocks, ILogger<ReadingsWorker> log)
{
    private static readonly TimeSpan CommitEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // Readings are stored once a second; taking them in a little later, but many at once, spares a wake-up for every commit of the journal.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    // Guards the store's writing side and the decoders' state between batches.
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly ReadingsIntake intake = new(store, readers, ledger, scores);
    private volatile bool reachable;
    private volatile StoreTrouble? trouble;

    /// <summary>Whether the last thing asked of the store went well.</summary>
    public bool Reachable => reachable;

    /// <summary>Since when and why the store cannot be used; null when it can, or was not asked yet.</summary>
    public StoreTrouble? Trouble => trouble;

    /// <summary>Up to which moment of the hub's clock everything is in the store, over all lanes; 0 when nothing is.</summary>
    public long CommittedToMs => intake.CommittedToMs;

    /// <summary>Opens the store, waiting until it can be reached, and goes on from its checkpoint until stopped or the journal is closed.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            var checkpoint = await InsistAsync("opened", () => store.OpenAsync(readers.Count, stop), stop);
            intake.Restore(checkpoint);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var committing = CommitNowAndThenAsync(done.Token);
            await Task.WhenAll(readers.Select(reader => PumpAsync(reader, stop)));
            await done.CancelAsync();
            await committing;
            await CommitAsync(CancellationToken.None);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was not committed is read again at the next start.
        }
    }

    /// <summary>Waits until what is in the journal now is in the store, at most so long.</summary>
    public async Task FlushAsync(TimeSpan atMost)
    {
        var began = clocks.Network.GetTimestamp();
        while (ledger.Lag().GetValueOrDefault("readings") > 0 && clocks.Network.GetElapsedTime(began) < atMost)
            await Task.Delay(TimeSpan.FromMilliseconds(20), clocks.Network);
    }

    private async Task PumpAsync(LaneReader reader, CancellationToken stop)
    {
        while (await reader.ReadAsync(stop))
        {
            do await TakeAsync(reader, stop);
            while (reader.TryRead());
            await Task.Delay(Gather, clocks.Network, stop);
        }
    }

    private async Task TakeAsync(LaneReader reader, CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            intake.Take(reader);
            if (intake.IsFull) await CommitUnderGateAsync(stop);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task CommitNowAndThenAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(CommitEvery, clocks.Network);
            while (await timer.WaitForNextTickAsync(stop)) await CommitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // The pumps are done.
        }
    }

    private async Task CommitAsync(CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            await CommitUnderGateAsync(stop);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task CommitUnderGateAsync(CancellationToken stop)
    {
        var checkpoint = intake.Next();
        await InsistAsync("written", async () => { await store.CommitAsync(checkpoint, stop); return 0; }, stop);
        intake.Committed(checkpoint);
    }

    // Tries again with growing pauses until it works: nothing is given up, and nothing else waits for it.
    private async Task<T> InsistAsync<T>(string what, Func<Task<T>> attempt, CancellationToken stop)
    {
        for (var wait = TimeSpan.FromMilliseconds(250); ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                var result = await attempt();
                if (!reachable && wait > TimeSpan.FromMilliseconds(250)) log.LogInformation("The readings store {Store} is back", store.Name);
                reachable = true;
                trouble = null;
                return result;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                if (reachable || wait == TimeSpan.FromMilliseconds(250)) log.LogWarning("The readings store {Store} cannot be {What}: {Fault}; trying again, the journal keeps the messages", store.Name, what, e.Message);
                reachable = false;
                trouble = new StoreTrouble(trouble?.SinceMs ?? clocks.Hub.GetUtcNow().ToUnixTimeMilliseconds(), e.Message);
                await Task.Delay(wait, clocks.Network, stop);
            }
        }
    }
}

/// <summary>Why a store cannot be used.</summary>
/// <param name="SinceMs">The hub's time when it was first noticed, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Fault">What the store said last.</param>
internal sealed record StoreTrouble(long SinceMs, string Fault);
