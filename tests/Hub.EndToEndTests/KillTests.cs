using System.Diagnostics;
using System.Text;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;

namespace Hub.EndToEndTests;

/// <summary>kill -9 in the middle of load, against the built program.</summary>
public sealed class KillTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task After_a_kill_every_acknowledged_message_is_in_the_ledger_and_no_case_is_lost_or_doubled()
    {
        var folder = TestHub.NewFolder();
        await using (var before = await TestHub.StartAsync(folder, keep: true))
            await before.RegisterAsync(("smoke-1", "smokeAlarm", "leshan/estate-1/building-01/stairwell-1/flat-101"));
        long acknowledged = 0;
        for (var round = 0; round < 2; round++)
        {
            using var process = Start(folder, out var ports);
            var (_, mqtt) = await ports;
            await using var client = new MqttClient(
                new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{mqtt}"), ClientId = "load", Reconnect = false, Window = 64 }, TestHub.Real);
            await client.ConnectAsync(Stop);
            await client.PublishAsync("hub/v1/smoke-1/event", """{"type":"smoke"}"""u8.ToArray(), stop: Stop);
            acknowledged++;
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var most = (round + 1) * 5_000;
            var sending = SendAsync(client, 20_000, () =>
            {
                if (Interlocked.Increment(ref acknowledged) >= most) enough.TrySetResult();
            });
            await enough.Task.WaitAsync(Stop);
            process.Kill();
            await process.WaitForExitAsync(Stop);
            await sending;
        }

        await using var hub = await TestHub.StartAsync(folder, settings: ("Hub:Ingest:UnknownDevices", "accept"));
        var ledger = await hub.SettledAsync(Stop);
        var cases = (await hub.CasesAsync(Stop)).Where(c => (string?)c["severity"] == "P1").ToList();

        Assert.True((long)ledger["journalled"]! >= acknowledged, $"{acknowledged} acknowledged, ledger {ledger}");
        Assert.Equal((long)ledger["journalled"]!, (long)ledger["decoded"]! + (long)ledger["deadLettered"]! + (long)ledger["duplicates"]!);
        Assert.True((bool)ledger["balanced"]!);
        Assert.Single(cases);
    }

    private static async Task SendAsync(MqttClient client, int count, Action acknowledged)
    {
        var window = new SemaphoreSlim(64);
        var sending = new List<Task>();
        for (var i = 0; i < count && client.Connected; i++)
        {
            await window.WaitAsync(Stop);
            sending.Add(OneAsync(i));
        }

        await Task.WhenAll(sending);

        async Task OneAsync(int i)
        {
            try
            {
                var answer = await client.PublishAsync($"hub/v1/load-{i % 50}/telemetry", Encoding.UTF8.GetBytes($$$"""{"seq":{{{i}}},"values":{"power":{{{i}}}}}"""), stop: Stop);
                if ((byte)answer < 0x80) acknowledged();
            }
            catch (Exception e) when (e is MqttClientException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // Not acknowledged: nothing was promised.
            }
            finally
            {
                window.Release();
            }
        }
    }

    private static Process Start(string folder, out Task<(int Http, int Mqtt)> ports)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hub.dll"), "run"]) { RedirectStandardOutput = true };
        start.Environment["Hub__DataDir"] = folder;
        start.Environment["Hub__Bind"] = "127.0.0.1";
        start.Environment["Hub__Http__Port"] = "0";
        start.Environment["Hub__Mqtt__Port"] = "-1";
        start.Environment["Hub__Mqtt__Anonymous"] = "true";
        start.Environment["Hub__Ingest__UnknownDevices"] = "accept";
        start.Environment["Hub__Auth__BootstrapToken"] = TestHub.Token;
        var process = Process.Start(start)!;
        ports = ReadAsync(process);
        return process;
    }

    // The ready line names the address of the pages and the MQTT port.
    private static async Task<(int Http, int Mqtt)> ReadAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync(Stop) is { } line)
        {
            if (!line.Contains("Ready:", StringComparison.Ordinal)) continue;
            var http = line[(line.IndexOf("http://", StringComparison.Ordinal) + 7)..];
            http = http[(http.IndexOf(':', StringComparison.Ordinal) + 1)..];
            var mqtt = line[(line.IndexOf("MQTT on port ", StringComparison.Ordinal) + 13)..];
            _ = process.StandardOutput.ReadToEndAsync(Stop);
            return (Leading(http), Leading(mqtt));
        }

        throw new InvalidOperationException("the hub did not become ready");
    }

    private static int Leading(string text) => int.Parse(new string([.. text.TakeWhile(char.IsAsciiDigit)]));
}
