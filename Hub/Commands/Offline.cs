using Hub.Adapters.Sqlite;
using Hub.Road;
using Hub.Settings;

namespace Hub.Commands;

/// <summary>Lets a command work on the database, beside a running hub or without one.</summary>
internal static class Offline
{
    /// <summary>File whose time tells a running hub to read the registry again.</summary>
    public const string ChangedFile = "registry.changed";

    public static async Task<int> WithDatabaseAsync(VerbContext context, Func<HubDatabase, HubSettings, Task<int>> work)
    {
        var settings = context.Settings();
        try
        {
            await using var database = await HubDatabase.OpenAsync(Path.Combine(settings.DataDir, "hub.db"), context.Real);
            return await work(database, settings);
        }
        catch (HubDatabaseException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    public static void TellRunningHub(HubSettings settings) => File.WriteAllText(Path.Combine(settings.DataDir, ChangedFile), Guid.NewGuid().ToString());
}
