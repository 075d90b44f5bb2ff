namespace Hub.Journal;

/// <summary>Finds at start what the last run left: the segments, the end of the newest one, and the newest position of every lane.</summary>
internal static class Recovery
{
    /// <returns>Newest committed position of each lane.</returns>
    public static long[] Run(JournalOptions options, IDisk disk, SegmentLog log, FaultLog faults)
    {
        var headers = ReadHeaders(options, disk, faults);
        var heads = new long[options.Lanes];
        for (var i = 0; i < headers.Count; i++)
        {
            var (header, file) = headers[i];
            var isLast = i == headers.Count - 1;
            var segment = new Segment(header, file, isLast ? SegmentHeader.Bytes : headers[i + 1].Header.PreviousEnd);
            log.Adopt(segment);
            if (!isLast) continue;
            for (var lane = 0; lane < heads.Length; lane++) heads[lane] = header.NextPositions[lane] - 1;
            FindEnd(segment, heads, log, faults);
        }

        return heads;
    }

    private static List<(SegmentHeader Header, IDiskFile File)> ReadHeaders(JournalOptions options, IDisk disk, FaultLog faults)
    {
        var numbers = disk.List().Select(SegmentHeader.NumberOf).Where(n => n > 0).Order().ToList();
        var found = new List<(SegmentHeader Header, IDiskFile File)>();
        foreach (var number in numbers)
        {
            var name = SegmentHeader.NameOf(number);
            var file = disk.Open(name);
            var header = SegmentHeader.Read(file);
            if (header is null && number == numbers[^1] && IsUnused(file))
            {
                // A spare, or a segment whose head did not reach the disk: nothing in it was ever committed.
                file.Dispose();
                disk.Delete(name);
                continue;
            }

            if (header is null || header.Number != number)
                throw new JournalException($"The head of journal segment '{name}' is damaged in both copies. Restore the file from a backup, or move it and all older segments away to go on without them.");
            if (header.NextPositions.Length != options.Lanes)
                throw new JournalException($"The journal was made with {header.NextPositions.Length} lanes, the configuration says {options.Lanes}. Set Hub:Journal:Lanes to {header.NextPositions.Length}, or begin with an empty data folder.");
            if (found.Count > 0 && found[^1].Header.Number != number - 1)
                throw new JournalException($"Journal segment {SegmentHeader.NameOf(found[^1].Header.Number + 1)} is missing between its neighbours. Restore it from a backup, or move the older segments away to go on without them.");
            found.Add((header, file));
        }

        return found;
    }

    private static bool IsUnused(IDiskFile file)
    {
        var buffer = new byte[128 * 1024];
        for (long at = SegmentHeader.Bytes; ; at += buffer.Length)
        {
            var read = file.Read(buffer, at);
            if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0)) return false;
            if (read < buffer.Length) return true;
        }
    }

    private static void FindEnd(Segment segment, long[] heads, SegmentLog log, FaultLog faults)
    {
        var reader = new RecordReader(heads.Length);
        var limit = segment.File.Length;
        reader.MoveTo(segment, SegmentHeader.Bytes);
        while (true)
        {
            if (reader.TryPeek(limit, out var header) && header.Position > heads[header.Lane] && reader.TryBody(header, limit, out _))
            {
                heads[header.Lane] = header.Position;
                reader.Skip(header);
                segment.End = reader.Offset;
                continue;
            }

            // Behind damage in the middle there is a sound record; behind the end of the log there is none.
            if (reader.TryResync(limit)) continue;
            var torn = reader.CountToLastNonZero(limit);
            if (torn > 0) faults.Torn(segment, torn);
            log.GiveBack(segment);
            return;
        }
    }
}
