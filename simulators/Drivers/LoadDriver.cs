using Hub.Mqtt;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Drivers;

/// <summary>A steady load: charger ports at an even rate over some connections, and how long each acknowledgement took.</summary>
internal sealed class LoadDriver(Uri broker, int devices, double rate, double seconds, TimeProvider real)
{
    private const int DevicesPerConnection = 100;
    private const int Window = 20;

    /// <summary>What came of it. Latencies in milliseconds.</summary>
    public sealed record Result(long Sent, long Acked, long Refused, double Seconds, double Rate, double P50Ms, double P99Ms, double MaxMs);

    public async Task<Result> RunAsync(CancellationToken stop)
    {
        var links = new MqttClient[(devices + DevicesPerConnection - 1) / DevicesPerConnection];
        try
        {
            for (var i = 0; i < links.Length; i++)
            {
                links[i] = new MqttClient(new MqttClientOptions { Broker = broker, ClientId = $"load-{i}", Window = Window }, real);
                await links[i].ConnectAsync(stop).ConfigureAwait(false);
            }

            return await SendAsync(links, stop).ConfigureAwait(false);
        }
        finally
        {
            foreach (var link in links)
                if (link is not null) await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<Result> SendAsync(MqttClient[] links, CancellationToken stop)
    {
        var total = (long)(rate * seconds);
        var latencies = new List<double>((int)Math.Min(total, 10_000_000));
        var slots = links.Select(_ => Enumerable.Repeat(Task.FromResult(-1.0), Window).ToArray()).ToArray();
        var next = new int[links.Length];
        var topics = Enumerable.Range(0, devices).Select(d => $"hub/v1/load-{d}/telemetry").ToArray();
        var writer = new PayloadWriter();
        var started = real.GetTimestamp();
        long sent = 0, refused = 0;
        void Count(double ms)
        {
            if (ms >= 0) latencies.Add(ms);
            else if (ms < -1) refused++;
        }

        while (sent < total && !stop.IsCancellationRequested)
        {
            var due = Math.Min(total, (long)(real.GetElapsedTime(started).TotalSeconds * rate) + 1);
            for (; sent < due; sent++)
            {
                var device = (int)(sent % devices);
                var link = device / DevicesPerConnection;
                var slot = next[link]++ % Window;
                Count(await slots[link][slot].ConfigureAwait(false));
                var body = writer.Begin(real.GetUtcNow().ToUnixTimeMilliseconds(), sent / devices)
                    .Value("power", 182.4 + (sent % 7), 1).Value("port_temp", 31.2, 1).Value("voltage", 220.5, 1).Finish();
                slots[link][slot] = PublishAsync(links[link], topics[device], body);
            }

            if (sent < total) await Task.Delay(TimeSpan.FromMilliseconds(2), real, CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var link in slots)
            foreach (var slot in link) Count(await slot.ConfigureAwait(false));
        var took = real.GetElapsedTime(started).TotalSeconds;
        latencies.Sort();
        return new Result(sent, latencies.Count, refused, Math.Round(took, 3), Math.Round(latencies.Count / took, 1), At(latencies, 0.5), At(latencies, 0.99), At(latencies, 1));
    }

    // Milliseconds to the acknowledgement; -2 when refused or lost.
    private async Task<double> PublishAsync(MqttClient client, string topic, byte[] body)
    {
        var started = real.GetTimestamp();
        try
        {
            var reason = await client.PublishAsync(topic, body, Qos.AtLeastOnce, retain: false, CancellationToken.None).ConfigureAwait(false);
            return (byte)reason < 0x80 ? real.GetElapsedTime(started).TotalMilliseconds : -2;
        }
        catch (MqttClientException)
        {
            return -2;
        }
    }

    private static double At(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))], 3);
}
