using Hub.Core.Devices;
using Hub.Core.Places;

namespace Hub.Core.Ports;

/// <summary>Devices, places and grids at rest. Implemented by the database adapters.</summary>
public interface IRegistryStore
{
    /// <summary>Every device, in the order of id.</summary>
    Task<IReadOnlyList<DeviceRecord>> LoadDevicesAsync(CancellationToken stop);

    /// <summary>Adds or replaces devices, all or none.</summary>
    Task SaveDevicesAsync(IReadOnlyCollection<DeviceRecord> devices, CancellationToken stop);

    /// <summary>Every place, in the order of id.</summary>
    Task<IReadOnlyList<Place>> LoadPlacesAsync(CancellationToken stop);

    /// <summary>Adds or replaces places, all or none.</summary>
    Task SavePlacesAsync(IReadOnlyCollection<Place> places, CancellationToken stop);

    /// <summary>Every grid, in the order of code.</summary>
    Task<IReadOnlyList<Grid>> LoadGridsAsync(CancellationToken stop);

    /// <summary>Adds or replaces grids, all or none.</summary>
    Task SaveGridsAsync(IReadOnlyCollection<Grid> grids, CancellationToken stop);
}

/// <summary>The devices and places of the running hub. Kept by Ingest, read by rules, cases and pages.</summary>
public interface IDeviceDirectory
{
    /// <summary>How many devices there are.</summary>
    int Count { get; }

    /// <summary>The device of that id, or null.</summary>
    Device? Find(string id);

    /// <summary>All devices as of now, in the order they were registered.</summary>
    IReadOnlyList<Device> All { get; }

    /// <summary>The place of that path: as registered, or named after its path; never null.</summary>
    Place PlaceOf(string path);

    /// <summary>All registered places.</summary>
    IReadOnlyCollection<Place> Places { get; }

    /// <summary>All grids.</summary>
    IReadOnlyCollection<Grid> Grids { get; }

    /// <summary>Adds or replaces devices, places and grids, in the store first and then for the running hub.</summary>
    Task RegisterAsync(IReadOnlyCollection<DeviceRecord> devices, IReadOnlyCollection<Place> places, IReadOnlyCollection<Grid> grids, CancellationToken stop);
}
