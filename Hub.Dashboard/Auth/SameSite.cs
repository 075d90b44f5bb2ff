using Hub.Core;
using Hub.Dashboard.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Auth;

/// <summary>Refuses calls that another site makes a signed-in browser send: unsafe methods and the live channel, when the cookie is what signs them in.</summary>
/// <remarks>The cookie is SameSite=Strict already; this holds where a browser or a sibling host name gets round that.</remarks>
internal static class SameSite
{
    public static void UseSameSiteGuard(this IApplicationBuilder app) => app.Use((http, next) =>
        IsGuarded(http.Request) && !IsOwn(http.Request)
            ? throw new ApiProblem(403, "cross-site", new LocalText("拒绝来自其他网站的请求", "This call came from another site."))
            : next(http));

    private static bool IsGuarded(HttpRequest request) =>
        request.Headers.Cookie.Count > 0 && TokenAuthentication.TokenOf(request) is null
        && (request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase)
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)));

    private static bool IsOwn(HttpRequest request)
    {
        // Browsers send Sec-Fetch-Site to secure and loopback hosts, Origin with every unsafe call and WebSocket.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site is "same-origin" or "none";
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0) return Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value;
        return request.Headers.ContainsKey("X-Hub-Request"); // a program with a cookie jar says so
    }
}
