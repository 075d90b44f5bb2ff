using Hub.Core;
using Hub.Dashboard.Api;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Auth;

/// <summary>Signing in and out, and who am I.</summary>
internal static class SessionApi
{
    public static void MapSession(this RouteGroupBuilder api)
    {
        api.MapGet("/session", Who).Says("Who is signed in");
        api.MapPost("/session", SignInAsync).AllowAnonymous().Says("Signs in with name and password; sets the session cookie");
        api.MapDelete("/session", SignOutAsync).AllowAnonymous().Says("Signs out");
    }

    private static SessionView Who(HttpContext http) => View(Caller.Of(http), http);

    private static async Task<SessionView> SignInAsync(
        SignIn body, HttpContext http, Credentials credentials, SignInThrottle throttle, CancellationToken stop)
    {
        var name = body.Name?.Trim() ?? "";
        if (name.Length is 0 or > 100) throw ApiProblem.Bad("name", $"{name.Length} characters", "1 to 100 characters");
        if (body.Password is not { Length: > 0 and <= 200 }) throw ApiProblem.Bad("password", $"{body.Password?.Length ?? 0} characters", "1 to 200 characters");
        http.AuditAs(name);

        var address = SignInThrottle.AddressOf(http.Connection.RemoteIpAddress);
        var wait = throttle.WaitSeconds(address, name);
        if (wait > 0) throw TooMany(wait);
        var found = await credentials.CheckPasswordAsync(name, body.Password, stop);
        if (found is not { } known)
        {
            throttle.Failed(address, name);
            throw new ApiProblem(401, "wrong-password", new LocalText("用户名或密码不正确", "Name or password is wrong."));
        }

        throttle.Succeeded(address, name);
        await http.SignInAsync(Schemes.Session, known.Caller.ToPrincipal(Schemes.Session, known.Stamp), Lasting());
        return View(known.Caller, http);
    }

    private static async Task<NoContent> SignOutAsync(HttpContext http, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await http.SignOutAsync(Schemes.Session);
        return TypedResults.NoContent();
    }

    /// <summary>The session outlives the browser window, as a control room's screen restarts at night.</summary>
    public static AuthenticationProperties Lasting() => new() { IsPersistent = true };

    private static ApiProblem TooMany(int seconds) =>
        new(429, "too-many-attempts", new LocalText($"尝试次数过多，请 {seconds} 秒后再试", $"Too many attempts; try again in {seconds} s."))
        {
            RetryAfterSeconds = seconds,
        };

    private static SessionView View(Caller caller, HttpContext http) => new(caller.Id, caller.Name, caller.Roles, caller.Roles, caller.Grids, http.Language());

    private sealed record SignIn(string? Name, string? Password);

    /// <summary>Who is signed in.</summary>
    private sealed record SessionView(string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Posts, IReadOnlyList<string> Grids, string Language);
}
