using System.Text.Json;

namespace Hub.Backups;

/// <summary>What a backup holds; written last, so a backup without it was not finished.</summary>
/// <param name="Format">Version of this layout.</param>
/// <param name="Hub">Version of the program that wrote it.</param>
/// <param name="CreatedAt">When it was finished, by the machine's clock.</param>
/// <param name="Files">Every file, as it lies below the data folder.</param>
internal sealed record BackupManifest(int Format, string Hub, DateTimeOffset CreatedAt, IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "backup.json";
    public const int ThisFormat = 1;

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public long Bytes => Files.Sum(f => f.Bytes);

    public void Write(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew);
        JsonSerializer.Serialize(file, this, json);
        file.Flush(flushToDisk: true);
    }

    /// <exception cref="StartException">There is none, it cannot be read, or it names what no backup holds.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new StartException($"'{folder}' has no {FileName}: it is no backup, or one that was not finished");
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(path), json);
            if (manifest?.Files is null) throw new JsonException("no list of files");
            if (manifest.Format != ThisFormat) throw new StartException($"{path}: found format {manifest.Format}, this program reads {ThisFormat}; use the program that wrote it ({manifest.Hub})");
            if (manifest.Files.FirstOrDefault(f => !f.IsBelow(folder)) is { } stray) throw new StartException($"{path}: found the file name '{stray.Path}', expected names below the backup's folder");
            return manifest;
        }
        catch (JsonException e)
        {
            throw new StartException($"{path} cannot be read ({e.Message}); take another backup", e);
        }
    }
}

/// <summary>One file of a backup.</summary>
/// <param name="Path">Below the backup's folder and the data folder, with slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash, in hexadecimal.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256)
{
    public bool IsBelow(string folder) =>
        Path is { Length: > 0 } && System.IO.Path.GetFullPath(Path, folder).StartsWith(System.IO.Path.TrimEndingDirectorySeparator(folder) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
