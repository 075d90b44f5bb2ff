using System.CommandLine;
using System.Globalization;
using Hub.Backups;
using Hub.Road;

namespace Hub.Commands;

/// <summary><c>hub restore</c>: a backup into an empty data folder.</summary>
internal static class RestoreCommand
{
    public static Command Build(VerbContext context)
    {
        var folder = new Argument<string>("dir") { Description = "Folder of the backup." };
        var restore = new Command("restore", "Puts a backup into an empty data folder (Hub:DataDir); start the hub afterwards.") { folder };
        restore.SetAction((p, stop) => RunAsync(context, Path.TrimEndingDirectorySeparator(Path.GetFullPath(p.GetValue(folder)!)), stop));
        return restore;
    }

    private static async Task<int> RunAsync(VerbContext context, string source, CancellationToken stop)
    {
        var settings = context.Settings();
        if (!Directory.Exists(source)) throw new StartException($"there is no folder '{source}'");
        if (Directory.Exists(settings.DataDir) && Directory.EnumerateFileSystemEntries(settings.DataDir).FirstOrDefault(e => Path.GetFileName(e) != "hub.lock") is { } found)
            throw new StartException($"Hub:DataDir '{settings.DataDir}' is not empty (found {Path.GetFileName(found)}); name an empty folder with --Hub:DataDir, or move that one away");
        using var folder = DataFolder.Open(settings.DataDir);
        try
        {
            using var progress = new ProgressLine("restoring", context.Real);
            var manifest = await BackupReader.RestoreAsync(source, settings.DataDir, progress.Report, stop);
            progress.Dispose();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{manifest.Files.Count} files, {manifest.Bytes / 1048576.0:F1} MiB in {settings.DataDir}, as of {manifest.CreatedAt:yyyy-MM-dd HH:mm:ss zzz}; 'hub check' looks it over, 'hub run' goes on with it"));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"'{settings.DataDir}' could not be written: {e.Message}; it holds nothing of the backup", e);
        }
        catch (OperationCanceledException)
        {
            throw new StartException($"stopped; '{settings.DataDir}' holds nothing of the backup");
        }
    }
}
