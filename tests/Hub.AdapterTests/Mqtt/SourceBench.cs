using Hub.AdapterTests.Support;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Mqtt;
using Hub.Road;
using Hub.Settings;
using Hub.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.AdapterTests.Mqtt;

/// <summary>A real broker that remembers, a hub that takes its messages from there, and the means to stop and start both.</summary>
internal sealed class SourceBench : IAsyncDisposable
{
    private readonly string data = NewFolder();

    private SourceBench(OutsideBroker broker) => Broker = broker;

    public OutsideBroker Broker { get; }

    public RunningHub Hub { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static SourceBench WithMosquitto(TestAuthority? authority = null) => new(new MosquittoServer(NewFolder(), authority));

    public static SourceBench WithRabbit() => new(new RabbitServer(NewFolder()));

    public async Task StartHubAsync(params (string Key, string Value)[] more)
    {
        Hub = await LaunchHubAsync(more);
        await Patience.UntilAsync("the hub to be without a fault", () => Hub.Fault() is null, Stop);
    }

    /// <summary>Starts a hub and does not wait for the broker.</summary>
    public async Task<RunningHub> LaunchHubAsync(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:DataDir"] = data,
            ["Hub:Bind"] = "127.0.0.1",
            ["Hub:Http:Port"] = "0",
            ["Hub:Mqtt:Port"] = "0",
            ["Hub:Mqtt:Source"] = Broker.Address.ToString(),
            ["Hub:Rules:Directory"] = Path.Combine(AppContext.BaseDirectory, "rules"),
        };
        foreach (var (key, value) in more) settings[key] = value;
        var read = HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return Hub = await RunningHub.StartAsync(read, new Clocks(Patience.Real, Patience.Real, 1), NullLoggerFactory.Instance, stop: Stop);
    }

    public Task RegisterAsync(string id, string kind, string place) =>
        Hub.Registry.RegisterAsync([new DeviceRecord(id, kind, "", place)], [PlaceNames.FromPath(place)], [], Stop);

    public async Task<MqttClient> DeviceAsync(string id, TestAuthority? authority = null)
    {
        var client = new MqttClient(
            new MqttClientOptions { Broker = Broker.Address, ClientId = id, Version = Broker.Version, CleanStart = false, FirstPauseMilliseconds = 50, Authority = authority?.Root }, Patience.Real);
        await client.ConnectAsync(Stop);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (Hub is not null) await Hub.StopAsync();
        await Broker.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("hub-source-").FullName;
}
