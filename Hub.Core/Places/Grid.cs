namespace Hub.Core.Places;

/// <summary>A managed patch of ground with a head: a node of the base grid tree, or a dedicated grid that cuts across it.</summary>
/// <param name="Code">Stable code, text because of leading zeros.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Level">1 at the top (area or street), growing downwards; 0 for a dedicated grid.</param>
/// <param name="LevelName">Local name of the level (大格, 小格, 微格, 密格).</param>
/// <param name="ParentCode">Code of the parent; empty at the top and for dedicated grids.</param>
/// <param name="Head">Account id or name of the grid head; empty when there is none: a visible gap.</param>
/// <param name="Worker">Account id or name of the grid worker; empty when there is none.</param>
/// <param name="Dedicated">A dedicated grid (专属网格): its cases are shown beside the base grid's and never added twice.</param>
/// <param name="Matters">For a dedicated grid: ids of the anomaly types it takes; empty means all.</param>
/// <param name="PolygonGeoJson">GeoJSON geometry (RFC 7946, lon,lat, WGS 84) as text, or null when not drawn.</param>
public sealed record Grid(
    string Code,
    LocalText Title,
    int Level,
    LocalText LevelName,
    string ParentCode = "",
    string Head = "",
    string Worker = "",
    bool Dedicated = false,
    IReadOnlyList<string>? Matters = null,
    string? PolygonGeoJson = null);
