using System.Collections.Concurrent;
using System.Text;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Ingest;

/// <summary>The devices, places and grids of the running hub, in memory over the store. Found by the bytes of a topic without allocating.</summary>
public sealed partial class DeviceRegistry : IDeviceDirectory
{
    private readonly IRegistryStore? _store;
    private readonly ConcurrentDictionary<string, Device> _devices = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Device>.AlternateLookup<ReadOnlySpan<char>> _byChars;
    private readonly ConcurrentDictionary<string, DeviceRecord> _records = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Grid> _grids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _children = new(StringComparer.Ordinal); // written under _adding
    private readonly Lock _adding = new();
    private readonly SemaphoreSlim _saving = new(1, 1);
    private volatile Device[] _all = [];
    private int _count;
    private long _taken; // under _adding: how often something was taken over

    /// <param name="store">Where they are kept; null for a registry in memory only.</param>
    public DeviceRegistry(IRegistryStore? store = null)
    {
        _store = store;
        _byChars = _devices.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public IReadOnlyList<Device> All => new ArraySegment<Device>(_all, 0, Count);

    /// <inheritdoc/>
    public IReadOnlyCollection<Place> Places => [.. _places.Values];

    /// <inheritdoc/>
    public IReadOnlyCollection<Grid> Grids => [.. _grids.Values];

    /// <summary>Reads everything from the store.</summary>
    public static async Task<DeviceRegistry> LoadAsync(IRegistryStore store, CancellationToken stop)
    {
        var registry = new DeviceRegistry(store);
        registry.Take(
            await store.LoadDevicesAsync(stop).ConfigureAwait(false),
            await store.LoadPlacesAsync(stop).ConfigureAwait(false),
            await store.LoadGridsAsync(stop).ConfigureAwait(false));
        return registry;
    }

    /// <summary>Reads everything from the store again, because another process wrote to it. Devices keep their identity; none is forgotten.</summary>
    public async Task ReloadAsync(CancellationToken stop)
    {
        if (_store is null) return;
        while (true)
        {
            long before;
            lock (_adding) before = _taken;
            while (await SaveNewAsync(stop).ConfigureAwait(false) > 0) { } // or the store would make strangers of those that introduced themselves
            var devices = await _store.LoadDevicesAsync(stop).ConfigureAwait(false);
            var places = await _store.LoadPlacesAsync(stop).ConfigureAwait(false);
            var grids = await _store.LoadGridsAsync(stop).ConfigureAwait(false);
            lock (_adding)
            {
                // Something was registered meanwhile: what was read may be older than what is held. Look again.
                if (before != _taken) continue;
                TakeAll(devices, places, grids);
                return;
            }
        }
    }

    /// <inheritdoc/>
    public Device? Find(string id) => _devices.GetValueOrDefault(id);

    /// <summary>The device of an id as it stands in a topic; null when unknown or no id at all. Does not allocate.</summary>
    public Device? Find(ReadOnlySpan<byte> id)
    {
        if (id.Length > DeviceIds.MaxLength) return null;
        Span<char> chars = stackalloc char[DeviceIds.MaxLength];
        if (Ascii.ToUtf16(id, chars, out var length) != System.Buffers.OperationStatus.Done) return null;
        return _byChars.TryGetValue(chars[..length], out var device) ? device : null;
    }

    /// <summary>How many devices a gateway speaks for beside itself.</summary>
    public int ChildrenOf(string gateway) => _children.GetValueOrDefault(gateway);

    /// <summary>What the store knows of a device, with its credential; null when unknown.</summary>
    public DeviceRecord? RecordOf(string id) => _records.GetValueOrDefault(id);

    /// <summary>Every device as the store knows it.</summary>
    public IReadOnlyCollection<DeviceRecord> Records => [.. _records.Values];

    /// <inheritdoc/>
    public Place PlaceOf(string path) => _places.TryGetValue(path, out var place) ? place : PlaceNames.FromPath(path);

    /// <inheritdoc/>
    public async Task RegisterAsync(
        IReadOnlyCollection<DeviceRecord> devices, IReadOnlyCollection<Place> places, IReadOnlyCollection<Grid> grids, CancellationToken stop)
    {
        foreach (var device in devices)
        {
            if (!DeviceIds.IsValid(device.Id))
                throw new ArgumentException($"Device id '{device.Id}' is not allowed: use 1 to {DeviceIds.MaxLength} of A-Z a-z 0-9 . _ : -", nameof(devices));
        }

        await _saving.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_store is not null)
            {
                if (grids.Count > 0) await _store.SaveGridsAsync(grids, stop).ConfigureAwait(false);
                if (places.Count > 0) await _store.SavePlacesAsync(places, stop).ConfigureAwait(false);
                if (devices.Count > 0) await _store.SaveDevicesAsync(devices, stop).ConfigureAwait(false);
            }

            Take(devices, places, grids);
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Refuses a device at the door from now on, or lets it in again.</summary>
    /// <returns>False when there is no such device.</returns>
    public async Task<bool> DisableAsync(string id, bool disabled, CancellationToken stop)
    {
        if (RecordOf(id) is not { } record) return false;
        await RegisterAsync([record with { Disabled = disabled }], [], [], stop).ConfigureAwait(false);
        return true;
    }

    private void Take(IReadOnlyCollection<DeviceRecord> devices, IReadOnlyCollection<Place> places, IReadOnlyCollection<Grid> grids)
    {
        lock (_adding)
        {
            _taken++;
            TakeAll(devices, places, grids);
        }
    }

    // Under _adding. Places first, for devices look theirs up.
    private void TakeAll(IReadOnlyCollection<DeviceRecord> devices, IReadOnlyCollection<Place> places, IReadOnlyCollection<Grid> grids)
    {
        foreach (var grid in grids) _grids[grid.Code] = grid;
        foreach (var place in places) _places[place.Id] = place;
        foreach (var record in devices) TakeDevice(record);
    }

    // Under _adding. The list is copied on growth only, so readers of an older one see a shorter past, never a torn one.
    private Device TakeDevice(DeviceRecord record)
    {
        _records[record.Id] = record;
        var place = SurveyedPlace(record);
        if (_devices.TryGetValue(record.Id, out var device))
        {
            // The kind last: a lane that sees it finds the rest.
            device.Place = place;
            Fill(device, record);
            device.Kind = DeviceKinds.Of(record.Kind);
            return device;
        }

        device = new Device(_count, record.Id, DeviceKinds.Of(record.Kind), place);
        Fill(device, record);
        var all = _all;
        if (_count == all.Length) Array.Resize(ref all, Math.Max(16, all.Length * 2));
        all[_count] = device;
        _all = all;
        Volatile.Write(ref _count, _count + 1);
        _devices[record.Id] = device;
        return device;
    }

    private Place SurveyedPlace(DeviceRecord record)
    {
        var place = PlaceOf(record.PlaceId);
        return record is { Longitude: { } longitude, Latitude: { } latitude } ? place with { Longitude = longitude, Latitude = latitude } : place;
    }

    private void Fill(Device device, DeviceRecord record)
    {
        device.Name = record.Name;
        if (device.GatewayId != record.GatewayId)
        {
            if (device.GatewayId is { } former) _children[former]--;
            if (record.GatewayId is { } gateway) _children[gateway] = _children.GetValueOrDefault(gateway) + 1;
            device.GatewayId = record.GatewayId;
        }

        device.Sim = record.Sim;
        device.Disabled = record.Disabled;
        if (record.Attributes is not null) device.Attributes = record.Attributes;
    }
}
