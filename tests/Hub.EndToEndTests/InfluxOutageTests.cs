using System.Text;
using System.Text.Json.Nodes;
using Hub.AdapterTests.Support;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;

namespace Hub.EndToEndTests;

/// <summary>The readings store dies under load. The minute-long version, with a load generator, is <c>bench/influx-outage.sh</c>.</summary>
public sealed class InfluxOutageTests(InfluxServer server) : IClassFixture<InfluxServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task While_InfluxDB_is_dead_acknowledgements_rules_and_cases_go_on_and_afterwards_everything_is_there_once_and_in_order()
    {
        server.Require();
        await using var hub = await TestHub.StartAsync(settings: [("Hub:Readings:Store", "influxdb"), ("Hub:Readings:InfluxDb:Url", server.Url.ToString()), ("Hub:Ingest:UnknownDevices", "accept")]);
        await hub.RegisterAsync(("smoke-101", "smokeAlarm", "leshan/estate-1/building-01/stairwell-1/flat-101"));
        await using var client = await hub.ClientAsync();
        await SendAsync(client, 0, 500);
        await hub.SettledAsync(Stop);

        await server.StopAsync();
        await SendAsync(client, 500, 1500);
        await client.PublishAsync("hub/v1/smoke-101/event", """{"type":"smoke"}"""u8.ToArray(), Qos.AtLeastOnce, stop: Stop);
        var opened = await Patience.ForAsync("a fire case", async () => (await hub.CasesAsync(Stop)).FirstOrDefault(c => (string?)c["type"] == "FireSuspected"), Stop);
        var storage = await Patience.ForAsync("the store's absence and lag", async () => await hub.GetAsync("storage", Stop) is var s && !(bool)s["reachable"]! && s["trouble"] is not null && (long)s["lag"]!["readings"]! >= 1000 ? s : null, Stop);
        var metrics = await hub.Api.GetStringAsync(new Uri(hub.Http, "/metrics"), Stop);
        await server.StartAgainAsync();
        await SendAsync(client, 1500, 2000);
        var ledger = await hub.SettledAsync(Stop);

        Assert.Equal("P1", (string?)opened["severity"]);
        Assert.NotNull((string?)storage["trouble"]);
        Assert.Equal(0, (long)storage["lag"]!["rules"]! / 1000);
        Assert.Contains("hub_store_reachable{store=\"influxdb\"} 0", metrics, StringComparison.Ordinal);
        Assert.True((bool)(await hub.GetAsync("storage", Stop))["reachable"]!);
        Assert.Equal((long)ledger["readings"]!, (long)ledger["stored"]!);
        foreach (var device in Enumerable.Range(0, 4))
        {
            Assert.Equal(500, await CountAsync(device));
            var to = TestHub.Real.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
            var points = await hub.GetAsync($"readings?device=load-{device}&channel=n&from={to - 7_200_000}&to={to}&limit=1000", Stop);
            Assert.Equal(Enumerable.Range(0, 500).Select(i => (double)((i * 4) + device)), points["items"]!.AsArray().Select(p => (double)p!["value"]!));
        }
    }

    // Four devices take turns; each sends its readings in order, a second apart.
    private static async Task SendAsync(MqttClient client, int from, int to)
    {
        var begin = TestHub.Real.GetUtcNow().AddMinutes(-14).ToUnixTimeMilliseconds();
        var sent = Enumerable.Range(from, to - from).Select(i => client.PublishAsync(
            $"hub/v1/load-{i % 4}/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{begin + (i * 250)}}},"seq":{{{i / 4}}},"values":{"n":{{{i}}}}}"""), Qos.AtLeastOnce, stop: Stop).AsTask());
        foreach (var answer in await Task.WhenAll(sent)) Assert.True((byte)answer < 0x80);
    }

    // As the server itself counts, past the hub.
    private async Task<long> CountAsync(int device)
    {
        using var http = new HttpClient();
        var answer = JsonNode.Parse(await http.GetStringAsync(new Uri(server.Url, $"query?db=hub&q={Uri.EscapeDataString($"SELECT count(\"n\") FROM readings WHERE device = 'load-{device}'")}"), Stop))!;
        return (long)answer["results"]![0]!["series"]![0]!["values"]![0]![1]!;
    }
}
