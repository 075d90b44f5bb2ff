using Hub.Dashboard.Api;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Hub.Dashboard.Auth;

/// <summary>A link to a page with <c>?token=</c> signs the browser in and leads on to the same page without it, so that the token stays in no address bar.</summary>
internal static class SignInLink
{
    public static void UseSignInLink(this IApplicationBuilder app, Credentials credentials) => app.Use(async (http, next) =>
    {
        var token = http.Request.Query["token"].ToString();
        if (token.Length == 0 || !HttpMethods.IsGet(http.Request.Method) || Problems.IsForPrograms(http.Request.Path))
        {
            await next(http);
            return;
        }

        var found = await credentials.CheckTokenAsync(token, http.RequestAborted);
        if (found is { } known)
        {
            await http.SignInAsync(Schemes.Session, known.Caller.ToPrincipal(Schemes.Session, known.Stamp), SessionApi.Lasting());
            await http.WriteAuditAsync(known.Caller.Id, known.Caller.Roles[0], "sign in by link", http.Request.Path, "");
        }

        var rest = new QueryBuilder(http.Request.Query.Where(q => q.Key != "token"));
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Redirect(http.Request.PathBase + http.Request.Path + rest.ToQueryString());
    });
}
