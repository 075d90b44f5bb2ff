using System.Security.Cryptography;

namespace Hub.Backups;

/// <summary>Puts a backup into an empty data folder, all of it or nothing.</summary>
internal static class BackupReader
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Copies every file, comparing it with its checksum on the way.</summary>
    /// <param name="source">The backup's folder.</param>
    /// <param name="dataDir">An empty folder.</param>
    /// <param name="step">Told how far it is.</param>
    /// <param name="stop">Ends it; the data folder is empty again then.</param>
    /// <exception cref="StartException">A file is missing or is not what was written.</exception>
    public static async Task<BackupManifest> RestoreAsync(string source, string dataDir, Action<double, string> step, CancellationToken stop)
    {
        var manifest = BackupManifest.Read(source);
        var written = new List<string>();
        try
        {
            var done = 0L;
            foreach (var file in manifest.Files)
            {
                var path = Path.GetFullPath(file.Path, dataDir);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                written.Add(path);
                await CopyAsync(Path.GetFullPath(file.Path, source), path, file, bytes => step((done += bytes) / (double)Math.Max(manifest.Bytes, 1), file.Path), stop);
            }

            return manifest;
        }
        catch
        {
            foreach (var path in written) File.Delete(path);
            throw;
        }
    }

    private static async Task CopyAsync(string from, string to, BackupFile expected, Action<int> copied, CancellationToken stop)
    {
        if (!File.Exists(from)) throw new StartException($"{from} is missing from the backup; take another one");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        await using var target = new FileStream(to, FileMode.CreateNew);
        var buffer = new byte[BufferBytes];
        for (int read; (read = await source.ReadAsync(buffer, stop)) > 0; copied(read))
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await target.WriteAsync(buffer.AsMemory(0, read), stop);
        }

        target.Flush(flushToDisk: true);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != expected.Sha256)
            throw new StartException($"{from} has another checksum than when the backup was made: it is damaged or was changed; take another backup");
    }
}
