using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Posts = Hub.Core.Ports.Roles;

namespace Hub.Dashboard.Auth;

/// <summary>Joins the two ways to sign in and the role policies.</summary>
internal static class SignInSetup
{
    public static void AddSignIn(this IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton<Credentials>();
        services.AddSingleton<SignInThrottle>();
        var protection = services.AddDataProtection().SetApplicationName("hub");
        if (options.DataDir.Length > 0) protection.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.DataDir, "keys")));
        else protection.UseEphemeralDataProtectionProvider();

        services.AddAuthentication(Schemes.Either)
            .AddPolicyScheme(Schemes.Either, null, o => o.ForwardDefaultSelector =
                http => TokenAuthentication.TokenOf(http.Request) is null ? Schemes.Session : Schemes.Token)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(Schemes.Token, null)
            .AddCookie(Schemes.Session, o => Configure(o, options));

        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(new AuthorizationPolicyBuilder(Schemes.Either).RequireRole(Posts.All).Build())
            .AddPolicy(Schemes.AdminOnly, p => p.RequireRole(Posts.Admin))
            .AddPolicy(Schemes.MayAct, p => p.RequireRole(Posts.All.Where(r => r is not (Posts.Viewer or Posts.Auditor or Posts.PrivacyOfficer))))
            .AddPolicy(Schemes.Upkeep, p => p.RequireRole(Posts.Admin, Posts.Maintainer, Posts.ShiftLeader));
    }

    private static void Configure(CookieAuthenticationOptions cookie, DashboardOptions options)
    {
        cookie.Cookie.Name = "hub";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        // Counted by the browser: the date that would stand there otherwise is the hub's, which a simulation may set to another day.
        cookie.Cookie.MaxAge = TimeSpan.FromHours(options.SessionHours);
        cookie.ExpireTimeSpan = TimeSpan.FromHours(options.SessionHours);
        cookie.SlidingExpiration = true;
        cookie.Events.OnRedirectToLogin = c => Answer(c.Response, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = c => Answer(c.Response, StatusCodes.Status403Forbidden);
        cookie.Events.OnValidatePrincipal = RefreshAsync;
    }

    private static Task Answer(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    }

    // Roles may have changed, the account been disabled, the token revoked since the cookie was made.
    private static async Task RefreshAsync(CookieValidatePrincipalContext context)
    {
        var user = context.Principal!;
        var stamp = user.FindFirstValue(Caller.StampClaim) ?? "";
        var credentials = context.HttpContext.RequestServices.GetRequiredService<Credentials>();
        var now = await credentials.RefreshAsync(Caller.Of(user).Id, stamp, context.HttpContext.RequestAborted);
        if (now is null) context.RejectPrincipal();
        else context.ReplacePrincipal(now.ToPrincipal(Schemes.Session, stamp));
    }
}
