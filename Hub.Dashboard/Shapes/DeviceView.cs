using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Dashboard.Shapes;

/// <summary>A device as the API shows it; <see cref="Latest"/> on its own page only.</summary>
internal sealed record DeviceView(
    string Id, string Kind, string KindZh, string KindEn, string Name, string Place, string PlaceTitleZh, string PlaceTitleEn, string Grid,
    bool Online, DateTimeOffset? LastSeen, bool Sim, bool Disabled, bool LifeSafety, string? Gateway, double? Longitude, double? Latitude,
    IReadOnlyDictionary<string, string> Attributes, long? Messages, double? PerSecond, DateTimeOffset? QuarantineEnds, IReadOnlyList<LatestView>? Latest)
{
    /// <param name="d">The device.</param>
    /// <param name="directory">Where places are looked up.</param>
    /// <param name="traffic">What the front door knows of it; null when there is none here.</param>
    /// <param name="clock">Now, and the time zone.</param>
    public static DeviceView Of(Device d, IDeviceDirectory directory, IDeviceTraffic? traffic, Clock clock)
    {
        var says = traffic?.Of(d);
        var (lon, lat) = Positions.Of(d.Place, directory);
        return new DeviceView(
            d.Id, d.Kind.Id, d.Kind.Title.Zh, d.Kind.Title.En, d.Name, d.Place.Id, d.Place.Title.Zh, d.Place.Title.En, d.Place.GridCode,
            d.IsOnline(clock.NowMs), clock.AtOrNull(d.LastSeenMs), d.Sim, d.Disabled, d.Kind.LifeSafety, d.GatewayId, lon, lat, d.Attributes,
            says?.Messages, says?.PerSecond, says?.QuarantineEnds is { } ends ? clock.At(ends.ToUnixTimeMilliseconds()) : null, null);
    }
}

/// <summary>Newest value of a channel.</summary>
internal sealed record LatestView(string Channel, string TitleZh, string TitleEn, string Unit, DateTimeOffset At, double? Value, string? Text)
{
    public static LatestView Of(string channel, SeriesPoint point, ChannelTable channels, Clock clock)
    {
        var known = channels.Find(channel);
        var title = known?.Title ?? new LocalText(channel, channel);
        return new LatestView(channel, title.Zh, title.En, known?.Unit ?? "", clock.At(point.AtMs), Numbers.Finite(point.Value), point.Text);
    }
}

/// <summary>Where a place lies: its own survey, or that of the nearest place above it.</summary>
internal static class Positions
{
    public static (double? Longitude, double? Latitude) Of(Place place, IDeviceDirectory directory)
    {
        for (var p = place; p.Id.Length > 0; p = directory.PlaceOf(p.ParentId))
            if (double.IsFinite(p.Longitude) && double.IsFinite(p.Latitude)) return (p.Longitude, p.Latitude);
        return (null, null);
    }
}
