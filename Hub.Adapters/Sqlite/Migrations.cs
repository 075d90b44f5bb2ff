using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>Brings the tables forward, one numbered script after the other, each in its own transaction. There is no way back.</summary>
internal static class Migrations
{
    private const string Prefix = "Hub.Adapters.Sqlite.Migrations.";

    /// <summary>The scripts in order: number, name, text.</summary>
    public static IReadOnlyList<(int Number, string Name, string Sql)> All { get; } = Read();

    public static void Apply(SqliteConnection connection, string path, TimeProvider clock)
    {
        HubDatabase.Execute(connection, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL)");
        var present = Convert.ToInt32(connection.Scalar("SELECT COALESCE(MAX(version), 0) FROM schema_version"), CultureInfo.InvariantCulture);
        if (present > All[^1].Number)
            throw new HubDatabaseException(HubDatabaseFault.TooNew, $"{path} has schema {present}, this hub knows up to {All[^1].Number}; it was written by a newer hub, use that one");
        foreach (var (number, name, sql) in All)
        {
            if (number <= present) continue;
            using var transaction = connection.BeginTransaction();
            HubDatabase.Execute(connection, sql);
            connection.Run("INSERT INTO schema_version VALUES ($v, $n, $t)", ("$v", number), ("$n", name), ("$t", clock.GetUtcNow().ToUnixTimeMilliseconds()));
            transaction.Commit();
        }
    }

    private static List<(int, string, string)> Read()
    {
        var assembly = typeof(Migrations).Assembly;
        var scripts = new List<(int, string, string)>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = resource[Prefix.Length..];
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            scripts.Add((int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, text.ReadToEnd()));
        }

        return scripts;
    }
}
