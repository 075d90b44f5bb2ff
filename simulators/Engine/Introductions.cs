using Hub.Core.Devices;
using Hub.Simulators.Communities;

namespace Hub.Simulators.Engine;

/// <summary>What every device says about itself, for a hub that registers what introduces itself.</summary>
public static class Introductions
{
    /// <summary>One status message a device, gateways first.</summary>
    /// <param name="community">Whose devices.</param>
    /// <param name="nowMs">Simulated time, milliseconds since 1970-01-01 UTC.</param>
    public static IEnumerable<SimMessage> Of(Community community, long nowMs) =>
        community.Devices.OrderBy(d => d.GatewayId is null ? 0 : 1).Select(d => Of(d, nowMs));

    private static SimMessage Of(DeviceRecord device, long nowMs)
    {
        var body = new PayloadWriter().Begin(nowMs).Member("kind", device.Kind).Member("name", device.Name).Member("place", device.PlaceId).Member("gateway", device.GatewayId);
        if (device is { Longitude: { } longitude, Latitude: { } latitude }) body.Member("longitude", longitude, Degrees).Member("latitude", latitude, Degrees);
        return new SimMessage(nowMs, device, $"hub/v1/{device.Id}/status", body.Attributes(device.Attributes).Flag("online", true).Finish(), Event: true);
    }

    // A hundredth of a metre.
    private const int Degrees = 7;
}
