using System.Net;
using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Clock;
using Hub.Core.Ports;
using Hub.Dashboard;
using Hub.Mqtt.Tls;
using Hub.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Hub.Road;

/// <summary>The listeners: pages, API, SignalR and MQTT over WebSocket on one port, MQTT on its own; and the schedule.</summary>
internal static class Site
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FastTickEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FiguresEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RegistryEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RulesEvery = TimeSpan.FromSeconds(2);

    // After a power cut a whole street connects in the same second. What finds no place here is sent again a second later, then three,
    // then seven; the system cuts it to its own limit (net.core.somaxconn).
    private const int Backlog = 16_384;

    // Deleting waits until a start has caught up with the journal.
    private static readonly TimeSpan SettleFirst = TimeSpan.FromMinutes(2);

    public static WebApplication Build(RunningHub hub, HubSettings settings, Clocks clocks, IAccountStore accounts, CaseTopics topics)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, WebRootPath = "wwwroot" });
        builder.Configuration.Sources.Clear();
        builder.Services.AddSingleton(hub.Logs);
        builder.Services.AddSingleton(clocks.Hub);
        builder.Services.AddSingleton<ICaseStore>(new SqliteCaseStore(hub.Database));
        builder.Services.AddSingleton(hub.Desk);
        builder.Services.AddSingleton(hub.Desk.Feed);
        builder.Services.AddSingleton<IDeviceDirectory>(hub.Registry);
        builder.Services.AddSingleton<IDeviceTraffic>(hub.Traffic);
        builder.Services.AddSingleton<IReadingsReader>(hub.Readings);
        builder.Services.AddSingleton<ILedger>(hub.Ledger);
        builder.Services.AddSingleton<IRefusals>(hub.Refusals);
        builder.Services.AddSingleton<IStorageWatch>(hub.Storage);
        builder.Services.AddSingleton<IRuleCatalogue>(hub.RuleSets);
        builder.Services.AddSingleton<IRuleSets>(hub.RuleSets);
        builder.Services.AddSingleton<ISuppressionDesk>(hub.Suppressions);
        builder.Services.AddSingleton<IDeadLetterStore>(new SqliteDeadLetterStore(hub.Database));
        builder.Services.AddSingleton<IRedecoder>(hub.Redecoder);
        builder.Services.AddSingleton<IBacktester>(_ => Trials.Backtester(hub, settings, clocks)); // made by the container, so that it ends them first of all
        builder.Services.AddSingleton<IRulePromoter>(_ => Trials.Promoter(hub, settings));
        builder.Services.AddSingleton<IRuleAdviser>(s => Trials.Adviser(hub, s.GetRequiredService<IBacktester>()));
        builder.Services.AddSingleton<IRetracer>(_ => Trials.Retracer(hub, settings));
        builder.Services.AddSingleton(accounts);
        builder.Services.AddSingleton(hub.Metrics);
        builder.Services.AddSingleton(hub.Channels);
        builder.Services.AddSingleton(hub.Endpoint);
        builder.Services.AddSingleton(hub.Ticks);
        builder.Services.AddSingleton(topics);
        builder.Services.AddSingleton(hub);
        builder.Services.AddSingleton(clocks);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<RegistryWatch>();
        builder.Services.AddDashboard(new DashboardOptions
        {
            DataDir = hub.Folder.Path,
            BootstrapToken = settings.BootstrapToken ?? "",
            TimeZone = settings.Zone,
            ClockSpeed = clocks.Speed,
            ClockEvenSinceMs = clocks.Hub is DemoClock demo ? () => demo.EvenSinceMs : static () => 0,
        });
        builder.Services.AddHealthChecks().AddCheck("road", new Readiness(hub));
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings, hub));
        builder.WebHost.UseSockets(sockets => sockets.Backlog = Backlog);
        builder.AddQuartz(q => Schedule(q, clocks));
        builder.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);

        var app = builder.Build();
        app.UseWebSockets();
        app.Map("/mqtt", hub.Endpoint.OnWebSocketAsync).AllowAnonymous();
        app.MapDashboard();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, HubSettings settings, RunningHub hub)
    {
        kestrel.AddServerHeader = false;
        var address = IPAddress.Parse(settings.Bind);
        kestrel.Listen(address, settings.HttpPort);
        if (settings.MqttPort != 0) kestrel.Listen(address, Math.Max(0, settings.MqttPort), l => l.Run(hub.Endpoint.OnConnectedAsync));
        if (settings.MqttTlsPort == 0) return;
        kestrel.Listen(address, settings.MqttTlsPort, l =>
        {
            l.UseMqttTls(() => hub.Tls!.Certificate, askForCertificate: settings.ClientCa is not null, hub.Endpoint.Statistics);
            l.Run(hub.Endpoint.OnConnectedAsync);
        });
    }

    private static void Schedule(IQuartzBuilder q, Clocks clocks)
    {
        q.UseTimeProvider(clocks.Network);
        var every = clocks.Speed > 1 ? FastTickEvery : TickEvery;
        Every<TickJob>(q, clocks, every);
        Every<StatusJob>(q, clocks, TickEvery);
        Every<FiguresJob>(q, clocks, FiguresEvery);
        Every<RegistryJob>(q, clocks, RegistryEvery);
        Every<RulesJob>(q, clocks, RulesEvery);
        Every<ReadingsRetentionJob>(q, clocks, TimeSpan.FromHours(1), SettleFirst);
        Every<AdviceJob>(q, clocks, TimeSpan.FromDays(1), TimeSpan.FromHours(1));
        Every<DatabaseRetentionJob>(q, clocks, TimeSpan.FromDays(1), SettleFirst);
    }

    private static void Every<T>(IQuartzBuilder q, Clocks clocks, TimeSpan interval, TimeSpan first = default) where T : IJob
    {
        q.AddJob<T>(j => j.WithIdentity(typeof(T).Name));
        q.AddTrigger(t => t.ForJob(typeof(T).Name).WithIdentity(typeof(T).Name).StartAt(clocks.Network.GetUtcNow() + first).WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever()));
    }
}
