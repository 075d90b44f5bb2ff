using System.Globalization;
using System.Text;

namespace Hub.Simulators.Communities;

/// <summary>The drawing board: metres east and north of a point in the open sea, so nobody mistakes the plan for a real address.</summary>
internal static class Ground
{
    private const double OriginLongitude = 122.6000;
    private const double OriginLatitude = 30.9000;
    private const double MetresPerDegree = 111_320;

    // A plan that lies square to the compass looks like a test; old estates rarely do.
    private const double TurnRadians = 0.16;

    /// <summary>WGS 84 longitude and latitude of a point of the plan.</summary>
    public static (double Longitude, double Latitude) ToWgs84(double x, double y)
    {
        var east = (x * Math.Cos(TurnRadians)) - (y * Math.Sin(TurnRadians));
        var north = (x * Math.Sin(TurnRadians)) + (y * Math.Cos(TurnRadians));
        return (OriginLongitude + (east / (MetresPerDegree * Math.Cos(OriginLatitude * Math.PI / 180))), OriginLatitude + (north / MetresPerDegree));
    }

    /// <summary>GeoJSON Polygon of one rectangle.</summary>
    public static string Polygon(in Rect rect)
    {
        var text = new StringBuilder("{\"type\":\"Polygon\",\"coordinates\":");
        AppendRing(text, rect);
        return text.Append('}').ToString();
    }

    /// <summary>GeoJSON MultiPolygon of several rectangles; a Polygon when there is one.</summary>
    public static string MultiPolygon(IReadOnlyList<Rect> rects)
    {
        if (rects.Count == 1) return Polygon(rects[0]);
        var text = new StringBuilder("{\"type\":\"MultiPolygon\",\"coordinates\":[");
        for (var i = 0; i < rects.Count; i++)
        {
            if (i > 0) text.Append(',');
            AppendRing(text, rects[i]);
        }

        return text.Append("]}").ToString();
    }

    // RFC 7946: counter-clockwise outer ring, first point repeated; 7 decimals are a centimetre.
    private static void AppendRing(StringBuilder text, in Rect r)
    {
        ReadOnlySpan<(double X, double Y)> corners =
            [(r.X, r.Y), (r.X + r.Width, r.Y), (r.X + r.Width, r.Y + r.Height), (r.X, r.Y + r.Height), (r.X, r.Y)];
        text.Append("[[");
        for (var i = 0; i < corners.Length; i++)
        {
            var (longitude, latitude) = ToWgs84(corners[i].X, corners[i].Y);
            if (i > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"[{longitude:F7},{latitude:F7}]");
        }

        text.Append("]]");
    }
}

/// <summary>A rectangle on the plan: south-west corner and size in metres.</summary>
internal readonly record struct Rect(double X, double Y, double Width, double Height)
{
    public double CentreX => X + (Width / 2);

    public double CentreY => Y + (Height / 2);

    /// <summary>A rectangle of a size around a centre.</summary>
    public static Rect Around(double x, double y, double width, double height) => new(x - (width / 2), y - (height / 2), width, height);

    /// <summary>A slice along the longer side: part <paramref name="i"/> of <paramref name="n"/>.</summary>
    public Rect Slice(int i, int n) => Width >= Height
        ? new(X + (Width * i / n), Y, Width / n, Height)
        : new(X, Y + (Height * i / n), Width, Height / n);
}
