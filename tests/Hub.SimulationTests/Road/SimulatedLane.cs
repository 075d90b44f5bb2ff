using System.Buffers;
using Hub.Cases;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Ingest;
using Hub.Rules;

namespace Hub.SimulationTests.Road;

/// <summary>One lane's consumer as the program runs it, but for the waiting: judge a batch, hand it over until the desk has it, keep a snapshot now and then.</summary>
internal sealed class SimulatedLane(LaneReader reader, RuleEngine engine, CaseDesk desk, Ledger ledger)
{
    private LaneBatch? waiting;

    public LaneReader Reader => reader;

    /// <summary>Everything read is handed over.</summary>
    public bool IsIdle => waiting is null;

    public void Restore(LaneSnapshot? snapshot)
    {
        if (snapshot is not null)
        {
            reader.Restore(snapshot.Decoder.Span);
            engine.Restore(snapshot.Rules.Span);
        }

        ledger.Progress(LedgerConsumer.Rules, reader);
    }

    /// <summary>Works one batch, or tries the one again that the desk could not write.</summary>
    /// <returns>False when there was nothing to do.</returns>
    public bool Step()
    {
        if (waiting is null)
        {
            if (!reader.TryRead()) return false;
            waiting = Judge();
        }

        try
        {
            if (desk.ApplyAsync(waiting, default).GetAwaiter().GetResult()) ledger.Progress(LedgerConsumer.Rules, reader);
            waiting = null;
        }
        catch (IOException)
        {
            // The lane waits with its batch.
        }

        return true;
    }

    public LaneSnapshot Save()
    {
        var (decoder, rules) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        reader.Save(decoder);
        engine.Save(rules);
        return new LaneSnapshot(reader.Position, "", decoder.WrittenMemory, rules.WrittenMemory);
    }

    private LaneBatch Judge()
    {
        var (alerts, answers, letters) = (new List<Alert>(), new List<CommandAnswer>(), new List<DeadLetter>());
        for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
        {
            if (item == LaneItem.Tick) engine.Tick(reader.TickMs, reader.Position, alerts);
            else if (item == LaneItem.DeadLetter) letters.Add(reader.DeadLetter);
            else if (item == LaneItem.Observation) engine.Judge(reader.Observation, alerts);
        }

        return new LaneBatch { Lane = reader.Lane, Position = reader.Position, ClockMs = reader.ClockMs, Alerts = alerts, Answers = answers, DeadLetters = letters, Counts = reader.Counts };
    }
}
