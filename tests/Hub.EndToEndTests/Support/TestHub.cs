using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Hub.AdapterTests.Support;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Mqtt;
using Hub.Road;
using Hub.Settings;
using Hub.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.EndToEndTests.Support;

/// <summary>The whole hub in this process, on free ports of loopback, with the shipped rules and a data folder of its own.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    public const string Token = "end-to-end-token";

    /// <summary>A hub with real sockets needs real time-outs.</summary>
    public static readonly TimeProvider Real = Patience.Real;

    private readonly RunningHub hub;
    private readonly bool keep;

    private TestHub(RunningHub hub, string folder, bool keep)
    {
        (this.hub, Folder, this.keep) = (hub, folder, keep);
        Api = new HttpClient { BaseAddress = new Uri(hub.Http, "/api/v1/") };
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public RunningHub Inside => hub;

    public string Folder { get; }

    public HttpClient Api { get; }

    public Uri Http => hub.Http;

    public int MqttPort => hub.MqttPort;

    public static string NewFolder() => Directory.CreateTempSubdirectory("hub-test-").FullName;

    public static HubSettings Settings(string folder, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:DataDir"] = folder,
            ["Hub:Bind"] = "127.0.0.1",
            ["Hub:Http:Port"] = "0",
            ["Hub:Mqtt:Port"] = "-1",
            ["Hub:Mqtt:Anonymous"] = "true",
            ["Hub:Auth:BootstrapToken"] = Token,
            ["Hub:Rules:Directory"] = Path.Combine(AppContext.BaseDirectory, "rules"),
        };
        foreach (var (key, value) in more) settings[key] = value;
        return HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }

    public static async Task<TestHub> StartAsync(string? folder = null, TimeProvider? clock = null, ILoggerFactory? logs = null, bool keep = false, params (string Key, string Value)[] settings)
    {
        folder ??= NewFolder();
        var hub = await RunningHub.StartAsync(Settings(folder, settings), new Clocks(Real, clock ?? Real, 1), logs ?? NullLoggerFactory.Instance);
        return new TestHub(hub, folder, keep);
    }

    /// <summary>Registers smoke alarms and other devices of one stairwell.</summary>
    public Task RegisterAsync(params (string Id, string Kind, string Place)[] devices) => hub.Registry.RegisterAsync(
        [.. devices.Select(d => new DeviceRecord(d.Id, d.Kind, "", d.Place))], [.. devices.Select(d => PlaceNames.FromPath(d.Place)).DistinctBy(p => p.Id)], [], CancellationToken.None);

    public async Task<MqttClient> ClientAsync(string id = "tester")
    {
        var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{MqttPort}"), ClientId = id }, Real);
        await client.ConnectAsync();
        return client;
    }

    public Task<SignalRClient> LiveAsync(CancellationToken stop) => SignalRClient.ConnectAsync(new Uri($"ws://127.0.0.1:{Http.Port}/hubs/cases?access_token={Token}"), stop);

    public async Task<JsonNode> GetAsync(string path, CancellationToken stop) => JsonNode.Parse(await Api.GetStringAsync(path, stop))!;

    public async Task<IReadOnlyList<JsonNode>> CasesAsync(CancellationToken stop) => [.. (await GetAsync("cases?limit=200", stop))["items"]!.AsArray().Select(c => c!)];

    /// <summary>Waits until everything that was journalled is durable on both ways, and gives the ledger.</summary>
    public Task<JsonNode> SettledAsync(CancellationToken stop) => Patience.ForAsync("an empty queue and a balanced ledger", async () =>
    {
        await hub.Ticks.CatchUpAsync(stop);
        var ledger = await GetAsync("ledger", stop);
        return (long)ledger["queued"]! == 0 && (bool)ledger["balanced"]! ? ledger : null;
    }, stop, TimeSpan.FromSeconds(150));

    public async Task StopAsync()
    {
        Api.Dispose();
        await hub.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!keep) Directory.Delete(Folder, recursive: true);
    }
}
