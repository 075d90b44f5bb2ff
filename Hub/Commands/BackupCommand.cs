using System.CommandLine;
using System.Globalization;
using Hub.Adapters.Sqlite;
using Hub.Backups;
using Hub.Core.Ports;
using Hub.Settings;

namespace Hub.Commands;

/// <summary><c>hub backup</c>: everything a hub needs to go on elsewhere, taken while it runs.</summary>
internal static class BackupCommand
{
    public static Command Build(VerbContext context)
    {
        var folder = new Argument<string>("dir") { Description = "New or empty folder, outside the data folder." };
        var backup = new Command("backup", "Copies the data folder into a backup, while the hub runs or not.") { folder };
        backup.SetAction((p, stop) => RunAsync(context, Path.TrimEndingDirectorySeparator(Path.GetFullPath(p.GetValue(folder)!)), stop));
        return backup;
    }

    private static async Task<int> RunAsync(VerbContext context, string target, CancellationToken stop)
    {
        var settings = context.Settings();
        Refuse(settings, target);
        var began = context.Real.GetTimestamp();
        try
        {
            using var progress = new ProgressLine("backing up", context.Real);
            var manifest = await new BackupWriter(settings.DataDir, target, context.Real).WriteAsync(progress.Report, stop);
            progress.Dispose();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{manifest.Files.Count} files, {manifest.Bytes / 1048576.0:F1} MiB in {target}, {context.Real.GetElapsedTime(began).TotalSeconds:F1} s"));
            if (settings.Influx is { } influx) Console.WriteLine($"readings are in the InfluxDB at {influx.Url}: back that up with its own tools");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or StoreUnavailableException)
        {
            throw new StartException($"the backup in '{target}' was not finished: {e.Message}; delete that folder and try again", e);
        }
        catch (OperationCanceledException)
        {
            throw new StartException($"stopped; the backup in '{target}' is not finished, delete that folder");
        }
    }

    private static void Refuse(HubSettings settings, string target)
    {
        if (!File.Exists(Path.Combine(settings.DataDir, "hub.db"))) throw new StartException($"Hub:DataDir '{settings.DataDir}' has no hub.db; there is nothing to back up");
        if ((target + Path.DirectorySeparatorChar).StartsWith(settings.DataDir + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new StartException($"'{target}' lies in the data folder '{settings.DataDir}'; name a folder outside it, best on another disk");
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()) throw new StartException($"'{target}' is not empty; a backup goes into a new folder");
        var needed = new DirectoryInfo(settings.DataDir).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        var parent = target;
        while (!Directory.Exists(parent)) parent = Path.GetDirectoryName(parent)!;
        var free = new DriveInfo(parent).AvailableFreeSpace;
        // With the reserve: a backup that fills the journal's own disk would make the hub refuse its devices.
        if (free < needed + settings.ReserveBytes)
            throw new StartException($"the disk of '{target}' has {free >> 20} MiB free; up to {needed >> 20} MiB and the reserve of {settings.ReserveBytes >> 20} MiB are needed; choose another disk");
    }
}
