using System.Buffers;
using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;

namespace Hub.SimulationTests;

/// <summary>
/// The road from the door to two consumers under one seed: devices that repeat, stray and babble; ticks; consumers that commit now and then;
/// crashes at any moment. After every recovery the ledger balances; at the end both consumers have seen the same,
/// and the same as a replay from the beginning that never stopped.
/// </summary>
internal sealed class IngestSimulation
{
    private const int Lanes = 2;
    private readonly Random _random;
    private readonly SimulatedDisk _disk;
    private readonly SimulatedClock _clock = new();
    private readonly IngestOptions _options;
    private readonly DeviceRegistry _registry = new();
    private readonly ChannelTable _channels = new();
    private readonly List<(long Ticket, string Key)> _waiting = [];
    private readonly HashSet<string> _acknowledged = [];
    private readonly long[] _sequence = new long[6];
    private readonly Consumer[] _consumers = [new(LedgerConsumer.Rules), new(LedgerConsumer.Readings)];
    private LocalJournal _journal = null!;
    private TickWriter _ticks = null!;
    private JournalSink _sink = null!;
    private Ledger _ledger = null!;
    private int _message;

    public IngestSimulation(int seed)
    {
        _random = new Random(seed);
        _disk = new SimulatedDisk(_random, capacity: 64L << 20);
        _options = new IngestOptions { UnknownDevices = (UnknownDevices)_random.Next(3) };
        _registry.RegisterAsync([.. Enumerable.Range(0, 6).Select(i => new DeviceRecord($"d{i}", "chargerPort", "", $"c/estate-{i / 2}/shed-1"))], [], [], default).GetAwaiter().GetResult();
        Open();
    }

