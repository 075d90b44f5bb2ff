using Hub.Cases.Desk;
using Hub.Cases.Grids;
using Hub.Cases.Lifecycle;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Cases;

/// <summary>Alerts in, grid cases out: the one writer of cases in a process.</summary>
/// <remarks>
/// What lanes bring is applied by the lane's own clock (arrival times and ticks of its journal) and nothing else, so the same journal gives
/// the same events byte for byte, however it was cut into batches and however lanes interleave. What people do is stamped by the hub's clock.
/// One lock covers decision and commit: a case is never seen before it is durable. Safe to call from any thread.
/// </remarks>
public sealed class CaseDesk : IDisposable
{
    private const long EmptyCommitMs = 1000; // of lane time: progress without work is written this often …
    private static readonly TimeSpan EmptyCommitPace = TimeSpan.FromMilliseconds(500); // … but when lane time runs fast, not more often than this
    private const long PruneMs = 3_600_000;

    private readonly SemaphoreSlim writer = new(1, 1);
    private readonly ICaseStore store;
    private readonly IDeviceDirectory directory;
    private readonly CasePolicy policy;
    private readonly TimeProvider clock;
    private readonly TimeProvider pace;
    private readonly LimitClock limits;
    private readonly AlertIntake intake;
    private readonly PersonDesk people;

    // Guarded by writer.
    private readonly CaseBook book = new();
    private readonly Dictionary<int, LaneProgress> lanes = [];
    private readonly Dictionary<int, long> committedAt = []; // by lane, timestamp of the pace
    private long prunedAtMs;
    private bool stale = true; // memory may differ from the store: read it again before the next work

    private GridTree grids = GridTree.Empty;

    /// <summary>Makes the desk; <see cref="OpenAsync"/> comes first.</summary>
    /// <param name="store">Where cases rest.</param>
    /// <param name="directory">Places and grids.</param>
    /// <param name="policy">Limits, routes, calendar.</param>
    /// <param name="clock">Stamps what people do.</param>
    /// <param name="pace">How fast the disk lives, when the hub's clock is simulated and runs faster: empty progress is written at most twice a second of it. Null: the clock.</param>
    public CaseDesk(ICaseStore store, IDeviceDirectory directory, CasePolicy policy, TimeProvider clock, TimeProvider? pace = null)
    {
        this.pace = pace ?? clock;
        (this.store, this.directory, this.policy, this.clock) = (store, directory, policy, clock);
        limits = new LimitClock(policy, () => Grids);
        intake = new AlertIntake(policy, limits, directory, () => Grids);
        people = new PersonDesk(policy, limits, intake, () => Grids);
    }

    /// <summary>Says when events were committed.</summary>
    public CaseFeed Feed { get; } = new();

    /// <summary>The grids as last read from the directory.</summary>
    public GridTree Grids => Volatile.Read(ref grids);

    /// <summary>How many cases are open.</summary>
    public int OpenCases { get; private set; }

