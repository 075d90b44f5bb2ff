using Hub.Adapters.Readings;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Embedded;

/// <summary>Readings in one SQLite file as compressed chunks; nothing to install. The format is in docs/formats/embedded-store.md.</summary>
/// <remarks>
/// Fault model: the process may die at any instant, the disk may be full or fail a write; what <see cref="CommitAsync"/> returned for
/// survives both and a power cut. Points since the last commit are in memory only: the journal still has them.
/// One writer (<see cref="OpenAsync"/>, <see cref="Append"/>, <see cref="CommitAsync"/>, one at a time); readers at any time, on connections of their own.
/// </remarks>
public sealed partial class EmbeddedReadingsStore : IReadingsStore
{
    private readonly string path;
    private readonly EmbeddedReadingsOptions options;
    private readonly SemaphoreSlim writing = new(1, 1);     // commit, retention, open, close: one of them at a time

    // The writer's.
    private SqliteConnection? connection;
    private FileStream? lockFile;
    private StoreCommands? commands;
    private readonly LaneMarks marks = new();
    private readonly TailBatch batch = new();
    private readonly List<Series> sealing = [];              // series with chunks not yet in the file
    private readonly List<Series> created = [];              // series without a row
    private long tailSequence;
    private long tailBytes;
    private Checkpoint? committed;                           // of this opening
    private bool disposed;

    // Shared with readers, under table.Gate; replaced as a whole by OpenAsync.
    private volatile SeriesTable? table;

    /// <summary>A store in a folder; nothing is touched before <see cref="OpenAsync"/>.</summary>
    public EmbeddedReadingsStore(EmbeddedReadingsOptions options)
    {
        this.options = options;
        path = Path.Combine(options.DataDir, StoreFile.FileName);
    }

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <summary>Path of the file.</summary>
    public string FilePath => path;

    /// <inheritdoc/>
    public async Task<Checkpoint> OpenAsync(int lanes, CancellationToken stop)
    {
        await writing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            CloseFile();
            return Open(lanes);
        }
        catch (Exception fault)
        {
            CloseFile();
            if (fault is SqliteException inner) throw StoreFile.Translate(inner, path);
            throw;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Append(Observation observation)
    {
        var series = table ?? throw NotOpen();
        lock (series.Gate)
        {
            if (batch.Length > options.MostUncommittedBytes)
                throw new StoreUnavailableException($"{batch.Length:N0} bytes of readings wait for a commit, {options.MostUncommittedBytes:N0} is the limit; commit first");
            if (!marks.Advance(observation)) return;
            var all = FlagsOf.All(observation);
            foreach (ref readonly var reading in observation.Readings)
            {
                var own = series.GetOrAdd(observation.Device, reading.Channel);
                var text = StoredText.Cut(reading.Text);
                AppendOne(series, own, observation.AtMs, reading.Value, text);
                var flags = FlagsOf.One(all, reading);
                if (flags != 0) AppendOne(series, series.MarksOf(own), observation.AtMs, FlagMarks.Mark(flags, reading.Value, text), null);
            }
        }
    }

    /// <inheritdoc/>
    public async Task CommitAsync(Checkpoint checkpoint, CancellationToken stop)
    {
        await writing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            Commit(table ?? throw NotOpen(), checkpoint, fold: tailBytes + batch.Length > options.TailBytes);
        }
        catch (SqliteException fault)
        {
            throw StoreFile.Translate(fault, path);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        await writing.WaitAsync().ConfigureAwait(false);
        TryFoldForNextStart();
        CloseFile();
        writing.Dispose();
    }

    private void AppendOne(SeriesTable owner, Series series, long atMs, double value, string? text)
    {
        if (!series.Stored && series.Pending is null && series.OpenCount == 0) created.Add(series);
        var hadPending = series.Pending is not null;
        if (series.Add(atMs, value, text, ref owner.NextChunkId) && !hadPending) sealing.Add(series);
        series.Dirty = true;
        batch.Add(series.Id, atMs, value, text);
    }

    // One transaction: new series, sealed chunks with the rows of their series, the batch as one blob of the tail (or,
    // when the tail has grown long, all rows in its place), the checkpoint. Memory changes only after it succeeded.
    private void Commit(SeriesTable owner, Checkpoint checkpoint, bool fold)
    {
        var sequence = tailSequence + 1;
        using (var transaction = connection!.BeginTransaction(deferred: false))
        {
            commands!.Use(transaction);
            foreach (var series in created) commands.InsertSeries(series);
            foreach (var series in sealing)
            {
                foreach (var chunk in series.Pending!) commands.InsertChunk(series.Id, chunk);
                if (!fold) commands.UpdateSeries(series, sequence);
            }

            if (fold)
            {
                foreach (var series in owner.All)
                    if (series.Dirty) commands.UpdateSeries(series, sequence);
                commands.ClearTail();
            }
            else if (batch.Length > 0)
            {
                commands.InsertTail(sequence, batch.Bytes);
            }

            commands.SaveCheckpoint(checkpoint);
            transaction.Commit();
        }

        committed = checkpoint;
        tailSequence = sequence;
        tailBytes = fold ? 0 : tailBytes + batch.Length;
        lock (owner.Gate)
        {
            foreach (var series in created) series.Stored = true;
            foreach (var series in sealing)
            {
                series.ForgetPending();
                series.Dirty = false;
            }

            if (fold)
                foreach (var series in owner.All) series.Dirty = false;
            created.Clear();
            sealing.Clear();
            batch.Clear();
        }
    }

    // A clean end leaves no tail to read again. What was not committed must not get into the file: then the tail stays.
    private void TryFoldForNextStart()
    {
        if (table is not { } owner || batch.Length > 0 || tailBytes == 0 || committed is null) return;
        try
        {
            Commit(owner, committed, fold: true);
        }
        catch (SqliteException)
        {
            // The file is as the last commit left it.
        }
    }

    private void CloseFile()
    {
        table = null;
        committed = null;
        commands?.Dispose();
        commands = null;
        connection?.Dispose();
        connection = null;
        StoreFile.CloseReaders(path);
        lockFile?.Dispose();
        lockFile = null;
        batch.Clear();
        sealing.Clear();
        created.Clear();
    }

    private InvalidOperationException NotOpen() => new($"{path} is not open; call OpenAsync first");
}
