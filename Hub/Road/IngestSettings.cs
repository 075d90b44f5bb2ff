using Hub.Ingest;
using Hub.Settings;

namespace Hub.Road;

/// <summary>The front door's options out of the settings.</summary>
internal static class IngestSettings
{
    public static IngestOptions From(HubSettings settings) => new()
    {
        UnknownDevices = settings.UnknownDevices,
        DeviceRate = settings.DeviceRate,
        SignIn = settings.SignIn,
        Anonymous = settings.Anonymous,
        DenySubscribe = [.. settings.Mqtt.DenySubscribe],
        ZoneOffset = settings.Zone.BaseUtcOffset,
    };
}
