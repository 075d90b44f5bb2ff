using System.Text;
using Hub.Core.Devices;

namespace Hub.Ingest;

/// <summary>Which lane a message goes to: that of the device's site, so that rules which join devices of a site see one order.</summary>
public static class LaneMap
{
    /// <summary>The lane of a device; one without a place has the lane of its id.</summary>
    public static int Of(Device device, int lanes)
    {
        var site = device.Place.Site;
        return Of(site.Length > 0 ? site : device.Id, lanes);
    }

    /// <summary>The lane of a device nobody registered.</summary>
    public static int Of(ReadOnlySpan<byte> id, int lanes) => (int)(Hash(id) % (uint)lanes);

    /// <summary>The lane of a site path or an id. Stable over versions: it decides what stands together in the journal.</summary>
    public static int Of(string siteOrId, int lanes)
    {
        Span<byte> bytes = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(siteOrId, bytes, out var length) ? Of(bytes[..length], lanes) : Of(Encoding.UTF8.GetBytes(siteOrId), lanes);
    }

    // FNV-1a, 32 bit, with a final mix because few lanes look at the low bits only.
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
        hash ^= hash >> 16;
        return hash * 0x85EBCA6Bu >> 8;
    }
}
