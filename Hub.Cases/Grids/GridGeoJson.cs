using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;

namespace Hub.Cases.Grids;

/// <summary>Grids as a GeoJSON FeatureCollection (RFC 7946: lon,lat, WGS 84), in and out, with marks for cases and devices on request.</summary>
public static class GridGeoJson
{
    private const int MaxGrids = 100_000;

    /// <summary>Writes grids as features: the code is the id, the polygon the geometry (null when not drawn), the rest properties.</summary>
    public static JsonObject Write(IEnumerable<Grid> grids)
    {
        var features = new JsonArray();
        foreach (var g in grids.OrderBy(g => g.Code, StringComparer.Ordinal))
        {
            var properties = new JsonObject
            {
                ["titleZh"] = g.Title.Zh, ["titleEn"] = g.Title.En, ["level"] = g.Level, ["levelZh"] = g.LevelName.Zh, ["levelEn"] = g.LevelName.En,
                ["parent"] = g.ParentCode, ["head"] = g.Head, ["worker"] = g.Worker, ["dedicated"] = g.Dedicated,
            };
            if (g.Matters is { Count: > 0 }) properties["matters"] = new JsonArray([.. g.Matters.Select(m => JsonValue.Create(m))]);
            features.Add(Feature(g.Code, Geometry(g.PolygonGeoJson), properties));
        }

        return new JsonObject { ["type"] = "FeatureCollection", ["features"] = features };
    }

    /// <summary>Adds a point for each case that has a position; properties are id, type, severity, state and whether it is simulated.</summary>
    public static JsonObject WithCases(JsonObject collection, IEnumerable<GridCase> cases)
    {
        foreach (var c in cases)
            if (c is { Longitude: { } lon, Latitude: { } lat })
                Add(collection, Feature("case:" + c.Id, Point(lon, lat), new JsonObject
                {
                    ["mark"] = "case", ["case"] = c.Id, ["caseType"] = c.Type, ["severity"] = c.Severity.ToString(), ["state"] = c.State.ToString(), ["sim"] = c.Sim,
                }));
        return collection;
    }

    /// <summary>Adds a point for each device whose place was surveyed; a silent device is marked as not watching, never as safe.</summary>
    public static JsonObject WithDevices(JsonObject collection, IEnumerable<Device> devices, long nowMs)
    {
        foreach (var d in devices)
            if (double.IsFinite(d.Place.Longitude) && double.IsFinite(d.Place.Latitude))
                Add(collection, Feature("device:" + d.Id, Point(d.Place.Longitude, d.Place.Latitude), new JsonObject
                {
                    ["mark"] = "device", ["device"] = d.Id, ["watching"] = d.IsOnline(nowMs), ["sim"] = d.Sim,
                }));
        return collection;
    }

    /// <summary>Reads grids. What is wrong is named feature by feature; the rest is read.</summary>
    /// <param name="geoJson">A FeatureCollection as <see cref="Write"/> makes it; <c>title</c> may stand for both titles, the feature's id or <c>code</c> is the code.</param>
    public static (IReadOnlyList<Grid> Grids, IReadOnlyList<string> Faults) Read(string geoJson)
    {
        var (grids, faults) = (new List<Grid>(), new List<string>());
        try
        {
            using var json = JsonDocument.Parse(geoJson);
            if (json.RootElement.ValueKind != JsonValueKind.Object || Text(json.RootElement, "type") != "FeatureCollection" || !json.RootElement.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
                return ([], ["expected a GeoJSON FeatureCollection with an array of features"]);
            if (features.GetArrayLength() > MaxGrids) return ([], [$"{features.GetArrayLength()} features; at most {MaxGrids} are allowed"]);
            var number = 0;
            foreach (var feature in features.EnumerateArray()) ReadFeature(feature, ++number, grids, faults);
        }
        catch (JsonException e)
        {
            faults.Add($"not JSON: {e.Message}");
        }

        return (grids, faults);
    }

    private static void ReadFeature(JsonElement feature, int number, List<Grid> grids, List<string> faults)
    {
        if (feature.ValueKind != JsonValueKind.Object || !feature.TryGetProperty("properties", out var p) || p.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"feature {number} has no properties");
            return;
        }

        var code = Text(feature, "id") is { Length: > 0 } id ? id : Text(p, "code");
        if (code.Length is 0 or > 64)
        {
            faults.Add($"feature {number} has no code (id, or property code, of at most 64 characters)");
            return;
        }

        var polygon = feature.TryGetProperty("geometry", out var geometry) && geometry.ValueKind == JsonValueKind.Object ? geometry.GetRawText() : null;
        if (!GridGeometry.TryRead(polygon, out _, out var fault))
        {
            faults.Add($"grid {code}: {fault}");
            return;
        }

        var dedicated = p.TryGetProperty("dedicated", out var d) && d.ValueKind == JsonValueKind.True;
        var level = p.TryGetProperty("level", out var l) && l.TryGetInt32(out var n) ? n : dedicated ? 0 : 1;
        var matters = p.TryGetProperty("matters", out var m) && m.ValueKind == JsonValueKind.Array ? m.EnumerateArray().Where(x => x.ValueKind == JsonValueKind.String).Select(x => x.GetString()!).ToArray() : null;
        grids.Add(new Grid(code, Local(p, "title", code), level, Local(p, "level", ""), Text(p, "parent"), Text(p, "head"), Text(p, "worker"), dedicated, matters, polygon));
    }

    private static LocalText Local(JsonElement p, string name, string otherwise)
    {
        var one = Text(p, name);
        var (zh, en) = (Text(p, name + "Zh"), Text(p, name + "En"));
        return new LocalText(First(zh, one, en, otherwise), First(en, one, zh, otherwise));
    }

    private static string First(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
            if (text.Length > 0) return text;
        return "";
    }

    private static string Text(JsonElement o, string name) => o.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString()! : "";

    private static void Add(JsonObject collection, JsonObject feature) => ((JsonArray)collection["features"]!).Add((JsonNode)feature);

    private static JsonObject Feature(string id, JsonNode? geometry, JsonObject properties) => new() { ["type"] = "Feature", ["id"] = id, ["geometry"] = geometry, ["properties"] = properties };

    private static JsonObject Point(double lon, double lat) => new() { ["type"] = "Point", ["coordinates"] = new JsonArray(lon, lat) };

    private static JsonNode? Geometry(string? polygon) => GridGeometry.TryRead(polygon, out var shape, out _) && shape is not null ? JsonNode.Parse(polygon!) : null;
}
