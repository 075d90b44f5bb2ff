namespace Hub.Journal;

/// <summary>What recovery found.</summary>
/// <param name="Heads">Newest committed position of each lane.</param>
/// <param name="Salvaged">Sound records behind a gap in the unfinished last batch, to be appended again so that positions stay dense.</param>
internal sealed record Recovered(long[] Heads, IReadOnlyList<(int Lane, byte[] Body)> Salvaged);

/// <summary>Finds at start what the last run left: the segments, the end of the newest one, and the newest position of every lane.</summary>
internal static class Recovery
{
    public static Recovered Run(JournalOptions options, IDisk disk, SegmentLog log, FaultLog faults)
    {
        var headers = ReadHeaders(options, disk, faults);
        var heads = new long[options.Lanes];
        var salvaged = new List<(int Lane, byte[] Body)>();
        for (var i = 0; i < headers.Count; i++)
        {
            var (header, file) = headers[i];
            var isLast = i == headers.Count - 1;
            var segment = new Segment(header, file, isLast ? SegmentHeader.Bytes : headers[i + 1].Header.PreviousEnd);
            log.Adopt(segment);
            if (!isLast) continue;
            for (var lane = 0; lane < heads.Length; lane++) heads[lane] = header.NextPositions[lane] - 1;
            FindEnd(segment, heads, salvaged, log, faults);
        }

        return new Recovered(heads, salvaged);
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

    private static void FindEnd(Segment segment, long[] heads, List<(int Lane, byte[] Body)> salvaged, SegmentLog log, FaultLog faults)
    {
        var reader = new RecordReader(heads.Length);
        var limit = segment.File.Length;
        var knownBatch = 0L;
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

            var damage = reader.Offset;
            if (damage >= knownBatch && !TryFindBatch(reader, limit, salvaged, out knownBatch)) break;

            // A later batch was begun, so this one had been flushed: damage, which the cursors step over and count.
            salvaged.Clear();
            reader.MoveTo(segment, damage);
            reader.TryResync(limit);
        }

        reader.MoveTo(segment, segment.End);
        var torn = reader.CountToLastNonZero(limit);
        if (torn > 0) faults.Torn(segment, torn);
        if (salvaged.Count > 0) faults.Note($"{segment.Name}: {salvaged.Count} sound records of the unfinished last batch are appended again");
        else log.GiveBack(segment);
    }

    // Collects what is sound behind the damage, in case it is all of the last batch.
    private static bool TryFindBatch(RecordReader reader, long limit, List<(int Lane, byte[] Body)> sound, out long start)
    {
        start = 0;
        while (reader.TryResync(limit))
        {
            while (reader.TryPeek(limit, out var header) && reader.TryBody(header, limit, out var body))
            {
                start = reader.Offset;
                if (header.StartsBatch) return true;
                sound.Add((header.Lane, body.ToArray()));
                reader.Skip(header);
            }
        }

        return false;
    }
}
