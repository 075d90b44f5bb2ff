using Hub.Commands;

namespace Hub.Road;

/// <summary>Notices that a command changed the registry in the database beside the running hub, and takes the change over.</summary>
internal sealed class RegistryWatch(RunningHub hub)
{
    private readonly string mark = hub.Folder.In(Offline.ChangedFile);

    // The first look takes over what was written between the reading of the registry and now.
    private DateTime seen;

    /// <summary>Reads the registry again if a command said so since the last look. One caller at a time.</summary>
    /// <returns>Whether it was read.</returns>
    public async Task<bool> LookAsync(CancellationToken stop)
    {
        if (!File.Exists(mark)) return false;
        var changed = File.GetLastWriteTimeUtc(mark);
        if (changed == seen) return false;
        await hub.Registry.ReloadAsync(stop);
        hub.Desk.RefreshGrids();
        seen = changed; // only now: what failed is tried again
        return true;
    }
}
