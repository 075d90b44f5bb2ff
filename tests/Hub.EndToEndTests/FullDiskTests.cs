using System.Diagnostics;
using System.Net;
using System.Text;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;

namespace Hub.EndToEndTests;

/// <summary>A data folder on a small real file system. Under a load generator and with a kill at the end: <c>bench/full-disk.sh</c>.</summary>
public sealed class FullDiskTests
{
    private const int Mebibyte = 1 << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task The_hub_refuses_before_its_disk_is_full_loses_nothing_and_goes_on_when_there_is_room_again()
    {
        var disk = TestHub.NewFolder();
        if (!await TryAsync("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk)) Assert.Skip("only root may mount a small file system");
        try
        {
            await using (var hub = await TestHub.StartAsync(
                Path.Combine(disk, "data"), settings: [("Hub:Journal:SegmentBytes", "1048576"), ("Hub:Journal:ReserveBytes", "8388608"), ("Hub:Ingest:UnknownDevices", "accept")]))
            {
                var acknowledged = await SendAsync(hub, 0, 200);
                Assert.Equal(200, acknowledged);
                var hog = Path.Combine(disk, "hog");
                await TakeAllButAsync(hog, new DriveInfo(disk).AvailableFreeSpace - (6 * Mebibyte));

                // The segment begun and the spare made beforehand still take what fits; then it is over.
                var sent = 200;
                while ((string?)(await hub.GetAsync("storage", Stop))["journal"]!["full"] is null) acknowledged += await SendAsync(hub, sent, sent += 100);
                acknowledged += await SendAsync(hub, sent, sent += 100);
                Assert.True(new DriveInfo(disk).AvailableFreeSpace > 3 * Mebibyte, "the databases beside the journal need their room");
                using (var ready = await hub.Api.GetAsync(new Uri(hub.Http, "/healthz/ready"), Stop)) Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                Assert.True((long)(await hub.GetAsync("ledger", Stop))["rejected"]!["journal-full"]! > 0);

                File.Delete(hog);
                var more = 0;
                while (more == 0) more = await SendAsync(hub, sent, sent += 1);
                acknowledged += more + await SendAsync(hub, sent, sent += 100);
                var ledger = await hub.SettledAsync(Stop);

                Assert.True((long)ledger["journalled"]! >= acknowledged, $"{acknowledged} acknowledged, ledger {ledger}");
                Assert.Equal((long)ledger["readings"]!, (long)ledger["stored"]!);
                Assert.Equal((long)ledger["journalled"]!, (long)ledger["decoded"]! + (long)ledger["duplicates"]!);
                Assert.Null((string?)(await hub.GetAsync("storage", Stop))["journal"]!["full"]);
            }
        }
        finally
        {
            await TryAsync("umount", disk);
            Directory.Delete(disk, recursive: true);
        }
    }

    // Big bodies fill a disk quickly. How many were acknowledged; a refusal closes the connection.
    private static async Task<int> SendAsync(TestHub hub, int from, int to)
    {
        var acknowledged = 0;
        try
        {
            await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{hub.MqttPort}"), ClientId = "filler", Reconnect = false }, TestHub.Real);
            await client.ConnectAsync(Stop);
            for (var i = from; i < to; i++)
            {
                var answer = await client.PublishAsync("hub/v1/filler/telemetry", Encoding.UTF8.GetBytes($$$"""{"seq":{{{i}}},"values":{"n":{{{i}}}}{{{new string(' ', 16_000)}}}}"""), Qos.AtLeastOnce, stop: Stop);
                if ((byte)answer >= 0x80) return acknowledged;
                acknowledged++;
            }
        }
        catch (Exception e) when (e is MqttClientException or IOException or ObjectDisposedException or InvalidOperationException || (e is OperationCanceledException && !Stop.IsCancellationRequested))
        {
            // Refused: the sender keeps the message and would try again.
        }

        return acknowledged;
    }

    private static async Task TakeAllButAsync(string file, long bytes)
    {
        await using var hog = new FileStream(file, FileMode.Create);
        var piece = new byte[Mebibyte];
        for (; bytes > 0; bytes -= piece.Length) await hog.WriteAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, bytes)), Stop);
    }

    private static async Task<bool> TryAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
