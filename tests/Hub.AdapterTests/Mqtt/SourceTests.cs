using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Sqlite;
using Hub.AdapterTests.Support;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Mqtt;
using Hub.Tests.Support;

namespace Hub.AdapterTests.Mqtt;

/// <summary>The whole hub behind somebody else's broker.</summary>
public sealed class SourceTests
{
    private const int Messages = 2000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Whatever_mosquitto_acknowledged_is_in_the_ledger_though_broker_and_hub_were_restarted()
    {
        await using var bench = SourceBench.WithMosquitto();
        await RestartEverythingAsync(bench);
        Assert.Equal(MqttVersion.V5, bench.Hub.Source!.Version);
    }

    [Fact(Timeout = 300_000)]
    public async Task Whatever_RabbitMQ_acknowledged_is_in_the_ledger_though_broker_and_hub_were_restarted()
    {
        // Asked for a shared subscription, which it would take for a topic of that name: the hub subscribes alone.
        await using var bench = SourceBench.WithRabbit();
        await RestartEverythingAsync(bench, ("Hub:Mqtt:SourceGroup", "hubs"));
        Assert.Equal(MqttVersion.V311, bench.Hub.Source!.Version);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_broker_over_TLS_is_trusted_by_its_authority_and_by_nothing_else()
    {
        using var authority = new TestAuthority(Patience.Real.GetUtcNow());
        using var stranger = new TestAuthority(Patience.Real.GetUtcNow(), "Stranger");
        await using var bench = SourceBench.WithMosquitto(authority);
        var (good, wrong) = (Path.Combine(bench.Broker.Folder, "ca.pem"), Path.Combine(bench.Broker.Folder, "stranger.pem"));
        TestAuthority.Write(authority.Root, good);
        TestAuthority.Write(stranger.Root, wrong);
        await bench.Broker.StartAsync();

        foreach (var ca in new[] { wrong, "" })
        {
            await using var refused = await bench.LaunchHubAsync(("Hub:Mqtt:SourceCa", ca));
            await Patience.UntilAsync("the certificate to be refused", () => refused.Fault()?.Contains("certificate", StringComparison.Ordinal) == true, Stop);
        }

        // The right authority, but the certificate is for 127.0.0.1.
        await using (var misnamed = await bench.LaunchHubAsync(("Hub:Mqtt:SourceCa", good), ("Hub:Mqtt:Source", $"mqtts://localhost:{bench.Broker.Port}")))
            await Patience.UntilAsync("the certificate to be refused", () => misnamed.Fault()?.Contains("certificate", StringComparison.Ordinal) == true, Stop);

        await bench.StartHubAsync(("Hub:Mqtt:SourceCa", good));
        await bench.RegisterAsync("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01");
        await using var device = await bench.DeviceAsync("port-1", authority);
        await SendAsync(device, Patience.Real.GetUtcNow().ToUnixTimeMilliseconds() - 60_000, 0, 10);
        await ArrivedAsync(bench, 10);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_session_the_broker_lost_is_a_gap_in_the_ledger_with_its_times_and_stays_there()
    {
        await using var bench = SourceBench.WithMosquitto();
        await bench.Broker.StartAsync();
        await bench.StartHubAsync();
        Assert.Empty(bench.Hub.Ledger.Snapshot().Gaps);

        var before = Patience.Real.GetUtcNow();
        await bench.Broker.StopAsync();
        bench.Broker.Forget();
        await bench.Broker.StartAsync();
        await Patience.UntilAsync("the lost session in the ledger", () => bench.Hub.Fault() is null && bench.Hub.Ledger.Snapshot().Gaps.Count > 0, Stop);
        var gap = Assert.Single(bench.Hub.Ledger.Snapshot().Gaps);
        Assert.InRange(gap.From, before.AddSeconds(-1), gap.To);
        Assert.InRange(gap.To, before, Patience.Real.GetUtcNow());
        Assert.Equal("session-lost", gap.Reason);
        Assert.Equal($"mqtt://127.0.0.1:{bench.Broker.Port}", gap.Source);

        // The hub is away while the session is lost, too.
        await bench.Hub.StopAsync();
        var stopped = Patience.Real.GetUtcNow();
        await bench.Broker.StopAsync();
        bench.Broker.Forget();
        await bench.Broker.StartAsync();
        await bench.StartHubAsync();
        var second = bench.Hub.Ledger.Snapshot().Gaps;
        Assert.Equal(2, second.Count);
        Assert.Equal(gap, second[0]);
        Assert.InRange(second[1].From, gap.To, stopped);

        // A restart that loses nothing is no gap.
        await bench.Hub.StopAsync();
        await bench.StartHubAsync();
        Assert.Equal(second, bench.Hub.Ledger.Snapshot().Gaps);
    }

    [Fact(Timeout = 120_000)]
    public async Task Smoke_heard_through_the_broker_is_a_P1_case_there_too()
    {
        await using var bench = SourceBench.WithMosquitto();
        await bench.Broker.StartAsync();
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
        await using var bench = SourceBench.WithMosquitto();
        await bench.Broker.StartAsync();
        await bench.StartHubAsync(("Hub:Mqtt:SourceVersion", "3.1.1"));
        await bench.RegisterAsync("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01");
        await using var device = await bench.DeviceAsync("port-1");
        var heard = Listen(device);
        await device.SubscribeAsync("hub/v1/port-1/cmd", Qos.AtLeastOnce, Stop);
        var now = Patience.Real.GetUtcNow().ToUnixTimeMilliseconds();

        for (var second = -60; second <= 0; second += 10)
        {
            await device.PublishAsync(
                "hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{now + (second * 1000)}}},"values":{"power":182.4,"port_temp":61.5,"state":"charging"}}"""), stop: Stop);
        }

        Assert.Equal("cut", (string?)(await heard)["name"]);
        Assert.Null(bench.Hub.Fault());
        await bench.Broker.StopAsync();
        await Patience.UntilAsync("the hub to miss the broker", () => bench.Hub.Fault() is not null, Stop);
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

    private static async Task RestartEverythingAsync(SourceBench bench, params (string Key, string Value)[] settings)
    {
        await bench.Broker.StartAsync();
        await bench.StartHubAsync(settings);
        await bench.RegisterAsync("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01");
        await using var device = await bench.DeviceAsync("port-1");
        var from = Patience.Real.GetUtcNow().ToUnixTimeMilliseconds() - 60_000;

        await SendAsync(device, from, 0, 400);
        var sending = SendAsync(device, from, 400, 1000);
        await bench.Broker.StopAsync();
        await bench.Broker.StartAsync();
        await sending;
        var more = SendAsync(device, from, 1000, Messages);
        await bench.Hub.StopAsync();
        await more;
        await bench.StartHubAsync(settings);

        var ledger = await ArrivedAsync(bench, Messages);
        var points = await bench.Hub.Readings.ReadAsync(new SeriesQuery("port-1", "power", from, from + 60_000, Limit: 10_000), Stop);
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => (double)i), points.Select(p => p.Value).Distinct().Order());
        Assert.DoesNotContain(ledger.Rejected, r => r.Value > 0);
        Assert.Equal(0, ledger.DeadLettered);
        Assert.Empty(ledger.Gaps);
    }

    private static async Task<LedgerSnapshot> ArrivedAsync(SourceBench bench, int messages)
    {
        return await Patience.ForAsync($"{messages} messages in a settled ledger", async () =>
        {
            await bench.Hub.Ticks.CatchUpAsync(Stop);
            var ledger = bench.Hub.Ledger.Snapshot();
            return ledger is { Queued: 0, Balanced: true } && ledger.Decoded >= messages ? ledger : null;
        }, Stop);
    }

    private static async Task SendAsync(MqttClient device, long from, int first, int end)
    {
        for (var i = first; i < end; i++)
            await device.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{from + i}}},"seq":{{{i}}},"values":{"power":{{{i}}}}}"""), stop: Stop);
    }
}
