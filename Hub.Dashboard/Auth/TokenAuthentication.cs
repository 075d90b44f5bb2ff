using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hub.Dashboard.Auth;

/// <summary>Signs a request in by its bearer token.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Credentials credentials)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    /// <summary>The token a request carries, or null. In the address only for the live channel: browsers cannot set headers on a WebSocket.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return header[Prefix.Length..].Trim();
        var query = request.Query["access_token"].ToString();
        return query.Length > 0 && request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase) ? query : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = TokenOf(Request);
        if (token is null) return AuthenticateResult.NoResult();
        var found = await credentials.CheckTokenAsync(token, Context.RequestAborted);
        return found is { } known
            ? AuthenticateResult.Success(new AuthenticationTicket(known.Caller.ToPrincipal(Scheme.Name, known.Stamp), Scheme.Name))
            : AuthenticateResult.Fail("unknown, expired or revoked token");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
