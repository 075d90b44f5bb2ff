using System.Text.Json;
using Hub.Cases;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Adapters.Sqlite;

/// <summary>Devices, places and grids in SQLite.</summary>
public sealed class SqliteRegistryStore(HubDatabase database) : IRegistryStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<DeviceRecord>> LoadDevicesAsync(CancellationToken stop) => LoadAsync<DeviceRecord>("SELECT body FROM devices ORDER BY id", stop);

    /// <inheritdoc/>
    public Task SaveDevicesAsync(IReadOnlyCollection<DeviceRecord> devices, CancellationToken stop) => database.WriteAsync(
        (connection, _) =>
        {
            using var upsert = connection.Prepared(
                "INSERT INTO devices (id, kind, place_id, body) VALUES ($a, $b, $c, $d) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, place_id = excluded.place_id, body = excluded.body",
                "$a", "$b", "$c", "$d");
            foreach (var d in devices) upsert.Set(d.Id, d.Kind, d.PlaceId, Write(d)).ExecuteNonQuery();
            return 0;
        },
        stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Place>> LoadPlacesAsync(CancellationToken stop) => LoadAsync<Place>("SELECT body FROM places ORDER BY id", stop);

    /// <inheritdoc/>
    public Task SavePlacesAsync(IReadOnlyCollection<Place> places, CancellationToken stop) =>
        SaveAsync("INSERT INTO places (id, body) VALUES ($a, $b) ON CONFLICT (id) DO UPDATE SET body = excluded.body", places, p => p.Id, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Grid>> LoadGridsAsync(CancellationToken stop) => LoadAsync<Grid>("SELECT body FROM grids ORDER BY code", stop);

    /// <inheritdoc/>
    public Task SaveGridsAsync(IReadOnlyCollection<Grid> grids, CancellationToken stop) =>
        SaveAsync("INSERT INTO grids (code, body) VALUES ($a, $b) ON CONFLICT (code) DO UPDATE SET body = excluded.body", grids, g => g.Code, stop);

    private Task<IReadOnlyList<T>> LoadAsync<T>(string sql, CancellationToken stop) => database.ReadAsync<IReadOnlyList<T>>(
        connection => connection.Rows(sql, r => JsonSerializer.Deserialize<T>(r.GetString(0), CaseJson.Options)!), stop);

    private Task<int> SaveAsync<T>(string sql, IReadOnlyCollection<T> items, Func<T, string> key, CancellationToken stop) => database.WriteAsync(
        (connection, _) =>
        {
            using var upsert = connection.Prepared(sql, "$a", "$b");
            foreach (var item in items) upsert.Set(key(item), Write(item)).ExecuteNonQuery();
            return items.Count;
        },
        stop);

    private static string Write<T>(T item) => JsonSerializer.Serialize(item, CaseJson.Options);
}
