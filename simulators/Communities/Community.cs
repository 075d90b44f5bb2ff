using Hub.Core.Devices;
using Hub.Core.Places;

namespace Hub.Simulators.Communities;

/// <summary>A made-up community: places, grids, a plan to draw, and the devices that watch it. Built from a seed, the same every time.</summary>
/// <remarks>
/// The reference community <c>leshan</c>: 1 quarter, 5 communities, 8 estates, 108 buildings, 432 stairwells, 6,458 households,
/// about 11,000 devices. Places and grids are always complete; the scale thins out buildings with their devices.
/// </remarks>
public sealed class Community
{
    /// <summary>Name of the reference community, and first segment of its place paths.</summary>
    public const string Leshan = "leshan";

    internal Community(ulong seed, double scale, IReadOnlyList<Place> places, IReadOnlyList<Grid> grids, IReadOnlyList<DeviceRecord> devices, string plan)
    {
        Seed = seed;
        Scale = scale;
        Places = places;
        Grids = grids;
        Devices = devices;
        Plan = plan;
    }

    /// <summary>Names that <see cref="Build"/> takes.</summary>
    public static IReadOnlyList<string> Known { get; } = [Leshan];

    /// <summary>What it was built from.</summary>
    public ulong Seed { get; }

    /// <summary>Share of the full community that has devices, 0 to 1.</summary>
    public double Scale { get; }

    /// <summary>Every place, in the order of the path's making (parents first).</summary>
    public IReadOnlyList<Place> Places { get; }

    /// <summary>The grid tree of five levels, then three dedicated grids.</summary>
    public IReadOnlyList<Grid> Grids { get; }

    /// <summary>All devices, marked as simulated; a gateway stands before its children.</summary>
    public IReadOnlyList<DeviceRecord> Devices { get; }

    /// <summary>
    /// GeoJSON FeatureCollection (WGS 84) to draw. Each feature has <c>kind</c> (street, estate, green, building, stairwell, shed, lane,
    /// gate, parking, shop, station), <c>place</c> (path, or empty), <c>nameZh</c>, <c>nameEn</c> and for buildings <c>height</c> [m].
    /// </summary>
    public string Plan { get; }

    /// <summary>Builds a community.</summary>
    /// <param name="seed">Any number; the same number gives the same community.</param>
    /// <param name="scale">Share of buildings and devices, above 0 up to 1; at least one of each kind remains.</param>
    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <exception cref="ArgumentException">The name is not known or the scale out of range; the message says what is allowed.</exception>
    public static Community Build(ulong seed = 1, double scale = 1, string name = Leshan)
    {
        if (!Known.Contains(name, StringComparer.Ordinal))
            throw new ArgumentException($"community '{name}' is not known; choose one of: {string.Join(", ", Known)}", nameof(name));
        if (!(scale > 0 && scale <= 1)) throw new ArgumentException($"scale is {scale}; it must be above 0 and at most 1", nameof(scale));
        return new CommunityBuilder(seed, scale).Build();
    }
}
