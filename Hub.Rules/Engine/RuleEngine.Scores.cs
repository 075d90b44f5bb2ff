using Hub.Core.Alerts;
using Hub.Core.Readings;
using Hub.Rules.Detectors.Bank;
using Hub.Rules.Engine;

namespace Hub.Rules;

/// <summary>Detectors at work: their scores are judged by rules like any reading, and kept until the readings store has them.</summary>
public sealed partial class RuleEngine
{
    // So many scores wait for a store that cannot be reached; older ones are given up and counted.
    private const int MostWaiting = 100_000;

    private readonly Observation told = new();
    private readonly Queue<ScoreReading> waiting = new();
    private DetectorBank bank;
    private (long Position, int Ordinal) scored;
    private long scoresLost;

    /// <summary>How the detectors stand.</summary>
    public IReadOnlyList<DetectorAudit> Detectors => [.. bank.Audit];

    /// <summary>Scores given up because too many waited for the readings store.</summary>
    public long ScoresLost => scoresLost;

    /// <summary>Scores not known to be stored, oldest first. Empty unless <see cref="EngineOptions.KeepScores"/>.</summary>
    public IReadOnlyCollection<ScoreReading> Scores => waiting;

    /// <summary>The store has all scores up to that one.</summary>
    public void ScoresStored(long position, int ordinal)
    {
        while (waiting.TryPeek(out var first) && (first.Position, first.Ordinal).CompareTo((position, ordinal)) <= 0) waiting.Dequeue();
    }

    private void Score(DeviceState device, Observation observation, List<Alert> alerts)
    {
        if (device.Plan.Detectors.Length == 0) return;
        told.Clear();
        bank.Observe(device, observation, told);
        if (told.Count == 0) return;
        told.Sim = observation.Sim;
        // What is said of a late message rests on its arrival.
        Tell(device, observation.Late ? observation.ArrivalMs : observation.AtMs, observation.Position, observation.ArrivalMs, alerts);
    }

    private void ScoreTime(long tickMs, long position, List<Alert> alerts)
    {
        var (first, step) = bank.Due(tickMs);
        for (var i = first; i < bank.Keys; i += step)
        {
            told.Clear();
            if (bank.Advance(i, tickMs, told, out var device)) Tell(device!, tickMs, position, tickMs, alerts);
        }
    }

    private void Tell(DeviceState device, long atMs, long position, long arrivalMs, List<Alert> alerts)
    {
        told.Device = device.Device;
        told.Kind = MessageKind.Telemetry;
        told.Lane = maker.Lane;
        told.Position = position;
        told.AtMs = atMs;
        told.ArrivalMs = arrivalMs;
        if (options.KeepScores) Keep(atMs, position);
        JudgeRules(device, told, alerts);
    }

    private void Keep(long atMs, long position)
    {
        if (scored.Position != position) scored = (position, -1);
        foreach (ref readonly var reading in told.Readings)
        {
            if (reading.Text is not null) continue;
            scored.Ordinal++;
            waiting.Enqueue(new ScoreReading(told.Device, reading.Channel, reading.Value, atMs, position, scored.Ordinal, told.Sim));
        }

        while (waiting.Count > MostWaiting)
        {
            waiting.Dequeue();
            scoresLost++;
        }
    }

    private void SaveScores(StateWriter writer)
    {
        var block = writer.Begin();
        bank.Save(writer);
        detectorBytes = writer.Written.Length - block;
        writer.Long(scored.Position);
        writer.Int(scored.Ordinal);
        writer.Int(waiting.Count);
        foreach (var score in waiting)
        {
            writer.Text(score.Device.Id);
            writer.Text(score.Channel.Name);
            writer.Double(score.Value);
            writer.Long(score.AtMs);
            writer.Long(score.Position);
            writer.Int(score.Ordinal);
            writer.Bool(score.Sim);
        }

        writer.End(block);
    }

    private void RestoreScores(ref StateReader reader)
    {
        var block = reader.Block();
        bank.Restore(ref block, StateOrNull);
        scored = (block.Long(), block.Int());
        for (var n = block.Count(); n > 0; n--)
        {
            var (device, channel) = (world.Directory.Find(block.Text()!), book.ChannelOf(block.Text()!));
            var (value, atMs, position, ordinal, sim) = (block.Double(), block.Long(), block.Long(), block.Int(), block.Bool());
            if (device is not null && channel is not null && options.KeepScores) waiting.Enqueue(new ScoreReading(device, channel, value, atMs, position, ordinal, sim));
        }
    }
}
