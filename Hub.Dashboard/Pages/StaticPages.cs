using Hub.Dashboard.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Hub.Dashboard.Pages;

/// <summary>Serves the built pages: files by name, and the one page for every address that the application in it knows how to show.</summary>
internal static class StaticPages
{
    private const string NotBuilt =
        "<!doctype html><meta charset=utf-8><title>Hub</title><p>页面尚未构建：请安装 Node 后重新构建（不要使用 -p:SkipWeb=true）。接口仍可用，见 /openapi/v1.json。"
        + "<p>The pages were not built: install Node and build again without -p:SkipWeb=true. The API works; see /openapi/v1.json.";

    public static void UseStaticPages(this IApplicationBuilder app, DashboardOptions options)
    {
        if (Directory.Exists(options.WebRoot))
        {
            var types = new FileExtensionContentTypeProvider();
            types.Mappings[".geojson"] = "application/geo+json";
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(options.WebRoot),
                ContentTypeProvider = types,
                OnPrepareResponse = c => c.Context.Response.Headers.CacheControl = Caching(c.Context.Request.Path),
            });
        }
    }

    /// <summary>Last in the line: whatever no file and no route took, and no program asked for, is an address within the application.</summary>
    public static void UsePageFallback(this IApplicationBuilder app, DashboardOptions options)
    {
        var index = Path.Combine(options.WebRoot, "index.html");
        app.Use(async (http, next) =>
        {
            var request = http.Request;
            if (http.GetEndpoint() is not null || Problems.IsForPrograms(request.Path) || Path.HasExtension(request.Path.Value)
                || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            {
                await next(http);
                return;
            }

            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.Headers.CacheControl = "no-cache";
            if (File.Exists(index)) await http.Response.SendFileAsync(index, http.RequestAborted);
            else await http.Response.WriteAsync(NotBuilt, http.RequestAborted);
        });
    }

    // The build puts a hash of the content into the names under assets/: such a file never changes. Everything else is asked for anew.
    private static string Caching(PathString path) =>
        path.StartsWithSegments("/assets", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
}
