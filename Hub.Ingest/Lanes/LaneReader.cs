using System.Buffers;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Journal;

namespace Hub.Ingest;

/// <summary>What <see cref="LaneReader.Next"/> stands on.</summary>
public enum LaneItem
{
    /// <summary>The batch is used up: the position may be made durable, then read the next.</summary>
    None = 0,

    /// <summary><see cref="LaneReader.Observation"/>.</summary>
    Observation = 1,

    /// <summary><see cref="LaneReader.TickMs"/>.</summary>
    Tick = 2,

    /// <summary><see cref="LaneReader.DeadLetter"/>.</summary>
    DeadLetter = 3,

    /// <summary><see cref="LaneReader.Directive"/> and <see cref="LaneReader.DirectiveBody"/>.</summary>
    Directive = 4,
}

/// <summary>
/// One consumer's way through one lane: reads the journal in batches and gives observations, ticks and dead letters in their order.
/// The rules and the readings store each have their own. One thread at a time; allocates nothing per message.
/// </summary>
/// <example><code>
/// while (await reader.ReadAsync(stop))
/// {
///     for (var item = reader.Next(); item != LaneItem.None; item = reader.Next()) { … }
///     // reader.Position, reader.Counts and reader.Save now belong together
/// }
/// </code></example>
public sealed class LaneReader : IDisposable
{
    private readonly IJournal _journal;
    private readonly LaneDecoder _decoder;
    private readonly JournalBatch _batch;
    private IJournalCursor? _cursor;
    private int _index;
    private bool _inMessage;

    /// <param name="journal">The journal.</param>
    /// <param name="lane">Lane to read.</param>
    /// <param name="registry">Devices.</param>
    /// <param name="channels">Channels, shared with the rules.</param>
    /// <param name="options">Policy and limits.</param>
    /// <param name="batch">How much is taken at once; null for the usual.</param>
    public LaneReader(IJournal journal, int lane, DeviceRegistry registry, ChannelTable channels, IngestOptions options, JournalBatch? batch = null)
    {
        _journal = journal;
        Lane = lane;
        _decoder = new LaneDecoder(lane, registry, channels, options);
        _batch = batch ?? new JournalBatch();
    }

    /// <summary>Lane.</summary>
    public int Lane { get; }

    /// <summary>Position of the record the last item came from. Between batches: everything up to it has been given out.</summary>
    public long Position => _decoder.Position;

    /// <summary>The lane's clock: newest arrival or tick, milliseconds since 1970-01-01 UTC.</summary>
    public long ClockMs => _decoder.ClockMs;

    /// <summary>What this consumer has passed, over all time.</summary>
    public LaneCounts Counts => _decoder.Counts;

    /// <summary>Ticks and directives passed, over all time: position = messages + ticks.</summary>
    public long Ticks => _decoder.Ticks;

    /// <summary>Fields left out because they may hold what must not enter, over all time.</summary>
    public long RefusedFields => _decoder.RefusedFields;

    /// <summary>Valid on <see cref="LaneItem.Observation"/> and until the next call.</summary>
    public Observation Observation => _decoder.Observation;

    /// <summary>Valid on <see cref="LaneItem.Directive"/>: what the hub orders from here on.</summary>
    public DirectiveKind Directive { get; private set; }

    /// <summary>Valid on <see cref="LaneItem.Directive"/> and until the next call: see <see cref="DirectiveKind"/>.</summary>
    public ReadOnlySpan<byte> DirectiveBody => _batch.Body(_batch.Entries[_index - 1])[DirectiveRecord.HeadBytes..];

    /// <summary>Valid on <see cref="LaneItem.Tick"/> and <see cref="LaneItem.Directive"/>: its time, milliseconds since 1970-01-01 UTC.</summary>
    public long TickMs { get; private set; }

    /// <summary>Valid on <see cref="LaneItem.DeadLetter"/>.</summary>
    public DeadLetter DeadLetter => _decoder.DeadLetter!;

    /// <summary>Goes on from saved state; call before the first read. Empty state begins behind a position.</summary>
    /// <exception cref="InvalidDataException">The bytes are no state of this version.</exception>
    public void Restore(ReadOnlySpan<byte> state, long position = 0)
    {
        if (state.IsEmpty) _decoder.StartAfter(position);
        else _decoder.Load(state);
    }

    /// <summary>Writes the decoder's state as of <see cref="Position"/>; call between batches.</summary>
    public void Save(IBufferWriter<byte> output) => _decoder.Save(output);

    /// <summary>Tells the journal that what lies at and before <see cref="Position"/> is never asked for again by this consumer: retention may delete it.</summary>
    /// <param name="consumer">Name the journal knows the consumer by.</param>
    public void Release(string consumer) => _journal.SetConsumerPosition(consumer, Lane, Position);

    /// <summary>Takes the next batch; waits until there is one.</summary>
    /// <returns>False when the journal was closed and is read to its end.</returns>
    public ValueTask<bool> ReadAsync(CancellationToken stop)
    {
        _index = 0;
        return Cursor().ReadAsync(_batch, stop);
    }

    /// <summary>Takes the next batch if there is one.</summary>
    public bool TryRead()
    {
        _index = 0;
        return Cursor().TryRead(_batch);
    }

    /// <summary>Moves to the next item of the batch.</summary>
    public LaneItem Next()
    {
        while (true)
        {
            if (_inMessage)
            {
                if (_decoder.NextObservation()) return LaneItem.Observation;
                _inMessage = false;
            }

            if (_index == _batch.Count) return LaneItem.None;
            var entry = _batch.Entries[_index];
            if (entry.Position > _decoder.Position + 1)
            {
                _decoder.SkipDamage(entry.Position - 1);
                return LaneItem.DeadLetter;
            }

            _index++;
            var body = _batch.Body(entry);
            if (TickRecord.TryRead(body, out var tickMs, out var number))
            {
                _decoder.Tick(entry.Position, tickMs, number);
                TickMs = tickMs;
                return LaneItem.Tick;
            }

            if (DirectiveRecord.TryRead(body, out var directive, out var atMs, out number))
            {
                _decoder.Tick(entry.Position, atMs, number);
                (Directive, TickMs) = (directive, atMs);
                return LaneItem.Directive;
            }

            _decoder.Decode(entry.Position, body);
            if (_decoder.DeadLetter is not null) return LaneItem.DeadLetter;
            _inMessage = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cursor?.Dispose();

    internal DeviceTally? TallyOf(int deviceIndex) => _decoder.TallyOf(deviceIndex);

    private IJournalCursor Cursor()
    {
        if (_cursor is not null) return _cursor;

        // One who has seen nothing yet begins with what retention has left; to others, a gap is damage.
        var before = _journal.Tail(Lane) - 1;
        if (_decoder.Messages + _decoder.Ticks == 0 && _decoder.Position < before) _decoder.StartAfter(before);
        return _cursor = _journal.Open(Lane, _decoder.Position);
    }
}