    /// <summary>Reads open cases and lanes' progress from the store, and the grids from the directory. Again after a failed commit, by itself.</summary>
    public async Task OpenAsync(CancellationToken stop = default)
    {
        await writer.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await ReadAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>Takes new grids from the directory; to be called after places or grids were registered.</summary>
    public void RefreshGrids() => Volatile.Write(ref grids, new GridTree(directory.Grids));

    /// <summary>How far each lane is durably applied; a lane resumes after its position.</summary>
    public async Task<IReadOnlyList<LaneProgress>> LanesAsync(CancellationToken stop) => await store.LoadLanesAsync(stop).ConfigureAwait(false);

    /// <summary>
    /// Applies what a lane brings: limits that ran out before each alert, then the alert, in the order of the journal, all in one transaction with
    /// the lane's progress. What is not after the lane's committed position is skipped. An empty batch is written at most once a second of lane time, and twice a second of real time.
    /// </summary>
    /// <returns>Whether the lane's progress is durable up to this batch; false when an empty batch was only remembered.</returns>
    public async Task<bool> ApplyAsync(LaneBatch batch, CancellationToken stop)
    {
        await writer.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (stale) await ReadAsync(stop).ConfigureAwait(false);
            var before = lanes.GetValueOrDefault(batch.Lane);
            if (before is not null && batch.Position <= before.Position) return true;

            var work = new CaseWork(book);
            stale = true; // until the commit has succeeded
            Run(batch, before?.Position ?? 0, work);
            if (work.IsEmpty && batch.DeadLetters.Count == 0 && before is not null && MayWait(batch, before))
            {
                stale = false;
                return false;
            }

            var deadLetters = before is null || batch.DeadLetters.Count == 0 || batch.DeadLetters[0].Position > before.Position
                ? batch.DeadLetters
                : [.. batch.DeadLetters.Where(d => d.Position > before.Position)];
            var progress = new LaneProgress(batch.Lane, batch.Position, batch.ClockMs, batch.Counts);
            await CommitAsync(work, progress, deadLetters).ConfigureAwait(false);
            lanes[batch.Lane] = progress;
            committedAt[batch.Lane] = pace.GetTimestamp();
            Prune(batch.ClockMs);
            return true;
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>Does what a person asks with a case.</summary>
    /// <exception cref="CaseRefusedException">Not found, not allowed, not in the table, outdated or incomplete; says which and what is allowed.</exception>
    public async Task<GridCase> TransitionAsync(string caseId, TransitionRequest request, CancellationToken stop)
    {
        await writer.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (stale) await ReadAsync(stop).ConfigureAwait(false);
            var c = await RecallAsync(caseId, stop).ConfigureAwait(false) ?? throw new CaseRefusedException(Refusal.NotFound, $"there is no case {caseId}");
            var target = request.Action == CaseActions.Merge ? await RecallAsync(request.Target, stop).ConfigureAwait(false) : null;
            var work = new CaseWork(book);
            stale = true;
            GridCase after;
            try
            {
                after = people.Take(c, target, request, clock.GetUtcNow().ToUnixTimeMilliseconds(), work);
            }
            catch (CaseRefusedException)
            {
                stale = false; // refused before anything was written
                throw;
            }

            await CommitAsync(work, null, []).ConfigureAwait(false);
            return after;
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>Registers what a person, a resident or the hotline reports.</summary>
    /// <exception cref="CaseRefusedException">The account may not report, or the report is incomplete.</exception>
    public async Task<GridCase> ReportAsync(ManualReport report, CancellationToken stop)
    {
        var post = ReportGuard.Check(report);
        await writer.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (stale) await ReadAsync(stop).ConfigureAwait(false);
            var work = new CaseWork(book);
            stale = true;
            var c = people.Report(report, post, clock.GetUtcNow().ToUnixTimeMilliseconds(), work);
            await CommitAsync(work, null, []).ConfigureAwait(false);
            return c;
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>Adds a note to a case.</summary>
    public Task<GridCase> NoteAsync(string caseId, Account actor, string note, CancellationToken stop) =>
        TransitionAsync(caseId, new TransitionRequest { Action = CaseActions.Note, Actor = actor, Note = note }, stop);

    /// <summary>Adds evidence to a case.</summary>
    public Task<GridCase> AddEvidenceAsync(string caseId, Account actor, IReadOnlyList<EvidenceItem> items, CancellationToken stop) =>
        TransitionAsync(caseId, new TransitionRequest { Action = CaseActions.Evidence, Actor = actor, Evidence = items }, stop);

    /// <summary>The buttons for this account on this case. The case may come from the store.</summary>
    public IReadOnlyList<AllowedAction> ActionsFor(GridCase @case, Account account) => people.ActionsFor(@case, account);

    /// <summary>Whether the account may see the case: restricted leads are for community police, grid heads and the administrator; and it must lie in the account's grids.</summary>
    public bool MaySee(GridCase @case, Account account) => Posts.MaySee(@case, account, Grids);

    /// <summary>Orders of open cases that no device has answered yet, oldest first; for sending again after a start.</summary>
    public async Task<IReadOnlyList<PendingCommand>> PendingCommandsAsync(CancellationToken stop)
    {
        await writer.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (stale) await ReadAsync(stop).ConfigureAwait(false);
            return [.. book.All.Where(c => c.IsOpen)
                .SelectMany(c => c.Commands.Where(o => o.State == "requested").Select(o => new PendingCommand(c.Id, new DeviceCommand(o.Id, o.DeviceId, o.Name, o.Arguments), o.RequestedAtMs)))
                .OrderBy(o => o.RequestedAtMs)];
        }
        finally
        {
            writer.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    private bool MayWait(LaneBatch batch, LaneProgress before) =>
        batch.ClockMs - before.ClockMs < EmptyCommitMs
        || (committedAt.TryGetValue(batch.Lane, out var at) && pace.GetElapsedTime(at) < EmptyCommitPace);

    private void Run(LaneBatch batch, long after, CaseWork work)
    {
        int a = 0, d = 0;
        while (a < batch.Alerts.Count || d < batch.Answers.Count)
        {
            // One record may bring both: the answer was given before what rules made of it.
            if (a == batch.Alerts.Count || (d < batch.Answers.Count && batch.Answers[d].Position <= batch.Alerts[a].Position))
            {
                var answer = batch.Answers[d++];
                if (answer.Position <= after) continue;
                limits.RunUntil(batch.Lane, answer.AtMs, work);
                AlertIntake.Take(answer, batch.Lane, work);
            }
            else
            {
                var alert = batch.Alerts[a++];
                if (alert.Position <= after) continue;
                limits.RunUntil(batch.Lane, alert.ArrivalMs, work);
                intake.Take(alert, work);
            }
        }

        limits.RunUntil(batch.Lane, batch.ClockMs, work);
        limits.RunUntil(-1, batch.ClockMs, work); // what people reported belongs to no lane; any lane's clock serves
    }

    // On failure memory is ahead of the store and stays marked stale: the next caller reads the store again. A caller that hangs up does not
    // undo what was decided.
    private async Task CommitAsync(CaseWork work, LaneProgress? lane, IReadOnlyList<DeadLetter> deadLetters)
    {
        var commit = work.ToCommit(lane, deadLetters);
        var events = await store.CommitAsync(commit, CancellationToken.None).ConfigureAwait(false);
        stale = false;
        if (work.IsEmpty) return;
        OpenCases = book.OpenCount;
        Feed.Publish(new Committed(events, commit.Cases, commit.Alerts));
    }

    private async Task<GridCase?> RecallAsync(string id, CancellationToken stop)
    {
        if (book.Find(id) is { } known) return known;
        var old = await store.FindAsync(id, stop).ConfigureAwait(false);
        if (old is not null) book.Put(old);
        return old;
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        RefreshGrids();
        var progress = await store.LoadLanesAsync(stop).ConfigureAwait(false);
        var newest = progress.Count == 0 ? clock.GetUtcNow().ToUnixTimeMilliseconds() : progress.Min(p => p.ClockMs);
        var active = await store.LoadActiveAsync(newest - policy.Limits.RecurrenceMs, stop).ConfigureAwait(false);
        book.Clear();
        lanes.Clear();
        foreach (var p in progress) lanes[p.Lane] = p;
        foreach (var c in active) book.Put(c);
        OpenCases = book.OpenCount;
        Feed.Announce(await store.LastSequenceAsync(stop).ConfigureAwait(false), []);
        stale = false;
    }

    private void Prune(long nowMs)
    {
        if (nowMs - prunedAtMs < PruneMs) return;
        prunedAtMs = nowMs;
        book.Prune(lanes.Values.Min(l => l.ClockMs) - policy.Limits.RecurrenceMs);
    }
}
