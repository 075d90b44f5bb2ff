using Hub.Core.Places;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using NetTopologySuite.Index.Strtree;

namespace Hub.Cases.Grids;

/// <summary>The grids of a community: which base grid a place lies in, what stands above it, and which dedicated grids take its matters. Unchangeable once built.</summary>
public sealed class GridTree
{
    private const int MaxDepth = 16; // a ring in the parents must not hang the desk

    private readonly Dictionary<string, Grid> byCode = new(StringComparer.Ordinal);
    private readonly STRtree<Drawn> drawn = new();

    /// <summary>Builds the tree. A grid whose polygon cannot be read is kept without it; the grid check names it.</summary>
    public GridTree(IReadOnlyCollection<Grid> grids)
    {
        foreach (var grid in grids)
        {
            byCode[grid.Code] = grid;
            if (GridGeometry.TryRead(grid.PolygonGeoJson, out var shape, out _) && shape is not null)
                drawn.Insert(shape.EnvelopeInternal, new Drawn(grid, PreparedGeometryFactory.Prepare(shape), shape));
        }

        drawn.Build();
    }

    /// <summary>The tree without grids.</summary>
    public static GridTree Empty { get; } = new([]);

    /// <summary>How many grids there are.</summary>
    public int Count => byCode.Count;

    /// <summary>All grids.</summary>
    public IReadOnlyCollection<Grid> Grids => byCode.Values;

    /// <summary>The grid of that code, or null.</summary>
    public Grid? Find(string code) => byCode.GetValueOrDefault(code);

    /// <summary>Whether <paramref name="code"/> is the grid <paramref name="above"/> or lies below it.</summary>
    public bool IsWithin(string code, string above)
    {
        for (var depth = 0; depth < MaxDepth && code.Length > 0; depth++)
        {
            if (code == above) return true;
            if (!byCode.TryGetValue(code, out var grid)) return false;
            code = grid.ParentCode;
        }

        return false;
    }

    /// <summary>The grid and those above it, from the bottom to the top.</summary>
    public IReadOnlyList<Grid> Chain(string code)
    {
        var chain = new List<Grid>(6);
        while (chain.Count < MaxDepth && byCode.TryGetValue(code, out var grid))
        {
            chain.Add(grid);
            code = grid.ParentCode;
        }

        return chain;
    }

    /// <summary>The deepest base grid that holds a point; null when none does. Ties go to the lower code.</summary>
    /// <param name="longitude">WGS 84, degrees.</param>
    /// <param name="latitude">WGS 84, degrees.</param>
    public Grid? BaseAt(double longitude, double latitude)
    {
        Grid? best = null;
        foreach (var grid in At(longitude, latitude))
            if (!grid.Dedicated && (best is null || grid.Level > best.Level || (grid.Level == best.Level && string.CompareOrdinal(grid.Code, best.Code) < 0)))
                best = grid;
        return best;
    }

    /// <summary>Codes of the dedicated grids that hold a point and take the matter, in order.</summary>
    public IReadOnlyList<string> DedicatedAt(double longitude, double latitude, string type)
    {
        var codes = new List<string>();
        foreach (var grid in At(longitude, latitude))
            if (Takes(grid, type)) codes.Add(grid.Code);
        codes.Sort(StringComparer.Ordinal);
        return codes;
    }

    /// <summary>Whether a dedicated grid takes cases of that type.</summary>
    public static bool Takes(Grid grid, string type) => grid.Dedicated && (grid.Matters is null or { Count: 0 } || grid.Matters.Contains(type));

    /// <summary>
    /// Where a case lies: base grid from the place itself, else from the nearest place above it that has one, else from the coordinates;
    /// dedicated grids from the same places and the coordinates, as far as they take the matter.
    /// </summary>
    /// <param name="placeOf">Place of a path.</param>
    /// <param name="path">Path of the place.</param>
    /// <param name="type">Anomaly type.</param>
    /// <param name="longitude">WGS 84, degrees, or null.</param>
    /// <param name="latitude">WGS 84, degrees, or null.</param>
    public (string BaseCode, IReadOnlyList<string> Dedicated) Locate(Func<string, Place> placeOf, string path, string type, double? longitude, double? latitude)
    {
        var code = "";
        var dedicated = new SortedSet<string>(StringComparer.Ordinal);
        for (var at = path; at.Length > 0; at = at[..Math.Max(at.LastIndexOf('/'), 0)])
        {
            var place = placeOf(at);
            if (code.Length == 0) code = place.GridCode;
            foreach (var d in place.DedicatedGrids ?? [])
                if (byCode.TryGetValue(d, out var grid) && Takes(grid, type)) dedicated.Add(d);
        }

        if (longitude is { } lon && latitude is { } lat)
        {
            if (code.Length == 0) code = BaseAt(lon, lat)?.Code ?? "";
            dedicated.UnionWith(DedicatedAt(lon, lat, type));
        }

        return (code, [.. dedicated]);
    }

    internal IEnumerable<(Grid Grid, Geometry Shape)> Shapes => drawn.Query(new Envelope(-180, 180, -90, 90)).Select(d => (d.Grid, d.Shape));

    private IEnumerable<Grid> At(double longitude, double latitude)
    {
        if (byCode.Count == 0 || !double.IsFinite(longitude) || !double.IsFinite(latitude)) yield break;
        var point = new Point(longitude, latitude);
        foreach (var candidate in drawn.Query(point.EnvelopeInternal))
            if (candidate.Prepared.Covers(point)) yield return candidate.Grid;
    }

    private sealed record Drawn(Grid Grid, IPreparedGeometry Prepared, Geometry Shape);
}
