using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Mqtt;

namespace Hub.AdapterTests.Mqtt;

/// <summary>The whole hub behind somebody else's broker.</summary>
public sealed class SourceTests
{
    private const int Messages = 2000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Whatever_the_broker_acknowledged_is_in_the_ledger_though_broker_and_hub_were_restarted()
    {
        await using var bench = new SourceBench();
        await bench.StartBrokerAsync();
        await bench.StartHubAsync();
        await bench.RegisterAsync("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01");
        await using var device = await bench.DeviceAsync("port-1");
        var from = SourceBench.Real.GetUtcNow().ToUnixTimeMilliseconds() - 60_000;

        await SendAsync(device, from, 0, 400);
        var sending = SendAsync(device, from, 400, 1000);
        await bench.StopBrokerAsync();
        await bench.StartBrokerAsync();
        await sending;
        var more = SendAsync(device, from, 1000, Messages);
        await bench.Hub.StopAsync();
        await more;
        await bench.StartHubAsync();

        LedgerSnapshot ledger = null!;
        await bench.UntilAsync(async () =>
        {
            await bench.Hub.Ticks.CatchUpAsync(Stop);
            ledger = bench.Hub.Ledger.Snapshot();
            return ledger is { Queued: 0, Balanced: true } && ledger.Decoded >= Messages;
        });
        var points = await bench.Hub.Readings.ReadAsync(new SeriesQuery("port-1", "power", from, from + 60_000, Limit: 10_000), Stop);
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => (double)i), points.Select(p => p.Value).Distinct().Order());
        Assert.DoesNotContain(ledger.Rejected, r => r.Value > 0);
        Assert.Equal(0, ledger.DeadLettered);
    }

    [Fact(Timeout = 120_000)]
    public async Task Smoke_heard_through_the_broker_is_a_P1_case_there_too()
    {
        await using var bench = new SourceBench();
        await bench.StartBrokerAsync();
        await bench.StartHubAsync(("Hub:Mqtt:SourceGroup", "hubs"), ("Hub:Mqtt:SourceVersion", "5"));
        await bench.RegisterAsync("smoke-101", "smokeAlarm", "leshan/estate-1/building-01/stairwell-1/flat-101");
        await using var device = await bench.DeviceAsync("smoke-101");
        var heard = Listen(device);
        await device.SubscribeAsync("hub/v1/cases/+", Qos.AtLeastOnce, Stop);

        await device.PublishAsync("hub/v1/smoke-101/event", """{"type":"smoke"}"""u8.ToArray(), stop: Stop);

        var told = await heard;
        Assert.Equal("P1", (string?)told["severity"]);
        var (cases, _) = await new SqliteCaseStore(bench.Hub.Database).ListAsync(new CaseQuery(), Stop);
        Assert.Equal((string?)told["id"], Assert.Single(cases).Id);
        Assert.Equal(0, bench.Hub.Ledger.Snapshot().Unclaimed);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_overheating_port_at_the_broker_is_told_to_cut_and_the_hub_without_broker_is_not_ready()
    {
        await using var bench = new SourceBench();
        await bench.StartBrokerAsync();
        await bench.StartHubAsync(("Hub:Mqtt:SourceVersion", "3.1.1"));
        await bench.RegisterAsync("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01");
        await using var device = await bench.DeviceAsync("port-1");
        var heard = Listen(device);
        await device.SubscribeAsync("hub/v1/port-1/cmd", Qos.AtLeastOnce, Stop);
        var now = SourceBench.Real.GetUtcNow().ToUnixTimeMilliseconds();

        for (var second = -60; second <= 0; second += 10)
        {
            await device.PublishAsync(
                "hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{now + (second * 1000)}}},"values":{"power":182.4,"port_temp":61.5,"state":"charging"}}"""), stop: Stop);
        }

        Assert.Equal("cut", (string?)(await heard)["name"]);
        Assert.Null(bench.Hub.Fault());
        await bench.StopBrokerAsync();
        await bench.UntilAsync(() => Task.FromResult(bench.Hub.Fault() is not null));
        Assert.Contains("is away", bench.Hub.Fault(), StringComparison.Ordinal);
    }

    private static Task<JsonNode> Listen(MqttClient client)
    {
        var first = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.OnMessage = (message, _) =>
        {
            first.TrySetResult(JsonNode.Parse(message.Payload.Span)!);
            return ValueTask.CompletedTask;
        };
        return first.Task.WaitAsync(Stop);
    }

    private static async Task SendAsync(MqttClient device, long from, int first, int end)
    {
        for (var i = first; i < end; i++)
            await device.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{from + i}}},"seq":{{{i}}},"values":{"power":{{{i}}}}}"""), stop: Stop);
    }
}
