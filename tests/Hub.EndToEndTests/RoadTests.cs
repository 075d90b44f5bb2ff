using System.Text;
using System.Text.Json.Nodes;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;

namespace Hub.EndToEndTests;

/// <summary>A message in, a grid case on the screen: the promise of the first page of the README.</summary>
public sealed class RoadTests
{
    private const string Stairwell = "leshan/estate-1/building-01/stairwell-1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task A_smoke_alarm_becomes_a_P1_case_on_the_live_stream()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("smoke-101", "smokeAlarm", Stairwell + "/flat-101"));
        await using var live = await hub.LiveAsync(Stop);
        await using var client = await hub.ClientAsync();
        var stream = live.StreamAsync("StreamCases", [0L], Stop).GetAsyncEnumerator(Stop);
        var first = stream.MoveNextAsync();

        var answer = await client.PublishAsync("hub/v1/smoke-101/event", """{"type":"smoke"}"""u8.ToArray(), Qos.AtLeastOnce, stop: Stop);
        Assert.True(await first);

        Assert.True((byte)answer < 0x80);
        Assert.Equal("P1", (string?)stream.Current["case"]!["severity"]);
        Assert.Equal("FireSuspected", (string?)stream.Current["case"]!["type"]);
        Assert.Equal(1, (long)stream.Current["sequence"]!);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_client_that_comes_back_misses_nothing_and_hears_nothing_twice()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("smoke-101", "smokeAlarm", Stairwell + "/flat-101"), ("smoke-9", "smokeAlarm", "leshan/estate-2/building-01/stairwell-1/flat-101"));
        await using var client = await hub.ClientAsync();
        await client.PublishAsync("hub/v1/smoke-101/event", """{"type":"smoke"}"""u8.ToArray(), stop: Stop);
        await hub.SettledAsync(Stop);
        var last = (await hub.GetAsync("cases", Stop))["items"]!.AsArray().Count;
        Assert.Equal(1, last);
        var seen = await ReadUntilQuietAsync(hub, after: 0);

        await client.PublishAsync("hub/v1/smoke-9/event", """{"type":"smoke"}"""u8.ToArray(), stop: Stop);
        await hub.SettledAsync(Stop);
        var again = await ReadUntilQuietAsync(hub, after: seen[^1]);

        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => (long)i), seen);
        Assert.Equal(Enumerable.Range(seen.Count + 1, again.Count).Select(i => (long)i), again);
        Assert.NotEmpty(again);
    }

    [Fact(Timeout = 180_000)]
    public async Task An_overheating_port_is_told_to_cut_and_its_answer_is_on_the_case()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01"));
        await using var client = await hub.ClientAsync();
        var command = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.OnMessage = (message, _) =>
        {
            command.TrySetResult(JsonNode.Parse(message.Payload.Span)!);
            return ValueTask.CompletedTask;
        };
        await client.SubscribeAsync("hub/v1/port-1/cmd", Qos.AtLeastOnce, Stop);
        var now = TestHub.Real.GetUtcNow().ToUnixTimeMilliseconds();
        for (var second = -60; second <= 0; second += 10)
        {
            await client.PublishAsync(
                "hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{now + (second * 1000)}}},"values":{"power":182.4,"port_temp":61.5,"state":"charging"}}"""), stop: Stop);
        }

        var order = await command.Task.WaitAsync(Stop);
        Assert.Equal("cut", (string?)order["name"]);
        await client.PublishAsync("hub/v1/port-1/ack", Encoding.UTF8.GetBytes($$"""{"id":"{{order["id"]}}","result":"ok"}"""), stop: Stop);
        await hub.SettledAsync(Stop);

        var found = Assert.Single(await hub.CasesAsync(Stop));
        var events = (await hub.GetAsync($"cases/{found["id"]}/events", Stop))["items"]!.AsArray();
        Assert.Equal("BatteryThermal", (string?)found["type"]);
        Assert.Contains(events, e => (string?)e!["kind"] == "commandRequested");
        Assert.Contains(events, e => (string?)e!["kind"] == "commandAcknowledged");
    }

    [Fact(Timeout = 180_000)]
    public async Task Readings_come_back_as_a_series()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01"));
        await using var client = await hub.ClientAsync();
        var now = TestHub.Real.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < 5; i++)
            await client.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{now - 5000 + (i * 1000)}}},"seq":{{{i}}},"values":{"power":{{{100 + i}}}}}"""), stop: Stop);
        await hub.SettledAsync(Stop);

        var series = await hub.GetAsync($"readings?device=port-1&channel=power&from={now - 10_000}&to={now + 1000}", Stop);

        Assert.Equal([100, 101, 102, 103, 104], series["items"]!.AsArray().Select(p => (int)p!["value"]!));
    }

    [Fact(Timeout = 180_000)]
    public async Task Open_cases_stand_retained_on_the_bus_and_go_when_they_are_closed()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("smoke-101", "smokeAlarm", Stairwell + "/flat-101"));
        await using var client = await hub.ClientAsync();
        await client.PublishAsync("hub/v1/smoke-101/event", """{"type":"smoke"}"""u8.ToArray(), stop: Stop);
        await hub.SettledAsync(Stop);
        var retained = new TaskCompletionSource<MqttMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var reader = await hub.ClientAsync("reader");
        reader.OnMessage = (message, _) =>
        {
            retained.TrySetResult(message with { Payload = message.Payload.ToArray() });
            return ValueTask.CompletedTask;
        };
        await reader.SubscribeAsync("hub/v1/cases/+", Qos.AtLeastOnce, Stop);

        var message = await retained.Task.WaitAsync(Stop);

        Assert.True(message.Retain);
        Assert.Equal("P1", (string?)JsonNode.Parse(message.Payload.Span)!["severity"]);
    }

    private static async Task<List<long>> ReadUntilQuietAsync(TestHub hub, long after)
    {
        var last = await new Adapters.Sqlite.SqliteCaseStore(hub.Inside.Database).LastSequenceAsync(Stop);
        await using var live = await hub.LiveAsync(Stop);
        var seen = new List<long>();
        await foreach (var item in live.StreamAsync("StreamCases", [after], Stop))
        {
            seen.Add((long)item["sequence"]!);
            if (seen[^1] >= last) break;
        }

        return seen;
    }
}
