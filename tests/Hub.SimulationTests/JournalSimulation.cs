using System.Buffers.Binary;
using Hub.Journal;

namespace Hub.SimulationTests;

/// <summary>
/// One journal's life under one seed: appends, commits, readers, crashes, refused writes and flushes, a disk that fills and empties.
/// After every step and every recovery: acknowledged ⊆ recovered, in order, once, at the position it was read at before.
/// </summary>
internal sealed class JournalSimulation
{
    private const int Lanes = 3;
    private const int SegmentBytes = 64 << 10;
    private readonly Random _random;
    private readonly SimulatedDisk _disk;
    private readonly SimulatedClock _clock = new();
    private readonly List<Pending> _pending = [];
    private readonly List<long>[] _acknowledged = [[], [], []];
    private readonly List<(long Position, long Id)>[] _read = [[], [], []];
    private readonly Dictionary<long, int> _sizes = [];
    private readonly byte[] _body = new byte[4096];
    private readonly JournalBatch _batch = new(8192, 64);
    private readonly IJournalCursor[] _cursors = new IJournalCursor[Lanes];
    private LocalJournal _journal;
    private long _nextId = 1;

    public JournalSimulation(int seed)
    {
        _random = new Random(seed);
        _disk = new SimulatedDisk(_random, capacity: 12 * SegmentBytes);
        _journal = Open();
        OpenCursors();
    }

