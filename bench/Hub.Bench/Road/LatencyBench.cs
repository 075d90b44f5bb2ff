using System.Globalization;
using System.Text;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Mqtt;
using Hub.Road;
using Hub.Settings;
using Hub.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Bench.Road;

/// <summary>From the PUBLISH of a smoke event to its case on a connected SignalR client, while other devices send at a steady rate. The whole hub, real sockets.</summary>
internal static class LatencyBench
{
    private const string Token = "latency-bench-token";

    public static int Run(string[] args)
    {
        var rate = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000;
        var alarms = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        MeasureAsync(rate, alarms).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task MeasureAsync(int rate, int alarms)
    {
        var real = TimeProvider.System;
        var folder = Directory.CreateTempSubdirectory("hub-latency-").FullName;
        var settings = HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Hub:DataDir"] = folder, ["Hub:Bind"] = "127.0.0.1", ["Hub:Http:Port"] = "0", ["Hub:Mqtt:Port"] = "-1", ["Hub:Mqtt:Anonymous"] = "true",
            ["Hub:Ingest:UnknownDevices"] = "accept", ["Hub:Auth:BootstrapToken"] = Token, ["Hub:Rules:Directory"] = Path.Combine(AppContext.BaseDirectory, "rules"),
        }).Build());
        await using var hub = await RunningHub.StartAsync(settings, new Clocks(real, real, 1), NullLoggerFactory.Instance, throwAway: true);
        // A stairwell each, so that every alarm opens a case of its own.
        await hub.Registry.RegisterAsync(
            [.. Enumerable.Range(0, alarms + 5).Select(i => new DeviceRecord($"smoke-{i}", "smokeAlarm", "", $"bench/estate-{i % 8}/building-{i}/stairwell-1/flat-101"))],
            [.. Enumerable.Range(0, alarms + 5).Select(i => PlaceNames.FromPath($"bench/estate-{i % 8}/building-{i}/stairwell-1/flat-101"))], [], default);

        using var ending = new CancellationTokenSource();
        var load = LoadAsync(hub.MqttPort, rate, real, ending.Token);
        await using var live = await SignalRClient.ConnectAsync(new Uri($"ws://127.0.0.1:{hub.Http.Port}/hubs/cases?access_token={Token}"), default);
        await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{hub.MqttPort}"), ClientId = "alarms" }, real);
        await client.ConnectAsync();
        var stream = live.StreamAsync("StreamCases", [0L], ending.Token).GetAsyncEnumerator(ending.Token);
        await Task.Delay(3_000);

        var times = new List<double>();
        for (var i = 0; i < alarms + 5; i++)
        {
            var began = real.GetTimestamp();
            var sending = client.PublishAsync($"hub/v1/smoke-{i}/event", """{"type":"smoke"}"""u8.ToArray(), Qos.AtLeastOnce);
            do await stream.MoveNextAsync();
            while ((int)stream.Current["version"]! != 1);
            if (i >= 5) times.Add(real.GetElapsedTime(began).TotalMilliseconds); // the first ones warm up
            await sending;
            await Task.Delay(50);
        }

        await ending.CancelAsync();
        var sent = await load;
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"reading to case on a SignalR client at {sent:F0} messages/s: p50 {Quantile(times, .5):F1} ms, p95 {Quantile(times, .95):F1} ms, p99 {Quantile(times, .99):F1} ms, max {times[^1]:F1} ms ({times.Count} alarms)"));
    }

    private static double Quantile(List<double> sorted, double q) => sorted[Math.Min(sorted.Count - 1, (int)(q * sorted.Count))];

    private static async Task<double> LoadAsync(int port, int rate, TimeProvider real, CancellationToken stop)
    {
        await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{port}"), ClientId = "load", Window = 1000 }, real);
        await client.ConnectAsync(CancellationToken.None);
        var began = real.GetTimestamp();
        long sent = 0;
        try
        {
            while (true)
            {
                for (var due = (long)(real.GetElapsedTime(began).TotalSeconds * rate); sent < due; sent++)
                {
                    var body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{sent / 500},\"values\":{{\"power\":{sent % 300},\"port_temp\":31.2,\"voltage\":221.4}}}}"));
                    var sending = client.PublishAsync($"hub/v1/load-{sent % 500}/telemetry", body, Qos.AtLeastOnce, stop: CancellationToken.None);
                    if (!sending.IsCompleted) _ = sending.AsTask();
                }

                await Task.Delay(5, stop);
            }
        }
        catch (OperationCanceledException)
        {
            return sent / real.GetElapsedTime(began).TotalSeconds;
        }
    }
}
