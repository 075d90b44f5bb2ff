using Hub.Adapters.Readings;
using Hub.Core.Ports;

namespace Hub.Adapters.Embedded;

public sealed partial class EmbeddedReadingsStore
{
    // Rows first, then what the tail holds beyond them: afterwards memory is as it was at the last commit.
    private Checkpoint Open(int lanes)
    {
        MakeFolder();
        lockFile = TakeLock();
        connection = StoreFile.OpenForWriting(path, options.MostFileBytes);
        commands = new StoreCommands(connection);
        var checkpoint = LaneMarks.Fit(commands.ReadCheckpoint() ?? new Checkpoint(new long[lanes], default, 0), lanes);

        var opened = new SeriesTable { NextChunkId = commands.ReadNextChunkId() };
        var byId = new Dictionary<long, Series>();
        foreach (var row in commands.ReadSeries())
        {
            var series = opened.Add(row.Id, row.Device, row.Channel);
            var isDamaged = row.OpenData is not null && !ChunkFormat.IsIntact(row.OpenData);
            if (isDamaged) Interlocked.Increment(ref damagedChunks);
            series.Restore(isDamaged ? null : row.OpenData, isDamaged ? 0 : row.OpenCount, row.Latest, row.TailSequence);
            byId.Add(row.Id, series);
            tailSequence = Math.Max(tailSequence, row.TailSequence);
        }

        ReplayTail(opened, byId);
        marks.Restart(checkpoint.Positions);
        table = opened;
        return checkpoint;
    }

    private void ReplayTail(SeriesTable opened, Dictionary<long, Series> byId)
    {
        tailBytes = 0;
        foreach (var (sequence, blob) in commands!.ReadTail())
        {
            tailSequence = Math.Max(tailSequence, sequence);
            tailBytes += blob.Length;
            if (!ChunkFormat.IsIntact(blob))
            {
                Interlocked.Increment(ref damagedChunks);
                continue;
            }

            TailBatch.Read(blob.AsSpan()[..^4], (id, point) =>
            {
                if (!byId.TryGetValue(id, out var series) || series.TailSequence >= sequence) return;
                var hadPending = series.Pending is not null;
                if (series.Add(point.AtMs, point.Value, point.Text, ref opened.NextChunkId) && !hadPending) sealing.Add(series);
                series.Dirty = true;
            });
        }
    }

    private void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(options.DataDir);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the data folder {options.DataDir} cannot be made ({fault.Message}); choose another with Hub:DataDir", fault);
        }
    }

    // SQLite would let a second process write; our memory of open chunks would not survive that.
    private FileStream TakeLock()
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new InvalidDataException($"{path} cannot be written ({fault.Message}); give this user the right or choose another folder with Hub:DataDir", fault);
        }
        catch (IOException fault)
        {
            throw new StoreUnavailableException($"{path} is in use by another process (or its folder cannot be written: {fault.Message}); stop that process first", fault);
        }
    }
}
