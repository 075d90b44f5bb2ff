namespace Hub.Core.Places;

/// <summary>A piece of ground that a case can be about: an estate, a building, a stairwell, a shed, a lift, a flat.</summary>
/// <remarks>
/// The id is a path from the community down: <c>leshan/estate-3/building-07/stairwell-2/flat-501</c>. The first two segments are
/// the <em>site</em>: rules may join devices of one site, and a site lives in one lane, so they see one order.
/// </remarks>
/// <param name="Id">The path; empty for the unknown place.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Longitude">WGS 84, degrees; NaN when not surveyed.</param>
/// <param name="Latitude">WGS 84, degrees; NaN when not surveyed.</param>
/// <param name="GridCode">Code of its one base grid; empty when it has none yet.</param>
/// <param name="DedicatedGrids">Codes of the dedicated grids it also lies in.</param>
/// <param name="Attributes">Free facts that rules may ask for (<c>elderAlone=true</c>, <c>exit=true</c>).</param>
public sealed record Place(
    string Id,
    PlaceKind Kind,
    LocalText Title,
    double Longitude = double.NaN,
    double Latitude = double.NaN,
    string GridCode = "",
    IReadOnlyList<string>? DedicatedGrids = null,
    IReadOnlyDictionary<string, string>? Attributes = null)
{
    /// <summary>The place of a device nobody placed.</summary>
    public static readonly Place Unknown = new("", PlaceKind.Unknown, new LocalText("未知地点", "Unknown place"));

    /// <summary>The estate or other top place below the community: the first two segments of the path.</summary>
    public string Site { get; } = SiteOf(Id);

    /// <summary>Path of the parent; empty at the top.</summary>
    public string ParentId { get; } = Id.LastIndexOf('/') is > 0 and var cut ? Id[..cut] : "";

    /// <summary>The site of a path.</summary>
    public static string SiteOf(string path)
    {
        var first = path.IndexOf('/', StringComparison.Ordinal);
        if (first < 0) return path;
        var second = path.IndexOf('/', first + 1);
        return second < 0 ? path : path[..second];
    }

    /// <summary>The kind that the last segment of a path names (<c>…/shed-2</c> is a shed).</summary>
    public static PlaceKind KindOf(string path)
    {
        var segment = path.AsSpan(path.LastIndexOf('/') + 1);
        var dash = segment.IndexOf('-');
        return Enum.TryParse<PlaceKind>(dash < 0 ? segment : segment[..dash], ignoreCase: true, out var kind)
            && !char.IsAsciiDigit(segment.IsEmpty ? '0' : segment[0]) ? kind : PlaceKind.Unknown;
    }

    /// <summary>Whether this place is the other or lies inside it.</summary>
    public bool IsWithin(string path) =>
        Id.StartsWith(path, StringComparison.Ordinal) && (Id.Length == path.Length || Id[path.Length] == '/');

    /// <summary>The path of the nearest place of a kind, from this one upwards; null when there is none.</summary>
    public string? Ancestor(PlaceKind kind)
    {
        for (var path = Id; path.Length > 0; path = path[..Math.Max(path.LastIndexOf('/'), 0)])
            if (KindOf(path) == kind) return path;
        return null;
    }
}
