using Hub.Adapters.Embedded;
using Hub.Adapters.Sqlite;
using Hub.Core.Ports;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hub.Tests.Adapters.Sqlite;

/// <summary>Files of released versions, kept as SQL text, open in this one with everything they hold. A kept text is never edited; a new version adds one.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-migrate-").FullName;
    private readonly ManualClock _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> HubSchemas => [.. Schemas("hub-")];

    public static TheoryData<string> ReadingsSchemas => [.. Schemas("readings-")];

    [Theory]
    [MemberData(nameof(HubSchemas))]
    public async Task A_database_of_an_earlier_version_is_brought_forward_with_what_it_holds(string schema)
    {
        var file = Restore(schema, "hub.db");
        await using (var database = await HubDatabase.OpenAsync(file, _clock))
        {
            var device = Assert.Single(await new SqliteRegistryStore(database).LoadDevicesAsync(Stop));
            Assert.Equal(("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01"), (device.Id, device.Kind, device.PlaceId));
            var letter = Assert.Single(await new SqliteDeadLetterStore(database).ListAsync(DeadLetterFilter.All, 0, 10, Stop));
            Assert.Equal(("bad-json", 7L, "{broken"), (letter.Reason, letter.Position, System.Text.Encoding.UTF8.GetString(letter.Payload.Span)));
            var lane = Assert.Single(await new SqliteCaseStore(database).LoadLanesAsync(Stop));
            Assert.Equal((0, 12L, 9L), (lane.Lane, lane.Position, lane.Counts.Messages));
            var snapshot = await new SqliteSnapshotStore(database).LoadAsync(0, Stop);
            Assert.Equal([1, 2, 3], snapshot!.Decoder.ToArray());
            Assert.Null(await database.CheckAsync(Stop));
        }

        // What it is now is what a fresh one is: the same tables, columns and indexes.
        await using var fresh = await HubDatabase.OpenAsync(Path.Combine(_folder, "fresh.db"), _clock);
        await using var again = await HubDatabase.OpenAsync(file, _clock);
        Assert.Equal(await ShapeAsync(fresh), await ShapeAsync(again));
    }

    [Theory]
    [MemberData(nameof(ReadingsSchemas))]
    public async Task A_readings_file_of_an_earlier_version_is_brought_forward_with_what_it_holds(string schema)
    {
        Restore(schema, "readings.db");
        await using var store = new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = _folder });

        var checkpoint = await store.OpenAsync(2, Stop);

        Assert.Equal([5, 3], checkpoint.Positions);
        Assert.Equal(4, checkpoint.Readings);
        var points = await store.ReadAsync(new SeriesQuery("port-1", "power", 0, long.MaxValue / 2), Stop);
        Assert.Equal([(1_795_348_800_000, 182.4), (1_795_348_805_000, 182.6), (1_795_348_810_000, 0)], points.Select(p => (p.AtMs, p.Value)));
        Assert.Equal("charging", (await store.LatestAsync("port-1", Stop))["state"].Text);
        Assert.Equal(0, store.DamagedChunks);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<string> Schemas(string prefix) => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Schemas"), prefix + "*.sql").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    private static Task<List<string>> ShapeAsync(HubDatabase database) => database.ReadAsync(
        connection => connection.Rows("SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1", r => r.GetString(0)), Stop);

    private string Restore(string schema, string name)
    {
        var file = Path.Combine(_folder, name);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        HubDatabase.Execute(connection, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Schemas", schema)));
        return file;
    }
}
