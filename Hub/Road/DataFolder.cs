namespace Hub.Road;

/// <summary>The data folder, held by one hub at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFile = "hub.lock";

    private readonly FileStream hold;
    private readonly bool throwAway;

    private DataFolder(string path, FileStream hold, bool throwAway) => (Path, this.hold, this.throwAway) = (path, hold, throwAway);

    public string Path { get; }

    /// <summary>Makes the folder when it is absent and holds it. Throws <see cref="StartException"/> when it cannot be written or another hub holds it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="throwAway">Delete it at the end.</param>
    public static DataFolder Open(string path, bool throwAway = false)
    {
        try
        {
            Directory.CreateDirectory(path);
            var hold = new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(path, hold, throwAway);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartException($"Hub:DataDir '{path}' cannot be written by user {Environment.UserName}; give that user the folder or name another one", e);
        }
        catch (IOException e) when (System.IO.File.Exists(System.IO.Path.Combine(path, LockFile)))
        {
            throw new StartException($"Hub:DataDir '{path}' is in use by another hub ({e.Message}); stop it or name another folder", e);
        }
        catch (IOException e)
        {
            throw new StartException($"Hub:DataDir '{path}' cannot be used: {e.Message}; name a folder on a disk that can be written", e);
        }
    }

    /// <summary>Whether a hub holds that folder now.</summary>
    public static bool IsInUse(string path)
    {
        var file = System.IO.Path.Combine(path, LockFile);
        if (!File.Exists(file)) return false;
        try
        {
            new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false; // Open says what is wrong
        }
    }

    /// <summary>Removes the throw-away folders of hubs that were killed before they could.</summary>
    /// <param name="parent">Where they lie.</param>
    /// <param name="prefix">How their names begin.</param>
    /// <remarks>
    /// A folder whose lock is free and that holds more than the lock belongs to nobody: its owner took the lock before it wrote anything else.
    /// What has no lock is not ours, and a link leads elsewhere.
    /// </remarks>
    public static void Sweep(string parent, string prefix)
    {
        foreach (var path in Directory.EnumerateDirectories(parent, prefix + "*"))
        {
            try
            {
                if (new DirectoryInfo(path).LinkTarget is not null || !File.Exists(System.IO.Path.Combine(path, LockFile))) continue;
                if (Directory.EnumerateFileSystemEntries(path).Skip(1).Any() && !IsInUse(path)) Directory.Delete(path, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else's, or being cleared away this moment.
            }
        }
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        hold.Dispose();
        if (!throwAway) return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A throw-away folder that something still holds stays in the temp folder; the system clears it.
        }
    }
}
