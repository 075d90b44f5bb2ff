using System.Buffers;
using System.Text;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Ingest;
using Hub.Rules;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>One lane's loop: journal → observations → rules → alerts → cases. Everything in it happens in the order of the journal.</summary>
/// <remarks>
/// Exactly once: the desk writes what a batch made of and the lane's position in one transaction and skips what lies at or before it.
/// So after a crash the loop may begin at any earlier snapshot.
/// </remarks>
internal sealed class LaneWorker(
    LaneReader reader, RulesInForce rules, EngineOptions limits, DeviceRegistry registry, CaseDesk desk, ISnapshotStore snapshots, ScoreSpool scores, Ledger ledger, HubMetrics metrics, Clocks clocks, ILogger<LaneWorker> log)
{
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SnapshotLatest = TimeSpan.FromMinutes(10);

    // A lane stands still while its state is kept. A million keys take seconds: then it is kept less often, so that at most a fiftieth of the time goes into it.
    private const int WorkPerSave = 50;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly List<Alert> alerts = [];
    private readonly List<CommandAnswer> answers = [];
    private readonly List<DeadLetter> deadLetters = [];
    private readonly ArrayBufferWriter<byte> decoderState = new();
    private readonly ArrayBufferWriter<byte> rulesState = new();
    private volatile RuleEngine engine = new(rules.Current, registry, reader.Lane, limits);
    private EngineStanding? standing;
    private TimeSpan snapshotEvery = SnapshotEvery;
    private long snapshotAt;
    private long snapshotPosition;

    public int Lane => reader.Lane;

    /// <summary>Position everything up to which has been judged and handed to the desk.</summary>
    public long Position => reader.Position;

    /// <summary>How the lane's detectors stand.</summary>
    public IReadOnlyList<DetectorAudit> Detectors => engine.Detectors;

    /// <summary>Scores given up because too many waited for the readings store.</summary>
    public long ScoresLost => engine.ScoresLost;

    /// <summary>What the lane's state took when it was saved last; null before. Any thread.</summary>
    public EngineStanding? Standing => Volatile.Read(ref standing);

    /// <summary>Alerts its rules hold back.</summary>
    public IReadOnlyList<HeldAlert> Held => engine.Held;

    /// <summary>Takes up the newest snapshot, or begins where the desk or the journal lets it.</summary>
    public async Task RestoreAsync(CancellationToken stop)
    {
        var snapshot = await snapshots.LoadAsync(Lane, stop);
        if (snapshot is not null)
        {
            try
            {
                reader.Restore(snapshot.Decoder.Span);

                // What was journalled under other rules is judged by them; the journal says where the next ones begin.
                var then = rules.BookOf(snapshot.RulesFingerprint);
                if (then is null)
                {
                    // Alarms matter more than sameness: it goes on, and says that a replay could differ.
                    log.LogError("Lane {Lane} goes on by the present rules: the rules {Missing} that its state was kept under are not kept; put data/rules back from a backup", Lane, snapshot.RulesFingerprint);
                }

                engine = new RuleEngine(then ?? rules.Current, registry, Lane, limits);
                engine.Restore(snapshot.Rules.Span);
            }
            catch (InvalidDataException e)
            {
                throw new StartException($"the snapshot of lane {Lane} cannot be read: {e.Message}; delete table lane_snapshots to judge the journal again from its beginning", e);
            }
        }

        snapshotPosition = reader.Position;
        snapshotAt = clocks.Network.GetTimestamp();
        ledger.Progress(LedgerConsumer.Rules, reader);
    }

    /// <summary>Works until the journal is closed and read to its end, or stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await reader.ReadAsync(stop))
            {
                Judge();
                await HandOverAsync(stop);
                scores.Exchange(Lane, engine);
                if (clocks.Network.GetElapsedTime(snapshotAt) >= snapshotEvery) await SaveAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping is no fault; what was not handed over is read again at the next start.
        }
    }

    /// <summary>Keeps the state of decoder and rules with the position they belong to. Between batches only.</summary>
    public async Task SaveAsync(CancellationToken stop)
    {
        snapshotAt = clocks.Network.GetTimestamp();
        if (reader.Position == snapshotPosition) return;
        decoderState.ResetWrittenCount();
        rulesState.ResetWrittenCount();
        reader.Save(decoderState);
        engine.Save(rulesState);
        Volatile.Write(ref standing, engine.Standing());
        try
        {
            // Devices that introduced themselves in what lies behind this position must not be strangers after a crash.
            while (await registry.SaveNewAsync(stop) > 0) { }
            await snapshots.SaveAsync(Lane, new LaneSnapshot(reader.Position, engine.Fingerprint, decoderState.WrittenMemory, rulesState.WrittenMemory), stop);
            snapshotPosition = reader.Position;
            reader.Release("rules");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Lane {Lane} could not keep its state ({Fault}); a restart would replay from {Position}", Lane, e.Message, snapshotPosition);
        }

        var now = clocks.Network.GetTimestamp();
        snapshotEvery = TimeSpan.FromTicks(Math.Clamp(WorkPerSave * clocks.Network.GetElapsedTime(snapshotAt, now).Ticks, SnapshotEvery.Ticks, SnapshotLatest.Ticks));
        snapshotAt = now;
    }

    private void Judge()
    {
        alerts.Clear();
        answers.Clear();
        deadLetters.Clear();
        for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
        {
            switch (item)
            {
                case LaneItem.Observation:
                    var observation = reader.Observation;
                    if (observation is { Kind: MessageKind.Ack, CommandId: { } id })
                        answers.Add(new CommandAnswer(observation.Position, observation.Device.Id, id, observation.CommandResult ?? "ok", observation.ArrivalMs));
                    engine.Judge(observation, alerts);
                    break;
                case LaneItem.Tick:
                    engine.Tick(reader.TickMs, reader.Position, alerts);
                    break;
                case LaneItem.DeadLetter:
                    deadLetters.Add(reader.DeadLetter);
                    break;
                case LaneItem.Directive:
                    Obey();
                    break;
            }
        }
    }

    private void Obey()
    {
        if (reader.Directive == DirectiveKind.Suppressions) engine.Suppress(Encoding.UTF8.GetString(reader.DirectiveBody), reader.TickMs);
        if (reader.Directive != DirectiveKind.Rules) return;
        var fingerprint = Encoding.ASCII.GetString(reader.DirectiveBody);
        if (string.Equals(fingerprint, engine.Fingerprint, StringComparison.Ordinal)) return;
        if (rules.BookOf(fingerprint) is { } book) engine = engine.Under(book);
        else log.LogError("Lane {Lane} judges on by {Fingerprint}: the rules {Missing} that record {Position} names are not kept", Lane, engine.Fingerprint[..12], fingerprint, reader.Position);
    }

    // The desk may be unable to write (disk full, database locked): the lane waits with its batch, the journal keeps what comes.
    private async Task HandOverAsync(CancellationToken stop)
    {
        var batch = new LaneBatch
        {
            Lane = Lane,
            Position = reader.Position,
            ClockMs = reader.ClockMs,
            Alerts = alerts,
            Answers = answers,
            DeadLetters = deadLetters,
            Counts = reader.Counts,
        };
        for (var waited = false; ; waited = true)
        {
            try
            {
                if (await desk.ApplyAsync(batch, stop)) ledger.Progress(LedgerConsumer.Rules, reader);
                if (waited) log.LogInformation("Lane {Lane} goes on: cases can be written again", Lane);
                foreach (var alert in alerts)
                    if (alert.Signal == AlertSignal.Raised) metrics.AlertRaised(alert.Rule);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (!waited) log.LogError(e, "Lane {Lane} waits: cases cannot be written", Lane);
                await Task.Delay(RetryAfter, clocks.Network, stop);
            }
        }
    }
}
