using Hub.Adapters.Sqlite;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Tests.Support;

namespace Hub.Tests.Road;

public sealed class RegistryReloadTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-registry-").FullName;
    private HubDatabase _database = null!;
    private DeviceRegistry _registry = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SqliteRegistryStore Store => new(_database);

    public async ValueTask InitializeAsync()
    {
        _database = await HubDatabase.OpenAsync(Path.Combine(_folder, "hub.db"), new ManualClock());
        await Store.SaveDevicesAsync([new DeviceRecord("alarm-1", "smokeAlarm", "old name", "leshan/estate-1")], Stop);
        _registry = await DeviceRegistry.LoadAsync(Store, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_device_another_process_registered_is_known_after_a_reload()
    {
        await Store.SavePlacesAsync([new Place("leshan/estate-9", PlaceKind.Estate, new("九区", "Estate nine"))], Stop);
        await Store.SaveDevicesAsync([new DeviceRecord("port-1", "chargerPort", "", "leshan/estate-9")], Stop);
        Assert.Null(_registry.Find("port-1"));

        await _registry.ReloadAsync(Stop);

        Assert.Equal("Estate nine", _registry.Find("port-1")!.Place.Title.En);
        Assert.Equal(2, _registry.Count);
    }

    [Fact]
    public async Task A_device_keeps_its_identity_when_it_is_renamed_or_refused()
    {
        var held = _registry.Find("alarm-1")!;
        await Store.SaveDevicesAsync([new DeviceRecord("alarm-1", "smokeAlarm", "new name", "leshan/estate-1", Disabled: true)], Stop);

        await _registry.ReloadAsync(Stop);

        Assert.Same(held, _registry.Find("alarm-1"));
        Assert.Equal("new name", held.Name);
        Assert.True(held.Disabled);
    }

    [Fact]
    public async Task What_is_registered_while_the_store_is_read_is_not_put_back_to_what_was_read()
    {
        var slow = new InterruptedStore(Store);
        var registry = await DeviceRegistry.LoadAsync(slow, Stop);
        slow.Between = () => registry.RegisterAsync([new DeviceRecord("alarm-1", "smokeAlarm", "newest", "leshan/estate-1")], [], [], Stop);

        await registry.ReloadAsync(Stop);

        Assert.Equal("newest", registry.Find("alarm-1")!.Name);
        Assert.Equal(2, slow.Reloads);
    }

    [Fact]
    public async Task Who_introduced_itself_is_saved_and_no_stranger_after_a_reload_or_a_restart()
    {
        _registry.AddUnknown("port-1"u8, most: 10);
        await _registry.SaveNewAsync(Stop);
        Assert.True(_registry.Introduce("port-1", new Introduction("chargerPort", "Bay 1", "leshan/estate-9/shed-1/bay-01", "gw-9", 121.5, 31.2, Sim: true, new Dictionary<string, string> { ["battery"] = "lithium" })));
        Assert.False(_registry.Introduce("port-1", new Introduction("smokeAlarm", "", "", null, null, null, Sim: false, null)));

        await _registry.ReloadAsync(Stop);
        Assert.Equal("chargerPort", _registry.Find("port-1")!.Kind.Id);

        var restarted = await DeviceRegistry.LoadAsync(Store, Stop);
        Assert.Equivalent(_registry.RecordOf("port-1"), restarted.RecordOf("port-1"), strict: true);
        Assert.Equal(("Bay 1", "leshan/estate-9"), (restarted.Find("port-1")!.Name, restarted.Find("port-1")!.Place.Site));
    }

    private sealed class InterruptedStore(IRegistryStore inner) : IRegistryStore
    {
        public Func<Task>? Between { get; set; }

        public int Reloads { get; private set; }

        public Task<IReadOnlyList<DeviceRecord>> LoadDevicesAsync(CancellationToken stop) => inner.LoadDevicesAsync(stop);

        public async Task<IReadOnlyList<Place>> LoadPlacesAsync(CancellationToken stop)
        {
            var between = Between;
            if (between is not null || Reloads > 0) Reloads++;
            Between = null;
            if (between is not null) await between();
            return await inner.LoadPlacesAsync(stop);
        }

        public Task<IReadOnlyList<Grid>> LoadGridsAsync(CancellationToken stop) => inner.LoadGridsAsync(stop);

        public Task SaveDevicesAsync(IReadOnlyCollection<DeviceRecord> devices, CancellationToken stop) => inner.SaveDevicesAsync(devices, stop);

        public Task SavePlacesAsync(IReadOnlyCollection<Place> places, CancellationToken stop) => inner.SavePlacesAsync(places, stop);

        public Task SaveGridsAsync(IReadOnlyCollection<Grid> grids, CancellationToken stop) => inner.SaveGridsAsync(grids, stop);
    }
}
