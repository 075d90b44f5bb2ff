using System.Globalization;
using System.Security.Claims;
using Hub.Core.Ports;
using Hub.Dashboard.Api;
using Hub.Dashboard.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Dashboard.Operations;

/// <summary>Writes one line into the hash-chained audit for every call that may change something, whether it succeeded or was refused.</summary>
internal static class Audit
{
    private const string ActorKey = "audit.actor";
    private const string PostKey = "audit.post";
    private const string DetailKey = "audit.detail";
    private const int LongestSubject = 300;

    /// <summary>Names the actor of a call that signs in, when nobody is signed in yet.</summary>
    public static void AuditAs(this HttpContext http, string actor) => http.Items[ActorKey] = actor;

    /// <summary>Names the post the caller acted in.</summary>
    public static void AuditPost(this HttpContext http, string post) => http.Items[PostKey] = post;

    /// <summary>Says what the call did, in a few words; never payloads or personal data.</summary>
    public static void AuditDetail(this HttpContext http, string detail) => http.Items[DetailKey] = detail;

    public static void UseAudit(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var method = http.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
            || !http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(http);
            return;
        }

        var status = 500;
        try
        {
            await next(http);
            status = http.Response.StatusCode;
        }
        catch (ApiProblem problem)
        {
            status = problem.Status;
            throw;
        }
        catch (BadHttpRequestException bad)
        {
            status = bad.StatusCode;
            throw;
        }
        finally
        {
            await WriteAsync(http, method, status);
        }
    });

    public static async Task WriteAuditAsync(this HttpContext http, string actor, string post, string action, string subject, string detail)
    {
        var services = http.RequestServices;
        try
        {
            // Not the request's token: a caller that hangs up early does not get out of the audit.
            await services.GetRequiredService<IAccountStore>().AuditAsync(
                new AuditEntry(services.GetRequiredService<Clock>().NowMs, actor, post, action, Clip(subject), Clip(detail)), CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            services.GetRequiredService<ILoggerFactory>().CreateLogger("Hub.Dashboard.Audit")
                .LogError(e, "The audit could not be written: {Actor} {Action} {Subject}", actor, action, Clip(subject));
        }
    }

    private static Task WriteAsync(HttpContext http, string method, int status)
    {
        var caller = Caller.Of(http.User);
        var actor = caller.Id.Length > 0 ? caller.Id : http.Items[ActorKey] as string ?? "anonymous";
        var post = http.Items[PostKey] as string ?? (caller.Roles.Count > 0 ? caller.Roles[0] : "none");
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
        var detail = status.ToString(CultureInfo.InvariantCulture) + (http.Items[DetailKey] is string said ? " " + said : "");
        return http.WriteAuditAsync(actor, post, method + " " + route, http.Request.Path.Value ?? "", detail);
    }

    private static string Clip(string text) => text.Length <= LongestSubject ? text : text[..LongestSubject];
}
