using System.Security.Cryptography;
using Hub.Adapters.Embedded;
using Hub.Adapters.Sqlite;
using Hub.Journal;

namespace Hub.Backups;

/// <summary>Writes a backup of a data folder, with a hub running on it or not.</summary>
/// <remarks>
/// The order is what makes it consistent: journal segments are held, the databases are copied, the journal is copied last. Every position a
/// database holds is then in the journal's copy, and a restored hub goes on from the databases through the rest of the journal, as after a crash.
/// Retention may delete meanwhile: what is held stays readable.
/// </remarks>
internal sealed class BackupWriter(string dataDir, string target, TimeProvider clock)
{
    private const string DatabaseFile = "hub.db";
    private const string ReadingsFile = "readings.db";
    private const string JournalFolder = "journal";

    // Copied in a way of their own, or of no use to another hub.
    private static readonly string[] leftOut = [DatabaseFile, ReadingsFile, "hub.lock", Commands.Offline.ChangedFile];
    private static readonly string[] foldersLeftOut = [JournalFolder, "logs"];

    /// <summary>Writes it into the target folder, which must be empty or absent.</summary>
    /// <param name="step">Told what is being done, and its share of the whole.</param>
    /// <param name="stop">Ends it; the target is then no backup.</param>
    public async Task<BackupManifest> WriteAsync(Action<double, string> step, CancellationToken stop)
    {
        MakeTarget();
        using var journal = JournalCopy.Hold(In(JournalFolder));
        step(0, "the database");
        await using (var database = await HubDatabase.OpenAsync(In(DatabaseFile), clock)) await database.BackupAsync(Out(DatabaseFile), stop);
        if (File.Exists(In(ReadingsFile)))
        {
            step(0.1, "the readings");
            await using var readings = new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = dataDir });
            await readings.BackupAsync(Out(ReadingsFile), stop);
        }

        step(0.4, "sessions, evidence and keys");
        CopyRest(stop);
        journal.WriteTo(Out(JournalFolder), (done, all) => step(0.5 + (0.3 * done / Math.Max(all, 1)), "the journal"), stop);
        var files = new List<BackupFile>();
        var paths = Directory.GetFiles(target, "*", SearchOption.AllDirectories);
        foreach (var path in paths)
        {
            step(0.8 + (0.2 * files.Count / paths.Length), "checksums");
            files.Add(await DescribeAsync(path, stop));
        }

        var manifest = new BackupManifest(BackupManifest.ThisFormat, typeof(BackupWriter).Assembly.GetName().Version!.ToString(3), clock.GetUtcNow(), files);
        manifest.Write(target);
        step(1, "done");
        return manifest;
    }

    private string In(string name) => Path.Combine(dataDir, name);

    private string Out(string name) => Path.Combine(target, name);

    // It holds password hashes, keys and personal data: nobody else may look in.
    private void MakeTarget()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(target);
        else Directory.CreateDirectory(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void CopyRest(CancellationToken stop)
    {
        foreach (var path in Directory.EnumerateFiles(dataDir, "*", SearchOption.AllDirectories))
        {
            stop.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(dataDir, path);
            if (IsLeftOut(name)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Out(name))!);
            try
            {
                using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new FileStream(Out(name), FileMode.CreateNew);
                source.CopyTo(copy);
            }
            catch (FileNotFoundException)
            {
                // Written anew under another name by the running hub.
            }
        }
    }

    private static bool IsLeftOut(string name)
    {
        var first = name.Split(Path.DirectorySeparatorChar)[0];
        if (first != name) return foldersLeftOut.Contains(first);
        return leftOut.Contains(name) || name.EndsWith(".lock", StringComparison.Ordinal) || name.EndsWith("-wal", StringComparison.Ordinal) || name.EndsWith("-shm", StringComparison.Ordinal);
    }

    private async Task<BackupFile> DescribeAsync(string path, CancellationToken stop)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var hash = await SHA256.HashDataAsync(file, stop);
        file.Flush(flushToDisk: true);
        return new BackupFile(Path.GetRelativePath(target, path).Replace('\\', '/'), file.Length, Convert.ToHexStringLower(hash));
    }
}
