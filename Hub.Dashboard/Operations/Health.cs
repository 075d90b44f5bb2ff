using Hub.Dashboard.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Dashboard.Operations;

/// <summary>Health for people and for whatever restarts us. The program registers its checks in the usual way (<c>AddHealthChecks</c>).</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        // Live asks nothing but whether the process answers: a slow database is no reason to kill it.
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = (http, _) => http.Response.WriteAsync("ok", http.RequestAborted) }).AllowAnonymous();
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    // Names and states only: whoever asks need not be signed in.
    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new { Status = report.Status.ToString(), Checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Status.ToString(), StringComparer.Ordinal) },
        ApiJson.Options, http.RequestAborted);
}

/// <summary>The state of the hub's parts.</summary>
internal sealed record HealthView(string Status, string Version, DateTimeOffset Now, IReadOnlyList<HealthPart> Checks)
{
    public static HealthView Of(HealthReport report, Clock clock) => new(
        report.Status.ToString(), typeof(HealthView).Assembly.GetName().Version?.ToString(3) ?? "", clock.Now,
        [.. report.Entries.Select(e => new HealthPart(e.Key, e.Value.Status.ToString(), e.Value.Description, e.Value.Duration.TotalMilliseconds))]);
}

/// <summary>One part of the hub.</summary>
internal sealed record HealthPart(string Name, string Status, string? Description, double Milliseconds);
