using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Dashboard;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Tests.Dashboard;

/// <summary>The screen's server in memory, over fakes of the rooms behind it, by a hand-driven clock.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const string AdminToken = "an-admin-token-for-tests";

    private readonly WebApplication app;

    private Site(WebApplication app) => this.app = app;

    public ManualClock Time { get; private init; } = null!;
    public MemoryDirectory Directory { get; private init; } = null!;
    public MemoryAccounts Accounts { get; private init; } = null!;
    public MemoryReadings Readings { get; private init; } = null!;
    public MemoryDeadLetters DeadLetters { get; private init; } = null!;
    public FixedLedger Ledger { get; private init; } = null!;
    public MemoryCases Cases { get; private init; } = null!;
    public IServiceProvider Services => app.Services;

    public static async Task<Site> StartAsync(
        Action<DashboardOptions>? configure = null, Action<IServiceCollection, TimeProvider, IDeviceDirectory>? add = null)
    {
        var feed = new CaseFeed();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        var options = new DashboardOptions { BootstrapToken = AdminToken, WebRoot = Path.Combine(Path.GetTempPath(), "no-pages-here") };
        configure?.Invoke(options);
        var site = (Time: new ManualClock(), Directory: new MemoryDirectory(), Accounts: new MemoryAccounts(), Readings: new MemoryReadings(),
            DeadLetters: new MemoryDeadLetters(), Ledger: new FixedLedger(), Cases: new MemoryCases(feed));
        builder.Services.AddSingleton<TimeProvider>(site.Time);
        builder.Services.AddSingleton(feed);
        builder.Services.AddSingleton<ICaseStore>(site.Cases);
        builder.Services.AddSingleton<IDeviceDirectory>(site.Directory);
        builder.Services.AddSingleton<IAccountStore>(site.Accounts);
        builder.Services.AddSingleton<IReadingsReader>(site.Readings);
        builder.Services.AddSingleton<IDeadLetterStore>(site.DeadLetters);
        builder.Services.AddSingleton<ILedger>(site.Ledger);
        builder.Services.AddSingleton<IRuleCatalogue>(new FixedRules());
        add?.Invoke(builder.Services, site.Time, site.Directory); // what is added last is what is used
        builder.Services.AddDashboard(options);
        var app = builder.Build();
        app.MapDashboard();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Site(app)
        {
            Time = site.Time, Directory = site.Directory, Accounts = site.Accounts, Readings = site.Readings, DeadLetters = site.DeadLetters,
            Ledger = site.Ledger, Cases = site.Cases,
        };
    }

    /// <summary>A client without any sign-in.</summary>
    public HttpClient Stranger() => app.GetTestClient();

    /// <summary>A client with the admin's token, or another.</summary>
    public HttpClient Client(string token = AdminToken)
    {
        var client = app.GetTestClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>A client whose token holds these roles.</summary>
    public HttpClient ClientAs(params string[] roles) => Client(TokenFor(roles));

    /// <summary>A fresh token that holds these roles.</summary>
    public string TokenFor(params string[] roles)
    {
        var secret = "secret-of-" + string.Join("-", roles);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));
        Accounts.Tokens.Add(new ApiToken($"t{Accounts.Tokens.Count}", string.Join("+", roles), hash, roles, 0, 0, false, []));
        Time.Advance(TimeSpan.FromSeconds(6)); // beyond what the server remembers of the token list
        return secret;
    }

    public async Task<SignalRClient> LiveAsync(string token = AdminToken)
    {
        var sockets = app.GetTestServer().CreateWebSocketClient();
        var socket = await sockets.ConnectAsync(new Uri($"ws://localhost/hubs/cases?access_token={token}"), TestContext.Current.CancellationToken);
        return await SignalRClient.OpenAsync(socket, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    public static GridCase Case(string id, Severity severity = Severity.P3, CaseState state = CaseState.Dispatched, bool restricted = false, int version = 1, string place = "leshan/estate-3/shed-1") => new()
    {
        Id = id, Type = "FlyingWireCharging", Severity = severity, State = state, Title = new LocalText("飞线充电", "Flying wire"),
        Explanation = new LocalText("功率 600 W", "600 W"), PlaceId = place, PlaceTitle = new LocalText("3号小区1号车棚", "Shed 1, Estate 3"),
        GridCode = "g-1", OpenedAtMs = 1_795_300_000_000, OccurredAtMs = 1_795_299_990_000, UpdatedAtMs = 1_795_300_000_000, Version = version,
        DedupeKey = id, Rule = "A1-wire", RuleVersion = "1.2", Confidence = 0.9, Restricted = restricted,
    };
}

internal static class Answers
{
    public static async Task<JsonObject> JsonAsync(this HttpClient client, string address) =>
        await client.GetFromJsonAsync<JsonObject>(address, TestContext.Current.CancellationToken) ?? throw new InvalidDataException("no body");

    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken) ?? throw new InvalidDataException("no body");
}
