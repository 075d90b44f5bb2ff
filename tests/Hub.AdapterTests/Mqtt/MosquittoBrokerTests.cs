using System.Text;
using System.Threading.Channels;
using Hub.AdapterTests.Support;
using Hub.Mqtt;

namespace Hub.AdapterTests.Mqtt;

/// <summary>Our client against somebody else's broker.</summary>
public sealed class MosquittoBrokerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-mosquitto-").FullName;
    private readonly int port = ServerProcess.FreePort();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

#pragma warning disable RS0030 // A real broker lives in real time.
    private static TimeProvider Clock => TimeProvider.System;
#pragma warning restore RS0030

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Messages_acknowledged_by_hand_are_complete_across_a_restart_of_the_broker(MqttVersion version)
    {
        using var broker = await StartAsync();
        await using var source = NewClient("source", version, manual: true);
        var received = Channel.CreateUnbounded<MqttMessage>();
        source.OnMessage = (message, stop) => received.Writer.WriteAsync(message, stop);
        await source.ConnectAsync(Stop);

        // Not shared: mosquitto 2.0.11 forgets shared subscriptions when it restarts, and what comes before they are asked for again is lost.
        Assert.Equal(ReasonCode.GrantedQos1, await source.SubscribeAsync("s/#", Qos.AtLeastOnce, Stop));
        await using var sender = NewClient("sender", version, manual: false);
        await sender.ConnectAsync(Stop);

        var sending = SendAsync(sender, 0, 300);
        var seen = new HashSet<string>();
        while (seen.Count < 100) Take(await received.Reader.ReadAsync(Stop));
        await EndAsync(broker);
        using var second = await StartAsync();
        await sending;
        while (seen.Count < 300) Take(await received.Reader.ReadAsync(Stop));
        await EndAsync(second);

        void Take(MqttMessage message)
        {
            seen.Add(Encoding.UTF8.GetString(message.Payload.Span));
            source.Acknowledge(message);
        }
    }

    /// <summary>Asks it to stop: killed, mosquitto would lose what it has acknowledged.</summary>
    private static async Task EndAsync(System.Diagnostics.Process broker)
    {
        await Foreign.RunAsync(Foreign.Require("kill", "procps"), "/", $"{broker.Id}");
        await broker.WaitForExitAsync(Stop);
    }

    private static async Task SendAsync(MqttClient sender, int from, int to)
    {
        for (var i = from; i < to; i++) await sender.PublishAsync("s/t", Encoding.UTF8.GetBytes($"{i}"), Qos.AtLeastOnce, stop: Stop);
    }

    private MqttClient NewClient(string id, MqttVersion version, bool manual) =>
        new(new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{port}"), ClientId = id, Version = version, CleanStart = false, ManualAcknowledge = manual, FirstPauseMilliseconds = 50 }, Clock);

    private async Task<System.Diagnostics.Process> StartAsync()
    {
        var program = Foreign.Require("mosquitto", "mosquitto");
        var config = Path.Combine(folder, "m.conf");
        await File.WriteAllTextAsync(config, $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\nautosave_interval 1\nautosave_on_changes true\nuser root\n", Stop);
        var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, ["-c", config]) { RedirectStandardError = true })!;
        while (true)
        {
            try
            {
                using var probe = new System.Net.Sockets.TcpClient();
                await probe.ConnectAsync("127.0.0.1", port, Stop);
                return process;
            }
            catch (System.Net.Sockets.SocketException) when (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Clock, Stop);
            }
        }
    }
}
