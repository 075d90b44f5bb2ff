using System.Diagnostics;
using Hub.AdapterTests.Support;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Mqtt;
using Hub.Road;
using Hub.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.AdapterTests.Mqtt;

/// <summary>A real mosquitto that remembers, a hub that takes its messages from there, and the means to stop and start both.</summary>
internal sealed class SourceBench : IAsyncDisposable
{
#pragma warning disable RS0030 // A real broker lives in real time.
    public static readonly TimeProvider Real = TimeProvider.System;
#pragma warning restore RS0030

    private readonly string folder = Directory.CreateTempSubdirectory("hub-source-").FullName;
    private readonly int port = ServerProcess.FreePort();
    private readonly string program = Foreign.Require("mosquitto", "mosquitto");
    private Process? broker;

    public RunningHub Hub { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task StartBrokerAsync()
    {
        var config = Path.Combine(folder, "m.conf");
        await File.WriteAllTextAsync(
            config,
            $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\nmax_queued_messages 0\nuser root\n",
            Stop);
        broker = Process.Start(new ProcessStartInfo(program, ["-c", config]) { RedirectStandardError = true })!;
        while (true)
        {
            try
            {
                using var probe = new System.Net.Sockets.TcpClient();
                await probe.ConnectAsync("127.0.0.1", port, Stop);
                return;
            }
            catch (System.Net.Sockets.SocketException) when (!broker.HasExited)
            {
                await PauseAsync();
            }
        }
    }

    /// <summary>Asks it to stop: killed, mosquitto would lose what it has acknowledged.</summary>
    public async Task StopBrokerAsync()
    {
        if (broker is null) return;
        await Foreign.RunAsync(Foreign.Require("kill", "procps"), "/", $"{broker.Id}");
        await broker.WaitForExitAsync(CancellationToken.None);
        broker.Dispose();
        broker = null;
    }

    public async Task StartHubAsync(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:DataDir"] = Path.Combine(folder, "data"),
            ["Hub:Bind"] = "127.0.0.1",
            ["Hub:Http:Port"] = "0",
            ["Hub:Mqtt:Port"] = "0",
            ["Hub:Mqtt:Source"] = $"mqtt://127.0.0.1:{port}",
            ["Hub:Rules:Directory"] = Path.Combine(AppContext.BaseDirectory, "rules"),
        };
        foreach (var (key, value) in more) settings[key] = value;
        var read = HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        Hub = await RunningHub.StartAsync(read, new Clocks(Real, Real, 1), NullLoggerFactory.Instance, stop: Stop);
        while (Hub.Fault() is not null) await PauseAsync();
    }

    public Task RegisterAsync(string id, string kind, string place) =>
        Hub.Registry.RegisterAsync([new DeviceRecord(id, kind, "", place)], [PlaceNames.FromPath(place)], [], Stop);

    public async Task<MqttClient> DeviceAsync(string id)
    {
        var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{port}"), ClientId = id, CleanStart = false, FirstPauseMilliseconds = 50 }, Real);
        await client.ConnectAsync(Stop);
        return client;
    }

    public async Task UntilAsync(Func<Task<bool>> done)
    {
        while (!await done()) await PauseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Hub is not null) await Hub.StopAsync();
        await StopBrokerAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(20), Real, Stop);
}
