using System.Security.Claims;
using Hub.Cases;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Microsoft.AspNetCore.Http;
using Posts = Hub.Core.Ports.Roles;

namespace Hub.Dashboard.Auth;

/// <summary>Who is calling, as what, and for which ground.</summary>
/// <param name="Id">Account id, or <c>token:ID</c>.</param>
/// <param name="Name">Name shown with what they do.</param>
/// <param name="Roles">Posts held; permissions are the union.</param>
/// <param name="Grids">Codes of grids or paths of places; empty means all.</param>
internal sealed record Caller(string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Grids)
{
    public const string GridClaim = "grid";
    public const string StampClaim = "stamp";

    public bool IsAdmin => Has(Posts.Admin);

    /// <summary>Restricted leads are for the police, the grid head of the ground, and the administrator.</summary>
    public bool SeesRestricted => IsAdmin || Has(Posts.CommunityPolice) || Has(Posts.GridHead);

    public static Caller Of(ClaimsPrincipal user) => new(
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "",
        user.FindFirstValue(ClaimTypes.Name) ?? "",
        [.. user.FindAll(ClaimTypes.Role).Select(c => c.Value)],
        [.. user.FindAll(GridClaim).Select(c => c.Value)]);

    public static Caller Of(HttpContext http) => Of(http.User);

    public ClaimsPrincipal ToPrincipal(string scheme, string stamp)
    {
        var identity = new ClaimsIdentity(scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Id));
        identity.AddClaim(new Claim(ClaimTypes.Name, Name));
        identity.AddClaim(new Claim(StampClaim, stamp));
        foreach (var role in Roles) identity.AddClaim(new Claim(ClaimTypes.Role, role));
        foreach (var grid in Grids) identity.AddClaim(new Claim(GridClaim, grid));
        return new ClaimsPrincipal(identity);
    }

    public bool Has(string role) => Roles.Contains(role, StringComparer.Ordinal);

    public bool HasAny(params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
            if (Has(role)) return true;
        return false;
    }

    /// <summary>The same answer as the desk gives: a restricted lead only for its few posts, and every case only on the caller's ground.</summary>
    public bool MaySee(GridCase c) => (!c.Restricted || SeesRestricted) && WorksFor(c.PlaceId, c.GridCode, c.GridChain, c.DedicatedGrids);

    /// <summary>The same for an alert, which knows no more than its place.</summary>
    public bool MaySee(Alert alert, IDeviceDirectory directory)
    {
        if (alert.Restricted && !SeesRestricted) return false;
        if (Grids.Count == 0 || IsAdmin) return true;
        var place = directory.PlaceOf(alert.PlaceId);
        return WorksFor(alert.PlaceId, place.GridCode, [], place.DedicatedGrids ?? []);
    }

    /// <summary>For the desk, which asks again whether the post may.</summary>
    public Account ToAccount() => new(Id, Name, "", Roles, Grids);

    // The ground is the caller's by the code of a grid or one above it, by a dedicated grid, or by the path of the place or one above it.
    private bool WorksFor(string placeId, string gridCode, IReadOnlyList<string> chain, IReadOnlyList<string> dedicated)
    {
        if (Grids.Count == 0 || IsAdmin) return true;
        foreach (var mine in Grids)
        {
            if (mine == gridCode || chain.Contains(mine, StringComparer.Ordinal) || dedicated.Contains(mine, StringComparer.Ordinal)) return true;
            if (placeId == mine || (placeId.Length > mine.Length && placeId[mine.Length] == '/' && placeId.StartsWith(mine, StringComparison.Ordinal))) return true;
        }

        return false;
    }
}
