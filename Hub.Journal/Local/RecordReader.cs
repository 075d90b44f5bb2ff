namespace Hub.Journal;

/// <summary>
/// Walks the records of one segment after the other through a window on the file.
/// Used by cursors, which look at one lane, and by recovery, which looks at all.
/// </summary>
internal sealed class RecordReader(int lanes)
{
    private const int WindowBytes = 128 * 1024;
    private byte[] _window = new byte[WindowBytes];
    private long _windowStart;
    private int _windowLength;

    public Segment Segment { get; private set; } = null!;

    /// <summary>Where the next record begins.</summary>
    public long Offset { get; private set; }

    public void MoveTo(Segment segment, long offset)
    {
        Segment = segment;
        Offset = offset;
        _windowLength = 0;
    }

    /// <summary>Reads the header at <see cref="Offset"/>.</summary>
    /// <returns>False when what lies there is no record, or the record would reach beyond <paramref name="end"/>.</returns>
    public bool TryPeek(long end, out RecordHeader header)
    {
        header = default;
        return Window(RecordFormat.HeaderBytes, end, out var bytes)
            && RecordFormat.TryReadHeader(bytes, Segment.Salt, lanes, out header)
            && Offset + header.Size <= end;
    }

    /// <summary>The body of the record whose header was peeked. Valid until the next call.</summary>
    /// <returns>False when its checksum is wrong.</returns>
    public bool TryBody(in RecordHeader header, long end, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (!Window(header.Size, end, out var bytes)) return false;
        body = bytes.Slice(RecordFormat.HeaderBytes, header.BodyLength);
        return header.Matches(body, Segment.Salt);
    }

    public void Skip(in RecordHeader header) => Offset += header.Size;

    /// <summary>Looks for the next sound record behind damage and moves there.</summary>
    /// <returns>False when there is none before <paramref name="end"/>; the place is then unchanged.</returns>
    public bool TryResync(long end)
    {
        var start = Offset;
        for (Offset += RecordFormat.Alignment; Offset + RecordFormat.HeaderBytes <= end; Offset += RecordFormat.Alignment)
        {
            SkipZeros(end);
            if (TryPeek(end, out var header) && TryBody(header, end, out _)) return true;
        }

        Offset = start;
        return false;
    }

    /// <summary>Bytes from the place to the last one that is not zero.</summary>
    public long CountToLastNonZero(long end)
    {
        var start = Offset;
        var last = start;
        while (Offset < end)
        {
            var piece = (int)Math.Min(WindowBytes, end - Offset);
            if (!Window(piece, end, out var bytes)) break;
            var index = bytes.LastIndexOfAnyExcept((byte)0);
            if (index >= 0) last = Offset + index + 1;
            Offset += piece;
        }

        Offset = start;
        return last - start;
    }

    // A header is never all zeros, so a run of zeros (room reserved and not yet used) holds no record.
    private void SkipZeros(long end)
    {
        while (true)
        {
            var piece = (int)Math.Min(WindowBytes, end - Offset);
            if (piece <= RecordFormat.HeaderBytes || !Window(piece, end, out var bytes)) return;
            var index = bytes.IndexOfAnyExcept((byte)0);
            var zeros = index < 0 ? piece : index;
            var step = (zeros - RecordFormat.HeaderBytes + 1) & ~(RecordFormat.Alignment - 1);
            if (step <= 0) return;
            Offset += step;
        }
    }

    private bool Window(int bytes, long end, out ReadOnlySpan<byte> span)
    {
        span = default;
        if (Offset + bytes > end) return false;
        if (Offset < _windowStart || Offset + bytes > _windowStart + _windowLength)
        {
            if (bytes > _window.Length) _window = new byte[Math.Max(bytes, _window.Length * 2)];
            var wanted = (int)Math.Min(_window.Length, end - Offset);
            _windowStart = Offset;
            _windowLength = Segment.File.Read(_window.AsSpan(0, wanted), Offset);
            if (_windowLength < bytes) return false;
        }

        span = _window.AsSpan((int)(Offset - _windowStart), bytes);
        return true;
    }
}
