using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Embedded;

public sealed partial class EmbeddedReadingsStore
{
    /// <summary>Copies the store, as of the last commit and with its checkpoint, into a new file, while it is in use.</summary>
    /// <param name="file">Path of the copy; must not exist.</param>
    /// <param name="stop">Asked before the copying begins.</param>
    public Task BackupAsync(string file, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (File.Exists(file)) throw new IOException($"{file} exists; a backup goes into a new file");
        return Task.Run(() =>
        {
            try
            {
                using var reading = StoreFile.OpenForReading(path);
                using var command = reading.CreateCommand();
                command.CommandText = "VACUUM INTO $file";
                command.Parameters.AddWithValue("$file", file);
                command.CommandTimeout = 0;
                command.ExecuteNonQuery();
            }
            catch (SqliteException fault)
            {
                throw StoreFile.Translate(fault, path);
            }
        }, stop);
    }

    /// <summary>What is wrong with the store of a data folder, in sentences; empty when nothing is, or when there is no store yet.</summary>
    /// <param name="dataDir">The folder.</param>
    /// <param name="stop">Ends the check.</param>
    /// <remarks>Reads every page and the checksum of every chunk. Changes nothing; a running hub is not disturbed.</remarks>
    public static Task<IReadOnlyList<string>> CheckAsync(string dataDir, CancellationToken stop) => Task.Run<IReadOnlyList<string>>(() =>
    {
        var path = Path.Combine(dataDir, StoreFile.FileName);
        if (!File.Exists(path)) return [];
        var faults = new List<string>();
        try
        {
            using var reading = StoreFile.OpenForReading(path);
            CheckVersion(reading, path, faults);
            CheckPages(reading, path, faults);
            if (faults.Count == 0) CheckChunks(reading, path, faults, stop);
        }
        catch (SqliteException fault)
        {
            faults.Add(StoreFile.Translate(fault, path).Message);
        }
        finally
        {
            StoreFile.CloseReaders(path);
        }

        return faults;
    }, stop);

    /// <summary>By lane, up to which position of the journal the store of a data folder holds everything; empty when there is no store or it cannot be read.</summary>
    public static Task<IReadOnlyList<long>> PositionsAsync(string dataDir, CancellationToken stop) => Task.Run<IReadOnlyList<long>>(() =>
    {
        var path = Path.Combine(dataDir, StoreFile.FileName);
        if (!File.Exists(path)) return [];
        try
        {
            using var reading = StoreFile.OpenForReading(path);
            using var command = reading.CreateCommand();
            command.CommandText = "SELECT positions FROM checkpoint";
            return command.ExecuteScalar() is byte[] positions ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(positions).ToArray() : [];
        }
        catch (SqliteException)
        {
            return [];
        }
        finally
        {
            StoreFile.CloseReaders(path);
        }
    }, stop);

    private static void CheckVersion(SqliteConnection reading, string path, List<string> faults)
    {
        using var command = reading.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        if (command.ExecuteScalar() is long found && found is < 1 or > StoreFile.Version)
            faults.Add($"{path} has format {found}, this program knows 1 to {StoreFile.Version}; use the program that wrote it");
    }

    private static void CheckPages(SqliteConnection reading, string path, List<string> faults)
    {
        using var command = reading.CreateCommand();
        command.CommandText = "PRAGMA quick_check(5)";
        command.CommandTimeout = 0;
        using var row = command.ExecuteReader();
        while (row.Read())
            if (row.GetString(0) != "ok") faults.Add($"{path} is damaged: {row.GetString(0)}; restore it from a backup");
    }

    private static void CheckChunks(SqliteConnection reading, string path, List<string> faults, CancellationToken stop)
    {
        using var command = reading.CreateCommand();
        command.CommandText = "SELECT data FROM chunks UNION ALL SELECT open_data FROM series WHERE open_data IS NOT NULL UNION ALL SELECT data FROM tail";
        command.CommandTimeout = 0;
        using var row = command.ExecuteReader();
        long damaged = 0;
        while (row.Read())
        {
            stop.ThrowIfCancellationRequested();
            if (!ChunkFormat.IsIntact(row.GetFieldValue<byte[]>(0))) damaged++;
        }

        if (damaged > 0) faults.Add($"{path} has {damaged} chunk(s) with a wrong checksum; their readings are left out of answers. Restore it from a backup, or replay the journal into a new file");
    }
}
