using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Dashboard;

/// <summary>The drawing of the community: footprints of estates, buildings, sheds and lanes as GeoJSON, kept in a file of the data folder.</summary>
public sealed class CommunityPlan
{
    /// <summary>Largest drawing in characters: a district's footprints.</summary>
    public const int MostCharacters = 32 << 20;

    private readonly string? file;
    private readonly Lock gate = new();
    private JsonObject? shown;

    /// <summary>Reads the drawing that was kept, if any.</summary>
    public CommunityPlan(DashboardOptions options)
    {
        file = options.DataDir.Length == 0 ? null : Path.Combine(options.DataDir, "plan.geojson");
        if (file is not null && File.Exists(file)) shown = Read(File.ReadAllText(file));
    }

    /// <summary>Replaces the drawing.</summary>
    /// <param name="geoJson">
    /// A FeatureCollection (RFC 7946, WGS 84). Properties of a feature: <c>kind</c>, <c>place</c> (path, may be empty), <c>nameZh</c>,
    /// <c>nameEn</c>, for buildings <c>height</c> in metres.
    /// </param>
    /// <exception cref="FormatException">It is no such collection; the message says what was found.</exception>
    public void Replace(string geoJson)
    {
        var read = Read(geoJson);
        lock (gate)
        {
            if (file is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file + ".new", geoJson);
                File.Move(file + ".new", file, overwrite: true);
            }

            shown = read;
        }
    }

    /// <summary>The drawing for the pages; without one, a point for each surveyed place.</summary>
    internal JsonObject Shown(IDeviceDirectory directory)
    {
        lock (gate)
            if (shown is not null) return (JsonObject)shown.DeepClone();
        var features = new JsonArray();
        foreach (var place in directory.Places.Where(p => double.IsFinite(p.Longitude) && double.IsFinite(p.Latitude) && p.Kind != PlaceKind.Flat).Take(20_000))
        {
            features.Add(Feature(
                place.Id, place.Kind.ToString().ToLowerInvariant(), place.Title.Zh, place.Title.En, null,
                new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(place.Longitude, place.Latitude) }));
        }

        return Collection(features);
    }

    private static JsonObject Read(string geoJson)
    {
        if (geoJson.Length > MostCharacters) throw new FormatException($"the plan has {geoJson.Length} characters; at most {MostCharacters} are allowed");
        try
        {
            var root = JsonNode.Parse(geoJson) as JsonObject;
            if ((string?)root?["type"] != "FeatureCollection" || root["features"] is not JsonArray features)
                throw new FormatException($"the plan is of type '{root?["type"]}'; expected a GeoJSON FeatureCollection");
            return Collection([.. features.Select(Shown)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("the plan cannot be read: " + e.Message, e);
        }
    }

    private static JsonObject Shown(JsonNode? feature)
    {
        var p = feature?["properties"];
        var zh = (string?)(p?["nameZh"] ?? p?["titleZh"]) ?? "";
        return Feature(
            (string?)(p?["place"] ?? p?["id"]) ?? "", (string?)p?["kind"] ?? "", zh, (string?)(p?["nameEn"] ?? p?["titleEn"]) ?? zh,
            (double?)p?["height"], feature?["geometry"]?.DeepClone());
    }

    private static JsonObject Feature(string id, string kind, string zh, string en, double? height, JsonNode? geometry)
    {
        var properties = new JsonObject { ["id"] = id, ["kind"] = kind, ["titleZh"] = zh, ["titleEn"] = en };
        if (height is not null) properties["height"] = height;
        return new JsonObject { ["type"] = "Feature", ["properties"] = properties, ["geometry"] = geometry };
    }

    private static JsonObject Collection(JsonArray features) => new() { ["type"] = "FeatureCollection", ["features"] = features };
}
