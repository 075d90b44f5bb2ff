using System.Globalization;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Shapes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>Reading devices and places.</summary>
internal static class DevicesApi
{
    public static void MapDevices(this RouteGroupBuilder api)
    {
        api.MapGet("/devices", List).Says(
            "Devices in the order of registration",
            "kind: id of the kind", "place: path of a place; devices inside it too", "online: true or false", "sim: true or false", "quarantined: true or false", "q: part of the id or name",
            "limit: 1 to 1000, default 100", "cursor: next of the page before");
        api.MapGet("/devices/{id}", OneAsync).Says("One device with its newest readings");
        api.MapPost("/devices/{id}/release", Release).RequireAuthorization(Schemes.Upkeep).Says("Ends the quarantine of a device that published too fast");
        api.MapGet("/devices/kinds", Kinds).Says("The kinds of devices the hub knows, with how many there are");
        api.MapGet("/places", Places).Says(
            "Places in the order of their paths", "kind: kind of place", "within: path of a place", "q: part of the path or name", "limit: 1 to 1000, default 100", "cursor: next of the page before");
    }

    private static Page<DeviceView> List(HttpContext http, IDeviceDirectory directory, Clock clock)
    {
        var p = new Params(http);
        var (kind, place, online, sim, quarantined, q) = (p.Text("kind"), p.Text("place"), p.Flag("online"), p.Flag("sim"), p.Flag("quarantined"), p.Text("q", 100));
        var traffic = http.RequestServices.GetService<IDeviceTraffic>();
        var (limit, start) = (p.Limit(), p.Number());
        p.Done();

        var now = clock.NowMs;
        var all = directory.All;
        var items = new List<DeviceView>(Math.Min(limit, all.Count));
        var i = (int)Math.Min(start, all.Count);
        for (; i < all.Count && items.Count < limit; i++)
        {
            var d = all[i];
            if (kind is not null && d.Kind.Id != kind) continue;
            if (place is not null && !d.Place.IsWithin(place)) continue;
            if (online is not null && d.IsOnline(now) != online) continue;
            if (sim is not null && d.Sim != sim) continue;
            if (quarantined is not null && (traffic?.Of(d).QuarantineEnds is not null) != quarantined) continue;
            if (q is not null && !d.Id.Contains(q, StringComparison.OrdinalIgnoreCase) && !d.Name.Contains(q, StringComparison.OrdinalIgnoreCase)) continue;
            items.Add(DeviceView.Of(d, directory, traffic, clock));
        }

        return new Page<DeviceView>(items, i < all.Count ? i.ToString(CultureInfo.InvariantCulture) : null);
    }

    private static async Task<DeviceView> OneAsync(
        string id, HttpContext http, IDeviceDirectory directory, IReadingsReader readings, ChannelTable channels, Clock clock, CancellationToken stop)
    {
        new Params(http).Done();
        var device = Find(directory, id);
        var latest = await readings.LatestAsync(id, stop);
        return DeviceView.Of(device, directory, http.RequestServices.GetService<IDeviceTraffic>(), clock) with
        {
            Latest = [.. latest.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => LatestView.Of(l.Key, l.Value, channels, clock))],
        };
    }

    private static Released Release(string id, HttpContext http, IDeviceDirectory directory)
    {
        var device = Find(directory, id);
        return new Released(http.RequestServices.GetService<IDeviceTraffic>()?.Release(device) ?? false);
    }

    public static Device Find(IDeviceDirectory directory, string id) =>
        directory.Find(id) ?? throw ApiProblem.NotFound(new LocalText("设备", "device"), id.Length <= 128 ? id : id[..128]);

    private static Page<KindView> Kinds(HttpContext http, IDeviceDirectory directory, Clock clock)
    {
        new Params(http).Done();
        var now = clock.NowMs;
        var counts = directory.All.GroupBy(d => d.Kind.Id, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => (Kind: g.First().Kind, Count: g.Count(), Online: g.Count(d => d.IsOnline(now))), StringComparer.Ordinal);
        var kinds = DeviceKinds.All.Select(k => k.Id).Union(counts.Keys, StringComparer.Ordinal);
        return new Page<KindView>([.. kinds.Select(id =>
        {
            var (kind, count, online) = counts.TryGetValue(id, out var c) ? c : (DeviceKinds.Of(id), 0, 0);
            return new KindView(id, kind.Title.Zh, kind.Title.En, kind.LifeSafety, kind.PeriodSeconds, kind.OfflineAfterSeconds, count, online);
        })], null);
    }

    private static Page<PlaceView> Places(HttpContext http, IDeviceDirectory directory)
    {
        var p = new Params(http);
        var (kind, within, q) = (p.OneOf<PlaceKind>("kind"), p.Text("within"), p.Text("q", 100));
        var (limit, start) = (p.Limit(), p.Number());
        p.Done();

        var matching = directory.Places
            .Where(x => (kind is null || x.Kind == kind) && (within is null || x.IsWithin(within))
                && (q is null || x.Id.Contains(q, StringComparison.OrdinalIgnoreCase) || x.Title.Zh.Contains(q, StringComparison.OrdinalIgnoreCase)
                    || x.Title.En.Contains(q, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(x => x.Id, StringComparer.Ordinal).Skip((int)Math.Min(start, int.MaxValue)).Take(limit + 1).Select(PlaceView.Of).ToList();
        var more = matching.Count > limit;
        if (more) matching.RemoveAt(limit);
        return new Page<PlaceView>(matching, more ? (start + limit).ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Whether there was a quarantine to end.</summary>
    internal sealed record Released(bool Ended);

    /// <summary>A kind of device.</summary>
    internal sealed record KindView(string Id, string TitleZh, string TitleEn, bool LifeSafety, int PeriodSeconds, int OfflineAfterSeconds, int Devices, int Online);

    /// <summary>A place.</summary>
    internal sealed record PlaceView(
        string Id, PlaceKind Kind, string TitleZh, string TitleEn, string Parent, double? Longitude, double? Latitude, string Grid,
        IReadOnlyList<string> DedicatedGrids, IReadOnlyDictionary<string, string> Attributes)
    {
        public static PlaceView Of(Place p) => new(
            p.Id, p.Kind, p.Title.Zh, p.Title.En, p.ParentId, Numbers.Finite(p.Longitude), Numbers.Finite(p.Latitude), p.GridCode,
            p.DedicatedGrids ?? [], p.Attributes ?? new Dictionary<string, string>());
    }
}
