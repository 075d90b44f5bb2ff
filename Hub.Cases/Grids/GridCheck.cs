using Hub.Core;
using Hub.Core.Places;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Union;

namespace Hub.Cases.Grids;

/// <summary>One thing wrong with the grids.</summary>
/// <param name="Code">The grid.</param>
/// <param name="Kind"><c>duplicate</c>, <c>orphan</c>, <c>ring</c>, <c>polygon</c>, <c>overlap</c>, <c>gap</c>, <c>outside</c>, <c>no-head</c>.</param>
/// <param name="Message">What was found.</param>
public sealed record GridFault(string Code, string Kind, LocalText Message);

/// <summary>Checks a grid tree: parents that exist, polygons that close, brothers that neither overlap nor leave gaps, and somebody in charge.</summary>
public static class GridCheck
{
    private const double Tolerance = 0.01; // of the smaller area: survey lines never meet exactly

    /// <summary>Everything wrong, in the order of codes; empty when nothing is.</summary>
    public static IReadOnlyList<GridFault> Run(IReadOnlyCollection<Grid> grids)
    {
        var faults = new List<GridFault>();
        var byCode = new Dictionary<string, Grid>(StringComparer.Ordinal);
        foreach (var grid in grids)
            if (!byCode.TryAdd(grid.Code, grid)) faults.Add(Fault(grid.Code, "duplicate", "编码重复", "the code is used twice"));
        var shapes = new Dictionary<string, Geometry>(StringComparer.Ordinal);
        foreach (var grid in byCode.Values)
        {
            if (!GridGeometry.TryRead(grid.PolygonGeoJson, out var shape, out var fault)) faults.Add(Fault(grid.Code, "polygon", $"多边形无效：{fault}", $"the polygon is invalid: {fault}"));
            else if (shape is not null) shapes[grid.Code] = shape;
            CheckParent(grid, byCode, faults);
            if (grid.Head.Length == 0) faults.Add(Fault(grid.Code, "no-head", "没有网格长", "nobody heads it"));
        }

        foreach (var family in byCode.Values.Where(g => !g.Dedicated).GroupBy(g => g.ParentCode, StringComparer.Ordinal)) CheckFamily(family.Key, [.. family], shapes, faults);
        return [.. faults.OrderBy(f => f.Code, StringComparer.Ordinal).ThenBy(f => f.Kind, StringComparer.Ordinal)];
    }

    private static void CheckParent(Grid grid, Dictionary<string, Grid> byCode, List<GridFault> faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { grid.Code };
        for (var at = grid; at.ParentCode.Length > 0;)
        {
            if (!byCode.TryGetValue(at.ParentCode, out var parent))
            {
                if (ReferenceEquals(at, grid)) faults.Add(Fault(grid.Code, "orphan", $"上级网格 {grid.ParentCode} 不存在", $"its parent {grid.ParentCode} does not exist"));
                return;
            }

            if (!seen.Add(parent.Code))
            {
                faults.Add(Fault(grid.Code, "ring", "上级关系成环", "its parents form a ring"));
                return;
            }

            at = parent;
        }
    }

    private static void CheckFamily(string parent, IReadOnlyList<Grid> children, Dictionary<string, Geometry> shapes, List<GridFault> faults)
    {
        var drawn = children.Where(c => shapes.ContainsKey(c.Code)).OrderBy(c => c.Code, StringComparer.Ordinal).ToArray();
        for (var i = 0; i < drawn.Length; i++)
            for (var j = i + 1; j < drawn.Length; j++)
            {
                var (a, b) = (shapes[drawn[i].Code], shapes[drawn[j].Code]);
                if (!a.EnvelopeInternal.Intersects(b.EnvelopeInternal)) continue;
                var share = a.Intersection(b).Area / Math.Min(a.Area, b.Area);
                if (share > Tolerance) faults.Add(Fault(drawn[i].Code, "overlap", $"与 {drawn[j].Code} 重叠 {Percent(share)}", $"overlaps {drawn[j].Code} by {Percent(share)} of the smaller one"));
            }

        if (drawn.Length < children.Count || drawn.Length == 0 || !shapes.TryGetValue(parent, out var whole)) return;
        var union = UnaryUnionOp.Union(drawn.Select(d => shapes[d.Code]));
        var missing = whole.Difference(union).Area / whole.Area;
        if (missing > Tolerance) faults.Add(Fault(parent, "gap", $"{Percent(missing)} 的面积不属于任何下级网格", $"{Percent(missing)} of its ground belongs to no grid below"));
        foreach (var child in drawn)
        {
            var outside = shapes[child.Code].Difference(whole).Area / shapes[child.Code].Area;
            if (outside > Tolerance) faults.Add(Fault(child.Code, "outside", $"{Percent(outside)} 的面积在上级 {parent} 之外", $"{Percent(outside)} of its ground lies outside its parent {parent}"));
        }
    }

    private static string Percent(double share) => FormattableString.Invariant($"{share * 100:0.0} %");

    private static GridFault Fault(string code, string kind, string zh, string en) => new(code, kind, new LocalText($"网格 {code}：{zh}", $"grid {code}: {en}"));
}
