using System.Buffers.Binary;
using System.Numerics;

namespace Hub.Journal;

/// <summary>
/// The newest committed records once more in memory: a consumer that keeps up takes them from here, without asking the disk, stepping over
/// other lanes' records or checking what was written a moment ago. One that lags reads the segments.
/// </summary>
/// <remarks>
/// One writer, any number of readers, no lock. A reader copies first and asks afterwards whether the writer has come round meanwhile:
/// before it overwrites anything, the writer says up to where (<see cref="_floor"/>, <see cref="LaneIndex.Last"/>).
/// </remarks>
internal sealed class RecentRecords
{
    private const int MostIndexed = 65_536;
    private const int LeastIndexed = 64;

    private readonly byte[] _bytes;
    private readonly LaneIndex[] _lanes;

    // Bytes ever written, those left out at the end of a round included; and below which of them nothing is to be trusted any more.
    private long _end;
    private long _floor;

    /// <param name="bytes">Room for records; 0 keeps none.</param>
    /// <param name="lanes">Lanes of the journal.</param>
    public RecentRecords(int bytes, int lanes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bytes);
        var indexed = bytes == 0 ? 1 : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastIndexed, MostIndexed / lanes));
        _lanes = new LaneIndex[lanes];
        for (var lane = 0; lane < lanes; lane++) _lanes[lane] = new LaneIndex(indexed);
    }

    /// <summary>Takes a committed batch. The writer only, before it tells of the commit.</summary>
    /// <param name="segment">The segment it was written to.</param>
    /// <param name="offset">Its first byte there.</param>
    /// <param name="batch">Its records.</param>
    public void Take(Segment segment, long offset, ReadOnlySpan<byte> batch)
    {
        if (batch.Length > _bytes.Length) return;
        var start = (int)(_end % _bytes.Length);
        if (start + batch.Length > _bytes.Length)
        {
            _end += _bytes.Length - start;
            start = 0;
        }

        Volatile.Write(ref _floor, Math.Max(0, _end + batch.Length - _bytes.Length));
        Interlocked.MemoryBarrier();
        batch.CopyTo(_bytes.AsSpan(start));
        for (var at = 0; at < batch.Length;)
        {
            RecordFormat.Peek(batch[at..], out var lane, out var position, out var size);
            _lanes[lane].Set(position, new Place(_end + at, segment, offset + at));
            at += size;
        }

        _end += batch.Length;
    }

    /// <summary>Copies the records of a lane behind a position, as many as are here and fit.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="after">Position of the last record not wanted.</param>
    /// <param name="head">Newest committed position of the lane.</param>
    /// <param name="batch">Empty; receives them.</param>
    /// <param name="segment">Where on disk the next record will be found.</param>
    /// <param name="offset">Its offset there.</param>
    /// <returns>False when the first of them is not here (any more); the batch is then empty.</returns>
    public bool TryRead(int lane, long after, long head, JournalBatch batch, out Segment segment, out long offset)
    {
        segment = null!;
        offset = 0;
        var index = _lanes[lane];
        var oldest = long.MaxValue;
        for (var position = after + 1; position <= head; position++)
        {
            var place = index.Get(position);
            if (place.Segment is null || place.Logical < Volatile.Read(ref _floor) || !TryBody(place.Logical, lane, position, out var body, out var size)) break;
            if (!batch.TryAdd(position, body)) break;
            if (oldest == long.MaxValue) oldest = place.Logical;
            segment = place.Segment;
            offset = place.Offset + size;
        }

        // What was copied holds if neither the bytes nor the index of the first, which is the oldest, was written over meanwhile.
        Interlocked.MemoryBarrier();
        if (batch.Count > 0 && oldest >= Volatile.Read(ref _floor) && index.Holds(after + 1)) return true;
        batch.Clear();
        return false;
    }

    // The bytes may be torn while they are looked at: every number is checked before it is used.
    private bool TryBody(long logical, int lane, long position, out ReadOnlySpan<byte> body, out int size)
    {
        body = default;
        size = 0;
        var start = (int)(logical % _bytes.Length);
        if (start + RecordFormat.HeaderBytes > _bytes.Length) return false;
        RecordFormat.Peek(_bytes.AsSpan(start), out var foundLane, out var foundPosition, out size);
        if (foundLane != lane || foundPosition != position || size > _bytes.Length - start) return false;
        var length = (int)(BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(start + 8)) & RecordFormat.MaxBodyBytes);
        if (length > _bytes.Length - start - RecordFormat.HeaderBytes) return false;
        body = _bytes.AsSpan(start + RecordFormat.HeaderBytes, length);
        return true;
    }

    private readonly record struct Place(long Logical, Segment? Segment, long Offset);

    private sealed class LaneIndex(int size)
    {
        private readonly Place[] _places = new Place[size];
        private long _last;

        /// <summary>Newest position written or about to be.</summary>
        public long Last => Volatile.Read(ref _last);

        public void Set(long position, in Place place)
        {
            Volatile.Write(ref _last, position);
            Interlocked.MemoryBarrier();
            _places[position & (size - 1)] = place;
        }

        public Place Get(long position) => _places[position & (size - 1)];

        /// <summary>Whether the place of a position is still its own.</summary>
        public bool Holds(long position) => Last - position < size;
    }
}
