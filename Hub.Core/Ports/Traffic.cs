using Hub.Core.Devices;

namespace Hub.Core.Ports;

/// <summary>How much a device says.</summary>
/// <param name="Messages">Messages taken in since the start.</param>
/// <param name="PerSecond">Over the last ten seconds or so.</param>
/// <param name="QuarantineEnds">Until when the front door refuses it for publishing too fast; null when it does not.</param>
public readonly record struct DeviceTraffic(long Messages, double PerSecond, DateTimeOffset? QuarantineEnds);

/// <summary>What the front door knows of the devices' traffic. Kept by Ingest, read by the pages.</summary>
public interface IDeviceTraffic
{
    /// <summary>The traffic of one device.</summary>
    DeviceTraffic Of(Device device);

    /// <summary>The devices that say most, busiest first; silent ones are not among them.</summary>
    IReadOnlyList<(Device Device, double PerSecond)> Busiest(int most);

    /// <summary>Lets a device out of quarantine; false when it was in none.</summary>
    bool Release(Device device);
}
