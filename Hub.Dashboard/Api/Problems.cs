using System.Text.Json;
using Hub.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Dashboard.Api;

/// <summary>Turns every failure of a call into problem+json: refusals, bad bodies, bare status codes, and our own bugs (logged, details withheld).</summary>
internal static class Problems
{
    public static void UseProblems(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http);
        }
        catch (ApiProblem problem) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, problem);
            return;
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, Unreadable(bad));
            return;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return; // the caller went away; nobody is left to answer
        }
        catch (Exception bug) when (!http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Hub.Dashboard.Api")
                .LogError(bug, "{Method} {Path} failed", http.Request.Method, http.Request.Path.Value);
            await WriteAsync(http, new ApiProblem(500, "fault", new LocalText(
                $"中枢内部错误，编号 {http.TraceIdentifier}；请查日志", $"The hub failed inside; the log has it under {http.TraceIdentifier}.")));
            return;
        }

        if (NeedsBody(http)) await WriteAsync(http, ForStatus(http));
    });

    /// <summary>Whether a path belongs to programs rather than pages.</summary>
    public static bool IsForPrograms(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/healthz", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/metrics", StringComparison.OrdinalIgnoreCase);

    private static bool NeedsBody(HttpContext http) =>
        http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null } && IsForPrograms(http.Request.Path);

    private static ApiProblem Unreadable(BadHttpRequestException bad) => bad.StatusCode switch
    {
        413 => new ApiProblem(413, "too-large", new LocalText("请求体过大", "The body is larger than this call takes.")),
        415 => ForStatus(415),
        _ when bad.InnerException is JsonException json => ApiProblem.Bad("body", Plain(json.Message), "JSON of the shape that /openapi/v1.json describes"),
        _ => new ApiProblem(bad.StatusCode, "bad-request", new LocalText(bad.Message, bad.Message)),
    };

    // "The JSON property 'form' could not be mapped to any .NET member contained in type …": whoever calls knows no types of ours.
    private static string Plain(string message) =>
        message.IndexOf(" could not be mapped", StringComparison.Ordinal) is > 0 and var end ? message[..end] + " is not known" : message;

    private static ApiProblem ForStatus(HttpContext http) =>
        http.Response.StatusCode == 404 && http.GetEndpoint() is null
            ? new ApiProblem(404, "no-such-route", new LocalText(
                $"没有接口 {http.Request.Path}；见 /openapi/v1.json", $"There is no route {http.Request.Path}; /openapi/v1.json lists them."))
            : ForStatus(http.Response.StatusCode);

    private static ApiProblem ForStatus(int status) => status switch
    {
        401 => new ApiProblem(401, "not-signed-in", new LocalText("请先登录，或提供令牌", "Sign in, or send a bearer token.")),
        403 => new ApiProblem(403, "not-allowed", new LocalText("您的岗位不允许此操作", "None of your posts allows this.")),
        404 => new ApiProblem(404, "not-found", new LocalText("没有找到", "Not found.")),
        405 => new ApiProblem(405, "method-not-allowed", new LocalText("此接口不支持该方法", "This route does not take that method.")),
        415 => new ApiProblem(415, "unsupported-media-type", new LocalText("请求体应为 application/json", "Send the body as application/json.")),
        _ => new ApiProblem(status, "refused", new LocalText(ReasonPhrases.GetReasonPhrase(status), ReasonPhrases.GetReasonPhrase(status))),
    };

    private static Task WriteAsync(HttpContext http, ApiProblem problem)
    {
        http.Response.StatusCode = problem.Status;
        http.Response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterSeconds > 0) http.Response.Headers.RetryAfter = problem.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var body = new ProblemBody(
            "about:blank", ReasonPhrases.GetReasonPhrase(problem.Status), problem.Status, problem.Detail.For(http.Language()),
            problem.Code, http.Request.Path, problem.Allowed, problem.Faults);
        return http.Response.WriteAsJsonAsync(body, ApiJson.Options, "application/problem+json", http.RequestAborted);
    }

    private sealed record ProblemBody(
        string Type, string Title, int Status, string Detail, string Code, string Instance, IReadOnlyList<string>? Allowed, IReadOnlyList<Fault>? Faults);
}
