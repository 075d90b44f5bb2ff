using System.Globalization;
using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Embedded;

/// <summary>The SQLite file: its path, its tables, and how to connect to it.</summary>
internal static class StoreFile
{
    public const string FileName = "readings.db";

    private const int PageBytes = 8192;     // two full chunks a page, little waste

    /// <summary>Version of the tables below, in <c>PRAGMA user_version</c>. A change adds a step to <see cref="Migrate"/> and never edits one.</summary>
    public const int Version = 1;

    private const string TablesOfVersion1 = """
        CREATE TABLE checkpoint(id INTEGER PRIMARY KEY CHECK(id = 1), positions BLOB NOT NULL, state BLOB NOT NULL, readings INTEGER NOT NULL) STRICT;
        CREATE TABLE series(id INTEGER PRIMARY KEY, device TEXT NOT NULL, channel TEXT NOT NULL, tail INTEGER NOT NULL,
            latest_ms INTEGER, latest_value REAL, latest_text TEXT, open_n INTEGER NOT NULL, open_data BLOB) STRICT;
        CREATE TABLE chunks(id INTEGER PRIMARY KEY, series INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, n INTEGER NOT NULL,
            vmin REAL, vmax REAL, vsum REAL, vlast REAL, data BLOB NOT NULL) STRICT;
        CREATE INDEX chunks_by_time ON chunks(series, from_ms, to_ms);
        CREATE TABLE tail(seq INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
        CREATE TABLE rollups(id INTEGER PRIMARY KEY, series INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
        CREATE INDEX rollups_by_time ON rollups(series, from_ms, to_ms);
        """;

    /// <summary>The writer's connection: makes the file and its tables when they are not there.</summary>
    public static SqliteConnection OpenForWriting(string path, long mostBytes)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            // FULL: a commit that returned survives a power cut, so the journal may let go of what the checkpoint covers.
            Execute(connection, $"PRAGMA page_size={PageBytes}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864; PRAGMA busy_timeout=5000;");
            if (mostBytes > 0) Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count={Math.Max(mostBytes / PageBytes, 1)}"));
            Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A reader's connection, from the pool.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        var connection = ReadingConnection(path);
        connection.Open();
        return connection;
    }

    /// <summary>Lets go of the pooled readers: the file may be replaced while the store is closed.</summary>
    public static void CloseReaders(string path)
    {
        using var connection = ReadingConnection(path);
        SqliteConnection.ClearPool(connection);
    }

    private static SqliteConnection ReadingConnection(string path) =>
        new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ConnectionString);

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>What a fault of SQLite means to the caller: try later, or the file is not ours to use.</summary>
    public static Exception Translate(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        11 or 26 => new InvalidDataException($"{path} is damaged or not a readings store ({fault.Message}); restore it from a backup or move it away and let the journal fill a new one", fault),
        13 => new StoreUnavailableException($"the disk of {path} is full, or the file is at its limit; make room, nothing is lost meanwhile", fault),
        _ => new StoreUnavailableException($"{path} cannot be used now: {fault.Message}", fault),
    };

    private static void Migrate(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var found = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (found > Version)
            throw new InvalidDataException($"{connection.DataSource} has format {found}, this program knows up to {Version}; use the newer program that wrote it");
        if (found == 0) Execute(connection, $"BEGIN; {TablesOfVersion1} PRAGMA user_version = 1; COMMIT;");
    }
}
