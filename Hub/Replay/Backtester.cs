using System.Security.Cryptography;
using Hub.Cases;
using Hub.Cases.Feedback;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Rules;
using Microsoft.Extensions.Logging;

namespace Hub.Replay;

/// <summary>Works off trials, one at a time, beside the live road and behind it. Any thread.</summary>
internal sealed class Backtester(
    IJournal journal, DeviceRegistry registry, IngestOptions options, CasePolicy policy, ICaseStore cases, TimeZoneInfo zone, TimeProvider clock, TimeProvider real, ILogger<Backtester> log, CancellationToken hubCloses)
    : IBacktester, IAsyncDisposable
{
    private const int MostWaiting = 4;
    private const int MostKept = 20; // a report is at most some hundred kilobytes
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly LinkedList<Job> jobs = []; // the newest first
    private readonly CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(hubCloses);
    private Task worker = Task.CompletedTask;

    /// <summary>Files of the rules in force.</summary>
    public required Func<IReadOnlyList<(string File, string Text)>> InForce { get; init; }

    /// <summary>Suppressions in force at an instant, as the journal writes them.</summary>
    public Func<long, CancellationToken, Task<string>> SuppressionsAt { get; init; } = (_, _) => Task.FromResult("");

    /// <summary>Lanes of a trial judged side by side. Default: half of the cores, for the live lanes come first.</summary>
    public int Width { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Refuses a set that could mute a P1. Always, but in tests of something else.</summary>
    public bool MustBeSafe { get; init; } = true;

    /// <summary>The live lanes are behind: a trial waits.</summary>
    public required Func<bool> Busy { get; init; }

    public IReadOnlyList<BacktestJob> Jobs
    {
        get
        {
            lock (gate) return [.. jobs.Select(j => j.State)];
        }
    }

    public BacktestStart Start(Backtest trial)
    {
        var files = InForce();
        var (named, faults) = PackFiles.Named(files, trial.Changes);
        if (faults.Count == 0) faults = Read(files, named, new ChannelTable(), out _, out _);
        if (faults.Count > 0) return new BacktestStart(null, faults);
        lock (gate)
        {
            if (closing.IsCancellationRequested || jobs.Count(j => j.State.State is BacktestState.Waiting) >= MostWaiting) return new BacktestStart(null, []);
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            var job = new Job(new BacktestJob(id, trial with { Changes = named }, BacktestState.Waiting, 0, 0, clock.GetUtcNow().ToUnixTimeMilliseconds(), 0, "", null), files, CancellationTokenSource.CreateLinkedTokenSource(closing.Token));
            jobs.AddFirst(job);
            while (jobs.Count > MostKept && jobs.Last!.Value.Ended.Task.IsCompleted) jobs.RemoveLast();
            worker = worker.ContinueWith(_ => RunAsync(job), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
            return new BacktestStart(job.State, []);
        }
    }

    public BacktestJob? Find(string id)
    {
        lock (gate) return jobs.FirstOrDefault(j => j.State.Id == id)?.State;
    }

    public async Task<BacktestJob?> WaitAsync(string id, TimeSpan atMost, CancellationToken stop)
    {
        Job? job;
        lock (gate) job = jobs.FirstOrDefault(j => j.State.Id == id);
        if (job is null) return null;
        try
        {
            if (atMost > TimeSpan.Zero) await job.Ended.Task.WaitAsync(atMost, real, stop);
        }
        catch (TimeoutException)
        {
            // It goes on; the caller asks again.
        }

        return job.State;
    }

    public bool Cancel(string id)
    {
        Job? job;
        lock (gate) job = jobs.FirstOrDefault(j => j.State.Id == id);
        if (job is null || job.Ended.Task.IsCompleted) return false;
        try
        {
            job.Stop.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false; // it ended just now
        }
    }

    public (IReadOnlyList<string> Faults, string Fingerprint) Check(IReadOnlyList<PackText> changes)
    {
        var files = InForce();
        var (named, faults) = PackFiles.Named(files, changes);
        RuleBook? tried = null;
        if (faults.Count == 0) faults = Read(files, named, new ChannelTable(), out _, out tried);
        return (faults, tried?.Fingerprint ?? "");
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        Task last;
        lock (gate) last = worker;
        await last;
        closing.Dispose();
    }

    private async Task RunAsync(Job job)
    {
        try
        {
            job.Change(s => s with { State = BacktestState.Running });
            job.Stop.Token.ThrowIfCancellationRequested();
            var report = await TryAsync(job);
            job.Change(s => s with { State = BacktestState.Done, Share = 1, Report = report });
            log.LogInformation("Trial {Trial} by {Account}: {Messages} messages in {Seconds:F1} s", job.State.Id, job.State.Trial.By, report.Messages, report.Seconds);
        }
        catch (OperationCanceledException)
        {
            job.Change(s => s with { State = BacktestState.Cancelled });
        }
        catch (Exception e) when (e is BacktestFault or RulePackException or JournalException)
        {
            job.Change(s => s with { State = BacktestState.Failed, Fault = e.Message });
        }
        catch (Exception e)
        {
            log.LogError(e, "Trial {Trial} failed", job.State.Id);
            job.Change(s => s with { State = BacktestState.Failed, Fault = "the trial failed inside; the log has it under " + job.State.Id });
        }
        finally
        {
            job.Change(s => s with { EndedMs = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            job.Ended.TrySetResult();
            job.Stop.Dispose();
        }
    }

    private async Task<BacktestReport> TryAsync(Job job)
    {
        var (trial, stop, began) = (job.State.Trial, job.Stop.Token, real.GetTimestamp());
        var channels = new ChannelTable(); // its own: what a candidate names must not stay behind in the running hub
        if (Read(job.InForce, trial.Changes, channels, out var now, out var tried) is { Count: > 0 } faults) throw new BacktestFault(string.Join('\n', faults));
        using var first = new Take(now!, registry, policy, clock);
        using var second = new Take(tried!, registry, policy, clock);
        var replay = new TwinReplay(journal, registry, channels, options) { GiveWay = GiveWayAsync, SuppressionsAt = SuppressionsAt, Width = Width };
        var outcome = await replay.RunAsync(
            first, second, trial.FromMs, trial.ToMs, trial.WarmMs, (share, messages) => job.Change(s => s with { Share = Math.Round(share, 4), Messages = messages }), stop);
        var said = await Verdicts.ReadAsync(cases, trial.FromMs, trial.ToMs, stop);
        return ReportOf(trial, now!, tried!, outcome, said, registry, real.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Sets two outcomes beside each other.</summary>
    public static BacktestReport ReportOf(
        Backtest trial, RuleBook now, RuleBook tried, TwinOutcome outcome, IReadOnlyList<(GridCase Case, Verdict Verdict)> said, IDeviceDirectory directory, double seconds)
    {
        var span = Comparison.Days(Math.Max(trial.FromMs, outcome.WarmFromMs), Math.Min(trial.ToMs, outcome.LastMs));
        var (total, rules, load, changes, leftOut) = new Comparison(now.Rules, tried.Rules, directory.Grids).Of(outcome, said, span);
        return new BacktestReport(
            now.Fingerprint, tried.Fingerprint, trial.FromMs, trial.ToMs, outcome.WarmFromMs, outcome.Messages, outcome.Readings, Math.Round(seconds, 2), total, rules, load, changes, leftOut);
    }

    private async Task GiveWayAsync(CancellationToken stop)
    {
        while (Busy()) await Task.Delay(Breath, real, stop);
    }

    // Read anew, never the books that judge: a trial must not add to their counts and traces.
    private IReadOnlyList<string> Read(
        IReadOnlyList<(string File, string Text)> files, IReadOnlyList<PackText> named, ChannelTable channels, out RuleBook? now, out RuleBook? tried)
    {
        now = tried = null;
        try
        {
            now = RuleBook.Parse(files, channels, zone);
            tried = RuleBook.Parse(PackFiles.Lay(files, named), channels, zone);
            return MustBeSafe ? [.. tried.SafetyGaps().Select(f => f.ToString())] : [];
        }
        catch (RulePackException e)
        {
            return [.. e.Faults.Select(f => f.ToString())];
        }
    }

    private sealed class Job(BacktestJob state, IReadOnlyList<(string File, string Text)> inForce, CancellationTokenSource stop)
    {
        public IReadOnlyList<(string File, string Text)> InForce { get; } = inForce;

        private readonly Lock gate = new();
        private BacktestJob state = state;

        public BacktestJob State => Volatile.Read(ref state);

        public CancellationTokenSource Stop { get; } = stop;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Change(Func<BacktestJob, BacktestJob> change)
        {
            lock (gate) state = change(state);
        }
    }
}
