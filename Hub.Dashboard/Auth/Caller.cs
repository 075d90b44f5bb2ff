using System.Security.Claims;
using Hub.Cases;
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

    public bool MaySee(GridCase c) => !c.Restricted || (SeesRestricted && WorksFor(c.PlaceId, c.GridCode, c.DedicatedGrids));

    /// <summary>Whether the ground is the caller's: a grid by its code, a place by its path or one above it.</summary>
    public bool WorksFor(string placeId, string gridCode, IReadOnlyList<string>? dedicated = null)
    {
        if (Grids.Count == 0 || IsAdmin) return true;
        foreach (var mine in Grids)
        {
            if (mine == gridCode || (dedicated?.Contains(mine, StringComparer.Ordinal) ?? false)) return true;
            if (placeId == mine || (placeId.Length > mine.Length && placeId[mine.Length] == '/' && placeId.StartsWith(mine, StringComparison.Ordinal))) return true;
        }

        return false;
    }
}