    public int Crashes { get; private set; }
    public int Acknowledged => _acknowledged.Count;
    public long Refused { get; private set; }

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(_random.Next(200)));
            var dice = _random.Next(1000);
            if (dice < 700) Send();
            else if (dice < 850) Commit();
            else if (dice < 950) Consume(_consumers[_random.Next(2)]);
            else if (dice < 985) Tick();
            else if (dice < 991) Crash();
            else if (dice < 995) _disk.TakenByOthers = _random.Next(2) == 0 ? 64L << 20 : 0;
            else _disk.FlushFaults = _random.Next(2) == 0 ? 0 : _random.NextDouble();
        }

        _disk.FlushFaults = 0;
        _disk.TakenByOthers = 0;
        Commit();
        Refused = _ledger.Snapshot().Rejected.Values.Sum();
        VerifyEnd();
    }

    private void Open()
    {
        _journal = LocalJournal.Open(
            new JournalOptions { Directory = "simulated", Lanes = Lanes, SegmentBytes = 64 << 10, BatchBytes = 16 << 10, BodyBytes = 4096, ReserveBytes = 0 },
            _disk, _clock, startWriter: false);
        var front = new FrontCounts();
        _ticks = TickWriter.Restore(_journal, front);
        _sink = new JournalSink(_journal, _registry, front, _options, _clock);
        _ledger = new Ledger(_journal, _ticks, _registry);
        foreach (var consumer in _consumers)
        {
            consumer.Readers = [.. Enumerable.Range(0, Lanes).Select(lane => NewReader(lane, consumer.States[lane]))];
            foreach (var reader in consumer.Readers) _ledger.Progress(consumer.Name, reader);
        }
    }

    private LaneReader NewReader(int lane, byte[] state)
    {
        var reader = new LaneReader(_journal, lane, _registry, _channels, _options, new JournalBatch(4096, 32));
        reader.Restore(state);
        return reader;
    }

    private void Send()
    {
        var key = "m" + _message++.ToString(CultureInfo.InvariantCulture);
        var device = _random.Next(7);
        var topic = _random.Next(20) == 0 ? "elsewhere" : $"hub/v1/d{device}/telemetry";
        var payload = _random.Next(15) == 0 ? "{\"broken" + key : $$"""{"seq":{{Sequence(device)}},"values":{"power":{{_random.Next(500)}},"tag":"{{key}}"} }""";
        try
        {
            var accepted = _sink.AcceptAsync(Message(topic, payload), default).AsTask();
            if (!accepted.IsCompleted) Commit();
            var receipt = accepted.GetAwaiter().GetResult();
            if (receipt.Ticket > 0) _waiting.Add((receipt.Ticket, key));
        }
        catch (MqttProtocolException)
        {
            // Refused: the device keeps the message.
        }
    }

    private InboundPublish Message(string topic, string payload) => new()
    {
        Topic = Encoding.UTF8.GetBytes(topic), Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)),
        Qos = Qos.AtLeastOnce, Dup = _random.Next(10) == 0, ClientId = "simulated",
    };

    private long Sequence(int device)
    {
        if (device >= _sequence.Length) return _random.Next(5);
        return _random.Next(10) == 0 ? Math.Max(0, _sequence[device] - _random.Next(3)) : _random.Next(200) == 0 ? _sequence[device] = 0 : ++_sequence[device];
    }

    private void Commit()
    {
        _journal.Commit();
        foreach (var (ticket, key) in _waiting.ToList())
        {
            var committed = _journal.CommittedAsync(ticket, default).AsTask();
            if (!committed.IsCompleted) continue;
            _waiting.Remove((ticket, key));
            if (committed.IsCompletedSuccessfully) _acknowledged.Add(key);
        }
    }

    private void Tick()
    {
        var ticking = _ticks.AppendAsync(_clock.GetUtcNow(), default);
        Commit();
        try
        {
            ticking.GetAwaiter().GetResult();
        }
        catch (JournalException)
        {
            // The next tick tries again.
        }

        VerifyLedger();
    }

    private void Consume(Consumer consumer)
    {
        foreach (var reader in consumer.Readers)
        {
            while (reader.TryRead())
            {
                for (var item = reader.Next(); item != LaneItem.None; item = reader.Next()) consumer.Take(reader, item);
                if (_random.Next(3) == 0) break;
            }

            if (_random.Next(3) != 0) continue; // Not every batch is committed.
            consumer.Commit(reader);
            _ledger.Progress(consumer.Name, reader);
        }

        if (consumer.Name == LedgerConsumer.Readings) _ledger.Stored(consumer.Stored());
    }

    private void Crash()
    {
        _disk.Crash();
        _waiting.Clear();
        foreach (var consumer in _consumers) consumer.Forget();
        Crashes++;
        Open();
        VerifyLedger();
    }

    private void VerifyLedger()
    {
        var ledger = _ledger.Snapshot();
        if (!ledger.Balanced) throw new InvalidOperationException($"not balanced: {ledger}, rejected {string.Join(' ', ledger.Rejected)}");
        if (ledger.Journalled != ledger.Decoded + ledger.DeadLettered + ledger.Duplicates + ledger.Queued) throw new InvalidOperationException($"does not add up: {ledger}");
    }

    private void VerifyEnd()
    {
        var expected = new Consumer(LedgerConsumer.Rules);
        expected.Readers = [.. Enumerable.Range(0, Lanes).Select(lane => NewReader(lane, []))];
        foreach (var consumer in _consumers.Append(expected))
        {
            foreach (var reader in consumer.Readers)
            {
                while (reader.TryRead())
                {
                    for (var item = reader.Next(); item != LaneItem.None; item = reader.Next()) consumer.Take(reader, item);
                }

                consumer.Commit(reader);
                if (!ReferenceEquals(consumer, expected)) _ledger.Progress(consumer.Name, reader);
            }
        }

        _ledger.Stored(_consumers[1].Stored());
        VerifyLedger();
        if (_ledger.Snapshot().Queued != 0) throw new InvalidOperationException("something is still queued");
        foreach (var consumer in _consumers)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                if (!consumer.Durable[lane].SequenceEqual(expected.Durable[lane])) throw new InvalidOperationException($"{consumer.Name}, lane {lane}: live and replay differ");
            }
        }

        var seen = string.Join('\n', expected.Durable.SelectMany(d => d));
        var duplicates = expected.Readers.Sum(r => r.Counts.Duplicates);
        var missing = _acknowledged.Count(key => !seen.Contains($"{key};", StringComparison.Ordinal) && !seen.Contains($"\"{key}\"", StringComparison.Ordinal));
        if (missing > duplicates) throw new InvalidOperationException($"{missing} acknowledged messages came out nowhere, {duplicates} were repetitions");
    }

    /// <summary>A consumer whose work and position become durable together.</summary>
    private sealed class Consumer(LedgerConsumer name)
    {
        private readonly List<string>[] _volatile = [[], []];
        private readonly long[] _stored = new long[Lanes];

        public LedgerConsumer Name { get; } = name;
        public LaneReader[] Readers { get; set; } = [];
        public List<string>[] Durable { get; } = [[], []];
        public byte[][] States { get; } = [[], []];

        public void Take(LaneReader reader, LaneItem item) => _volatile[reader.Lane].Add(item switch
        {
            LaneItem.Observation => Text(reader),
            LaneItem.Tick => $"{reader.Position} tick {reader.TickMs}",
            _ => $"{reader.Position} dead {reader.DeadLetter.Reason} {Encoding.UTF8.GetString(reader.DeadLetter.Payload.Span)};",
        });

        public void Commit(LaneReader reader)
        {
            Durable[reader.Lane].AddRange(_volatile[reader.Lane]);
            _volatile[reader.Lane].Clear();
            var state = new ArrayBufferWriter<byte>();
            reader.Save(state);
            States[reader.Lane] = state.WrittenSpan.ToArray();
            _stored[reader.Lane] = reader.Counts.Readings;
        }

        public long Stored() => _stored.Sum();

        public void Forget()
        {
            foreach (var items in _volatile) items.Clear();
        }

        private static string Text(LaneReader reader)
        {
            var o = reader.Observation;
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{o.Position}.{o.Ordinal} {o.Device} {o.AtMs} {o.Sequence}");
            foreach (ref readonly var r in o.Readings) text.Append(CultureInfo.InvariantCulture, $" {r.Channel}={r.Value}{r.Text}");
            return text.Append(';').ToString();
        }
    }
}
