using System.Text.Json.Nodes;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>The grids as GeoJSON (RFC 7946), and the plan of the community for the wall.</summary>
internal static class GridsApi
{
    public static void MapGrids(this RouteGroupBuilder api)
    {
        api.MapGet("/grids", Grids).Says("The grids as a GeoJSON FeatureCollection with their open cases", "level: only this level; 0 for dedicated grids", "dedicated: true or false");
        api.MapGet("/community", Community).Says("The plan of the community with device and case marks");
    }

    private static IResult Grids(HttpContext http, IDeviceDirectory directory, CaseBoard board)
    {
        var caller = Caller.Of(http);
        var p = new Params(http);
        var (level, dedicated) = (p.Int("level", -1, 0, 16), p.Flag("dedicated"));
        p.Done();

        var open = CountByGrid(board, caller, directory.Grids);
        var features = new JsonArray();
        foreach (var grid in directory.Grids.OrderBy(g => g.Code, StringComparer.Ordinal))
        {
            if ((level >= 0 && grid.Level != level) || (dedicated is not null && grid.Dedicated != dedicated)) continue;
            features.Add(new JsonObject
            {
                ["type"] = "Feature",
                ["id"] = grid.Code,
                ["geometry"] = Geometry(grid.PolygonGeoJson),
                ["properties"] = Properties(grid, open.GetValueOrDefault(grid.Code)),
            });
        }

        return Results.Json(new JsonObject { ["type"] = "FeatureCollection", ["features"] = features }, ApiJson.Options, "application/geo+json");
    }

    private static CommunityView Community(HttpContext http, IDeviceDirectory directory, CommunityPlan plan, CaseBoard board, Clock clock)
    {
        var caller = Caller.Of(http);
        new Params(http).Done();
        var now = clock.NowMs;
        var positions = new Dictionary<string, (double? Longitude, double? Latitude)>(StringComparer.Ordinal);
        var devices = new List<PlanDevice>(directory.Count);
        foreach (var d in directory.All)
        {
            if (!positions.TryGetValue(d.Place.Id, out var at)) positions[d.Place.Id] = at = Shapes.Positions.Of(d.Place, directory);
            if (at is { Longitude: { } lon, Latitude: { } lat }) devices.Add(new PlanDevice(d.Id, d.Kind.Id, lon, lat, d.IsOnline(now), d.Place.Id));
        }

        var cases = board.Open.Where(caller.MaySee)
            .Select(c => new PlanCase(c.Id, c.Type, c.Severity, c.State, c.Longitude, c.Latitude, c.PlaceId, c.Sim)).ToList();
        var id = directory.Places.Select(x => x.Id).Concat(directory.All.Select(d => d.Place.Id)).Select(x => x.Split('/')[0]).FirstOrDefault(x => x.Length > 0) ?? "";
        var title = directory.PlaceOf(id).Title;
        return new CommunityView(id, title.Zh, title.En, plan.Shown(directory), devices, cases);
    }

    // A grid counts the cases of the grids below it; a dedicated grid those that name it.
    private static Dictionary<string, int> CountByGrid(CaseBoard board, Caller caller, IReadOnlyCollection<Grid> grids)
    {
        var parents = grids.ToDictionary(g => g.Code, g => g.ParentCode, StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var c in board.Open)
        {
            if (!caller.MaySee(c)) continue;
            foreach (var code in c.DedicatedGrids) counts[code] = counts.GetValueOrDefault(code) + 1;
            var (at, depth) = (c.GridCode, 0);
            for (; at.Length > 0 && depth < 16; depth++) // a ring of parents must not hang the page
            {
                counts[at] = counts.GetValueOrDefault(at) + 1;
                at = parents.GetValueOrDefault(at, "");
            }
        }

        return counts;
    }

    private static JsonNode? Geometry(string? geoJson)
    {
        if (string.IsNullOrEmpty(geoJson)) return null;
        try
        {
            return JsonNode.Parse(geoJson);
        }
        catch (System.Text.Json.JsonException)
        {
            return null; // drawn as a gap; the grid check names it
        }
    }

    private static JsonObject Properties(Grid g, int open) => new()
    {
        ["code"] = g.Code,
        ["titleZh"] = g.Title.Zh,
        ["titleEn"] = g.Title.En,
        ["level"] = g.Level,
        ["levelZh"] = g.LevelName.Zh,
        ["levelEn"] = g.LevelName.En,
        ["parent"] = g.ParentCode,
        ["head"] = g.Head,
        ["worker"] = g.Worker,
        ["dedicated"] = g.Dedicated,
        ["matters"] = new JsonArray([.. (g.Matters ?? []).Select(m => (JsonNode)m)]),
        ["openCases"] = open,
    };

    /// <summary>The plan with its marks.</summary>
    internal sealed record CommunityView(string Id, string TitleZh, string TitleEn, JsonObject Plan, IReadOnlyList<PlanDevice> Devices, IReadOnlyList<PlanCase> Cases);

    /// <summary>A device on the plan.</summary>
    internal sealed record PlanDevice(string Id, string Kind, double Longitude, double Latitude, bool Online, string Place);

    /// <summary>An open case on the plan.</summary>
    internal sealed record PlanCase(
        string Id, string Type, Hub.Core.Severity Severity, Hub.Cases.CaseState State, double? Longitude, double? Latitude, string Place, bool Sim);
}
