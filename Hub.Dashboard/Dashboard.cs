using System.IO.Compression;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Dashboard.Api;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Live;
using Hub.Dashboard.Operations;
using Hub.Dashboard.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hub.Dashboard;

/// <summary>The screen's server: sign-in, HTTP API, live channel, health, metrics and pages, joined in two calls.</summary>
/// <remarks>
/// The program registers before it: <see cref="TimeProvider"/>, <see cref="ICaseStore"/>, <see cref="CaseFeed"/>, and of
/// <c>Hub.Core.Ports</c> the device directory, readings reader, ledger, rule catalogue, dead letters and accounts.
/// <see cref="HubMetrics"/> and <see cref="ChannelTable"/> are made here when the program has none.
/// </remarks>
public static class Dashboard
{
    /// <summary>Bytes of a body unless a route says otherwise: a form filled in by hand.</summary>
    private const int BodyBytes = 256 << 10;

    /// <summary>Adds the services. Throws <see cref="ArgumentException"/> with one line when a setting is wrong.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, DashboardOptions options)
    {
        if (options.Check() is { } fault) throw new ArgumentException(fault, nameof(options));
        services.AddSingleton(options);
        services.AddSingleton<Clock>();
        services.TryAddSingleton<HubMetrics>();
        services.TryAddSingleton<ChannelTable>();
        services.TryAddSingleton<CaseFeed>();
        services.TryAddSingleton<CommunityPlan>();

        services.AddSingleton<CaseTail>();
        services.AddSingleton<CaseBoard>();
        services.AddSingleton<Connections>();
        services.AddSingleton<Broadcaster>();
        services.AddHostedService(s => s.GetRequiredService<Broadcaster>());
        services.AddHostedService<CaseFollower>();
        services.AddSingleton<RateMeter>();
        services.AddHostedService(s => s.GetRequiredService<RateMeter>());
        services.AddSingleton<Prometheus>();

        services.AddSingleton<EvidenceFiles>();
        services.AddSignIn(options);
        services.AddHealthChecks();
        services.AddOpenApi("v1");
        services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true); // else a body that cannot be read is answered without a word of why
        services.AddSignalR(o =>
        {
            o.MaximumReceiveMessageSize = 16 << 10; // clients only ask; nothing they send is large
            o.EnableDetailedErrors = false;
        }).AddJsonProtocol(o => ApiJson.Configure(o.PayloadSerializerOptions));
        services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true; // no secret is ever answered beside text that a caller chose
            o.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/geo+json", "application/problem+json", "image/svg+xml"];
        });
        services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        return services;
    }

    /// <summary>Puts the road of a request together and maps every route.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<DashboardOptions>();
        var prometheus = app.Services.GetRequiredService<Prometheus>(); // counts from the start, not from the first look

        app.UsePageHeaders();
        app.UseResponseCompression();
        app.UseStaticPages(options);
        app.UseProblems();
        app.UseSignInLink(app.Services.GetRequiredService<Credentials>());
        app.UseRouting();
        app.UseAuthentication();
        app.UseAudit();
        app.UseSameSiteGuard();
        app.UseAuthorization();
        app.UsePageFallback(options);

        var available = app.Services.GetRequiredService<IServiceProviderIsService>();
        var withDesk = available.IsService(typeof(CaseDesk));
        var api = app.MapGroup("/api/v1").RequireAuthorization().WithMetadata(new RequestSizeLimitAttribute(BodyBytes));
        api.MapSession();
        api.MapCases();
        if (withDesk) api.MapCaseWork();
        api.MapEvidence(options, withDesk);
        api.MapDevices();
        api.MapReadings();
        api.MapGrids();
        api.MapRules(available);
        api.MapSuppressions(available);
        api.MapDeadLetters(available.IsService(typeof(IRefusals)));
        api.MapLedger();
        if (available.IsService(typeof(IStorageWatch))) api.MapStorage();
        api.MapReports();
        api.MapTrials(available);
        api.MapFeedback(available);
        api.MapImport();

        app.MapHub<CaseHub>("/hubs/cases");
        app.MapHealth();
        app.MapOpenApi().AllowAnonymous();
        app.MapGet("/metrics", () => Results.Text(prometheus.Scrape(), "text/plain; version=0.0.4", System.Text.Encoding.UTF8)).AllowAnonymous().ExcludeFromDescription();
        return app;
    }
}