    public int Crashes { get; private set; }
    public int Refused { get; private set; }
    public int Failed { get; private set; }
    public long Acknowledged { get; private set; }

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var dice = _random.Next(1000);
            if (dice < 600) Append();
            else if (dice < 850) Commit();
            else if (dice < 940) Read(_random.Next(Lanes));
            else if (dice < 950) Consume();
            else if (dice < 960) Break();
            else if (dice < 975) Mend();
            else if (dice < 980) _clock.Advance(TimeSpan.FromSeconds(_random.Next(1, 3600)));
            else if (dice < 990) Restart(crash: true);
            else if (dice < 992) Restart(crash: false);
            else _disk.TakenByOthers = _random.Next(3) == 0 ? _random.Next(4, 14) * SegmentBytes : 0;
        }

        Mend();
        _disk.TakenByOthers = 0;
        Restart(crash: true);
    }

    private LocalJournal Open() => LocalJournal.Open(
        new JournalOptions
        {
            Directory = "simulated", Lanes = Lanes, SegmentBytes = SegmentBytes, BatchBytes = 16 << 10, BodyBytes = 4096, ReserveBytes = SegmentBytes,
            RetainFor = TimeSpan.FromMinutes(30), RetainBytes = 6 * SegmentBytes, Consumers = ["simulation"],
        },
        _disk, _clock, startWriter: false);

    private void Append()
    {
        var lane = _random.Next(Lanes);
        var id = _nextId++;
        var size = _random.Next(100) == 0 ? _random.Next(8, 4096) : _random.Next(8, 300);
        var body = _body.AsSpan(0, size);
        Fill(body, id);
        try
        {
            var appending = _journal.AppendAsync(lane, new JournalBody(body[..8], default, body[8..]), default).AsTask();
            if (!appending.IsCompleted) Commit(); // The batch was full: the append waits for this.
            _pending.Add(new Pending(appending.GetAwaiter().GetResult(), lane, id));
            _sizes[id] = size;
        }
        catch (JournalFullException)
        {
            Refused++;
        }
    }

    private void Commit()
    {
        if (_random.Next(4) == 0) _disk.WhileFlushing = AppendWhileBusy;
        _journal.Commit();
        _disk.WhileFlushing = null;
        Settle();
    }

    private void AppendWhileBusy()
    {
        _disk.WhileFlushing = null;
        for (var i = _random.Next(5); i > 0; i--)
        {
            var id = _nextId++;
            var body = _body.AsSpan(0, 50);
            Fill(body, id);
            try
            {
                var appending = _journal.AppendAsync(0, new JournalBody(body), default).AsTask();
                Check(appending.IsCompleted, "the batch that gathers must have room while the other is written");
                _pending.Add(new Pending(appending.GetAwaiter().GetResult(), 0, id));
                _sizes[id] = 50;
            }
            catch (JournalFullException)
            {
                Refused++;
            }
        }
    }

    // What the front door would do: acknowledge what is committed, drop what failed.
    private void Settle()
    {
        foreach (var pending in _pending.ToList())
        {
            var committed = _journal.CommittedAsync(pending.Ticket, default).AsTask();
            if (!committed.IsCompleted) continue;
            _pending.Remove(pending);
            if (committed.IsCompletedSuccessfully)
            {
                _acknowledged[pending.Lane].Add(pending.Id);
                Acknowledged++;
            }
            else
            {
                Check(committed.Exception!.InnerException is JournalException, $"failed with {committed.Exception}");
                Failed++;
            }
        }
    }

    private void Read(int lane)
    {
        while (_cursors[lane].TryRead(_batch))
        {
            foreach (ref readonly var entry in _batch.Entries) Take(lane, entry.Position, _batch.Body(entry));
            if (_random.Next(3) == 0) break;
        }
    }

    private void Take(int lane, long position, ReadOnlySpan<byte> body)
    {
        var id = Verify(body);
        var read = _read[lane];
        var before = read.Count == 0 ? 0 : read[^1].Position;
        Check(position == before + 1, $"lane {lane}: position {position} follows {before}");
        Check(read.Count == 0 || id > read[^1].Id, $"lane {lane}: record {id} after {(read.Count == 0 ? 0 : read[^1].Id)}");
        read.Add((position, id));
    }

    private void Consume()
    {
        var lane = _random.Next(Lanes);
        if (_read[lane].Count > 0) _journal.SetConsumerPosition("simulation", lane, _random.NextInt64(0, _read[lane][^1].Position + 1));
    }

    private void Break()
    {
        if (_random.Next(2) == 0) _disk.FlushFaults = _random.NextDouble();
        else _disk.WriteFaults = _random.NextDouble();
    }

    private void Mend() => _disk.FlushFaults = _disk.WriteFaults = 0;

    private void Restart(bool crash)
    {
        if (crash)
        {
            if (_random.Next(2) == 0) _disk.WriteFaults = _disk.FlushFaults = 0;
            _disk.Crash();
            Crashes++;
        }
        else
        {
            Mend();
            _journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Settle();
            _disk.Crash();
        }

        _pending.Clear();
        _journal = Open();
        VerifyRecovered();
        OpenCursors();
    }

    // Reads everything again, from the oldest kept record on.
    private void VerifyRecovered()
    {
        Check(_journal.Faults.DamagedRecords == 0, "a crash alone was taken for damage");
        for (var lane = 0; lane < Lanes; lane++)
        {
            var tail = _journal.Tail(lane);
            var recovered = ReadLane(lane);
            var byPosition = recovered.ToDictionary(r => r.Position, r => r.Id);
            foreach (var (position, id) in _read[lane])
            {
                if (position >= tail) Check(byPosition.TryGetValue(position, out var now) && now == id, $"lane {lane}: position {position} held {id} before the restart");
            }

            var gone = _read[lane].Where(r => r.Position < tail).Select(r => r.Id).ToHashSet();
            var ids = recovered.Select(r => r.Id).ToHashSet();
            Check(ids.Count == recovered.Count, $"lane {lane}: a record is there twice");
            foreach (var id in _acknowledged[lane]) Check(ids.Contains(id) || gone.Contains(id), $"lane {lane}: acknowledged record {id} is lost");
            _acknowledged[lane].RemoveAll(gone.Contains);
            _read[lane].RemoveAll(r => r.Position < tail - 1);
        }
    }

    private List<(long Position, long Id)> ReadLane(int lane)
    {
        var all = new List<(long, long)>();
        using var cursor = _journal.Open(lane, 0);
        while (cursor.TryRead(_batch))
        {
            foreach (ref readonly var entry in _batch.Entries) all.Add((entry.Position, Verify(_batch.Body(entry))));
        }

        return all;
    }

    private void OpenCursors()
    {
        for (var lane = 0; lane < Lanes; lane++) _cursors[lane] = _journal.Open(lane, _read[lane].Count == 0 ? 0 : _read[lane][^1].Position);
    }

    private static void Fill(Span<byte> body, long id)
    {
        BinaryPrimitives.WriteInt64LittleEndian(body, id);
        body[8..].Fill((byte)id);
    }

    private long Verify(ReadOnlySpan<byte> body)
    {
        var id = BinaryPrimitives.ReadInt64LittleEndian(body);
        Check(_sizes.TryGetValue(id, out var size) && size == body.Length, $"record {id} has {body.Length} bytes");
        Check(!body[8..].ContainsAnyExcept((byte)id), $"record {id} is changed");
        return id;
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }

    private readonly record struct Pending(long Ticket, int Lane, long Id);
}
