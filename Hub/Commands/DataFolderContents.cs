using Hub.Settings;

namespace Hub.Commands;

/// <summary>What belongs into a data folder, and what is missing from one or foreign to it.</summary>
internal static class DataFolderContents
{
    private const int MostListed = 10;

    private static readonly string[] files =
    [
        "hub.db", "hub.db-wal", "hub.db-shm", "hub.lock", "registry.changed", "plan.geojson", "readings.db", "readings.db-wal", "readings.db-shm", "readings.db.lock",
        "influxdb-checkpoint.json", "influxdb-checkpoint.json.new", "influxdb-refused.lp", "source.json", "source-client-id", "hub.json",
    ];

    private static readonly string[] folders = ["journal", "logs", "sessions", "mqtt", "evidence", "rules", "keys"];

    /// <summary>Parts that must be there because others are: a folder is moved, restored and thrown away as a whole.</summary>
    public static IEnumerable<string> Missing(HubSettings settings)
    {
        var hasDatabase = File.Exists(Path.Combine(settings.DataDir, "hub.db"));
        var hasJournal = Directory.Exists(Path.Combine(settings.DataDir, "journal")) && Directory.EnumerateFiles(Path.Combine(settings.DataDir, "journal"), "*.journal").Any();
        var hasReadings = File.Exists(Path.Combine(settings.DataDir, "readings.db"));
        if (!hasDatabase && (hasJournal || hasReadings))
            yield return $"{settings.DataDir} has a {(hasJournal ? "journal" : "readings.db")} but no hub.db: cases, devices and accounts are missing; restore the whole folder from one backup";
        if (!hasJournal && hasReadings)
            yield return $"{settings.DataDir} has readings but no journal: what was acknowledged and not yet worked off is missing; restore the whole folder from one backup";
        if (hasDatabase && hasJournal && !hasReadings && settings.Readings == ReadingsStoreKind.Embedded && WasRunning(settings))
            yield return $"{settings.DataDir} has no readings.db: the next start fills a new one with what the journal still holds; restore it from a backup for what is older";
    }

    /// <summary>Entries that no hub made.</summary>
    public static IEnumerable<string> Foreign(HubSettings settings)
    {
        var found = new List<string>();
        foreach (var entry in Directory.EnumerateFileSystemEntries(settings.DataDir))
        {
            var name = Path.GetFileName(entry);
            if (Directory.Exists(entry) ? !folders.Contains(name, StringComparer.Ordinal) : !files.Contains(name, StringComparer.Ordinal)) found.Add(name);
        }

        var journal = Path.Combine(settings.DataDir, "journal");
        if (Directory.Exists(journal))
            found.AddRange(Directory.EnumerateFileSystemEntries(journal).Select(e => Path.GetFileName(e)!).Where(n => n != "lock" && !n.EndsWith(".journal", StringComparison.Ordinal)).Select(n => "journal/" + n));
        found.Sort(StringComparer.Ordinal);
        foreach (var name in found.Take(MostListed)) yield return $"{name} is no file of the hub; it takes room and is not in a backup";
        if (found.Count > MostListed) yield return $"{found.Count - MostListed} further files that are none of the hub";
    }

    // The lock of the store is made with its file and stays behind.
    private static bool WasRunning(HubSettings settings) => File.Exists(Path.Combine(settings.DataDir, "readings.db.lock"));
}
