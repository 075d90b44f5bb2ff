using System.Text.Json;
using NetTopologySuite.Geometries;

namespace Hub.Cases.Grids;

/// <summary>Reads GeoJSON polygons (RFC 7946: lon,lat in WGS 84 degrees, first point = last).</summary>
public static class GridGeometry
{
    private const int MaxPoints = 100_000;
    private static readonly GeometryFactory factory = new(new PrecisionModel(), 4326);

    /// <summary>Reads a <c>Polygon</c> or <c>MultiPolygon</c>; empty text is no polygon and no fault.</summary>
    /// <param name="geoJson">The geometry as text, or null.</param>
    /// <param name="shape">The polygon; null when there is none.</param>
    /// <param name="fault">What is wrong; null when nothing is.</param>
    /// <returns>False when the text is no valid polygon.</returns>
    public static bool TryRead(string? geoJson, out Geometry? shape, out string? fault)
    {
        (shape, fault) = (null, null);
        if (string.IsNullOrEmpty(geoJson)) return true;
        try
        {
            using var json = JsonDocument.Parse(geoJson);
            var type = json.RootElement.GetProperty("type").GetString();
            var coordinates = json.RootElement.GetProperty("coordinates");
            shape = type switch
            {
                "Polygon" => ReadPolygon(coordinates),
                "MultiPolygon" => factory.CreateMultiPolygon([.. coordinates.EnumerateArray().Select(ReadPolygon)]),
                _ => throw new FormatException($"geometry type is '{type}'; expected Polygon or MultiPolygon"),
            };
            if (shape.IsValid) return true;
            (shape, fault) = (null, "the polygon crosses itself or a hole lies outside");
            return false;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            (shape, fault) = (null, e.Message);
            return false;
        }
    }

    private static Polygon ReadPolygon(JsonElement rings)
    {
        var all = rings.EnumerateArray().Select(ReadRing).ToArray();
        if (all.Length == 0) throw new FormatException("a polygon without rings");
        return factory.CreatePolygon(all[0], all[1..]);
    }

    private static LinearRing ReadRing(JsonElement ring)
    {
        if (ring.GetArrayLength() > MaxPoints) throw new FormatException($"a ring has {ring.GetArrayLength()} points; at most {MaxPoints} are allowed");
        return factory.CreateLinearRing([.. ring.EnumerateArray().Select(ReadPoint)]);
    }

    private static Coordinate ReadPoint(JsonElement point)
    {
        var (lon, lat) = (point[0].GetDouble(), point[1].GetDouble());
        if (Math.Abs(lon) > 180 || Math.Abs(lat) > 90) throw new FormatException(FormattableString.Invariant($"point {lon},{lat} lies outside the earth; expected lon,lat in degrees"));
        return new Coordinate(lon, lat);
    }
}
