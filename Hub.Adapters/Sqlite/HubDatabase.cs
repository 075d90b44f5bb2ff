using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>The hub's SQLite file: cases, alerts, lanes, dead letters, registry, accounts, snapshots, audit.</summary>
/// <remarks>
/// Write-ahead log, synchronous=FULL: a transaction that has returned survives a power cut. One writer connection behind a semaphore; readers
/// use connections of their own and never wait for the writer. Safe to call from any thread.
/// </remarks>
public sealed class HubDatabase : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly SqliteConnection writer; // guarded by gate
    private readonly string readerString;

    private HubDatabase(string path, SqliteConnection writer)
    {
        (Path, this.writer) = (path, writer);
        readerString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = true, DefaultTimeout = 30 }.ToString();
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>Opens the file, makes it when it is missing, and brings its tables up to date.</summary>
    /// <param name="path">Path of the file; its folder is made when missing.</param>
    /// <param name="clock">Stamps the migrations.</param>
    /// <exception cref="HubDatabaseException">Not writable, full, damaged, or written by a newer hub.</exception>
    public static Task<HubDatabase> OpenAsync(string path, TimeProvider clock)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubDatabaseException(HubDatabaseFault.NotWritable, $"the folder of {path} cannot be made: {e.Message}", e);
        }

        var writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            writer.Open();
            Execute(writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;");
            Migrations.Apply(writer, path, clock);
            return Task.FromResult(new HubDatabase(path, writer));
        }
        catch (SqliteException e)
        {
            writer.Dispose();
            throw HubDatabaseException.From(e, path);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Writes a consistent copy of the file while the hub runs.</summary>
    /// <param name="target">Path of the copy; must not exist.</param>
    /// <param name="stop">Gives up waiting for the writer.</param>
    public async Task BackupAsync(string target, CancellationToken stop)
    {
        if (File.Exists(target)) throw new HubDatabaseException(HubDatabaseFault.NotWritable, $"{target} exists already; choose another name");
        await WriteAsync(
            (connection, _) =>
            {
                using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
                copy.Open();
                connection.BackupDatabase(copy);
                return 0;
            },
            stop,
            transaction: false).ConfigureAwait(false);
    }

    /// <summary>Reads the whole file for damage; null when there is none. For <c>hub check</c>: takes a while on a large file.</summary>
    public Task<string?> CheckAsync(CancellationToken stop) => ReadAsync(
        connection => connection.Scalar("PRAGMA integrity_check(1)") is "ok" ? null : $"{Path} is damaged: {connection.Scalar("PRAGMA integrity_check(1)")}; put it aside and restore a backup", stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync().ConfigureAwait(false);
        // Readers first: the last connection to close folds the write-ahead log into the file.
        using (var reader = new SqliteConnection(readerString)) SqliteConnection.ClearPool(reader);
        writer.Dispose();
        gate.Dispose();
    }

    /// <summary>Runs a piece of writing in one transaction; what throws leaves nothing behind.</summary>
    internal async Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction?, T> work, CancellationToken stop, bool transaction = true)
    {
        await gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            using var scope = transaction ? writer.BeginTransaction() : null;
            var result = work(writer, scope);
            scope?.Commit();
            return result;
        }
        catch (SqliteException e)
        {
            throw HubDatabaseException.From(e, Path);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Runs a piece of reading on a connection of its own.</summary>
    internal Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            using var reader = new SqliteConnection(readerString);
            reader.Open();
            return Task.FromResult(work(reader));
        }
        catch (SqliteException e)
        {
            throw HubDatabaseException.From(e, Path);
        }
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
