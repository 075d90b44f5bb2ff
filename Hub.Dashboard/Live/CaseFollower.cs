using Hub.Cases;
using Hub.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Dashboard.Live;

/// <summary>Reads case events as they are committed and hands them to the tail, the board and the broadcaster. One a process.</summary>
internal sealed class CaseFollower(
    ICaseStore store, CaseFeed feed, CaseTail tail, CaseBoard board, Broadcaster broadcaster, HubMetrics metrics, Clock clock, DashboardOptions options, ILogger<CaseFollower> log)
    : BackgroundService
{
    /// <summary>Events of the recent past that the day's figures are made from after a restart.</summary>
    private const int LookBack = 20_000;

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        var started = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!started) await BeginAsync(stop);
                started = true;
                if (await CatchUpAsync(stop) == 0) await WaitAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The database may be away for a while; screens keep what they have and go on when it is back.
                log.LogWarning(e, "Case events cannot be read; trying again");
                await Task.Delay(TimeSpan.FromMilliseconds(options.FollowMs), clock.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task BeginAsync(CancellationToken stop)
    {
        var last = await store.LastSequenceAsync(stop);
        tail.StartAfter(last);
        await board.LoadAsync(store, Math.Max(0, last - LookBack), last, stop);
    }

    private async Task<int> CatchUpAsync(CancellationToken stop)
    {
        var items = await tail.ReadPastAsync(tail.Last, stop);
        if (items.Count == 0) return 0;
        board.Apply(items);
        Measure(items);
        tail.Add(items);
        broadcaster.Offer(items);
        return items.Count;
    }

    // The first event of a rule's case bears the arrival of the message that made it; the next line hands it to the screens.
    private void Measure(IReadOnlyList<CaseItem> items)
    {
        var now = clock.NowMs;
        var evenSince = options.ClockEvenSinceMs();
        foreach (var item in items)
        {
            if (item.Event is not { Version: 1, Actor: "system" } opened || opened.AtMs <= evenSince) continue;
            metrics.ReadingToCase.Record(Math.Max(0, now - opened.AtMs) / (1_000.0 * options.ClockSpeed));
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var news = feed.WaitForAsync(tail.Last, patience.Token);
        await Task.WhenAny(news, Task.Delay(TimeSpan.FromMilliseconds(options.FollowMs), clock.Time, patience.Token));
        await patience.CancelAsync();
        await news.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
