using System.Text;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Ingest;

namespace Hub.Tests.Ingest;

public sealed class DecodePreviewTests
{
    private static readonly DateTimeOffset arrival = new(2026, 11, 22, 3, 4, 5, TimeSpan.Zero);
    private readonly DeviceRegistry _registry = new();

    [Fact]
    public async Task Readings_are_shown_with_their_units_and_the_device_with_its_kind()
    {
        await _registry.RegisterAsync([new DeviceRecord("p1", "chargerPort", "", "c/estate-1")], [], [], TestContext.Current.CancellationToken);
        var line = Assert.Single(Decode("hub/v1/p1/telemetry", """{"ts":1763780000000,"seq":17,"values":{"power":182.4,"port_temp":850},"sim":false}"""));
        Assert.Equal(("p1", "chargerPort", true), (line.GetProperty("device").GetString(), line.GetProperty("kind").GetString(), line.GetProperty("registered").GetBoolean()));
        Assert.Equal(["power 182.4 W", "port_temp 850 °C"], line.GetProperty("readings").EnumerateArray().Select(r => $"{r.GetProperty("channel")} {r.GetProperty("value")} {r.GetProperty("unit")}"));
        Assert.True(line.GetProperty("readings")[1].GetProperty("suspect").GetBoolean());
        Assert.Equal("2025-11-22T02:53:20.000Z", line.GetProperty("deviceTime").GetString());
        Assert.True(line.GetProperty("clockSkewed").GetBoolean());
        Assert.Equal("2026-11-22T03:04:05.000Z", line.GetProperty("at").GetString());
    }

    [Fact]
    public void An_array_gives_a_line_an_element_and_an_event_its_type()
    {
        var lines = Decode("hub/v1/x/event", """[{"type":"smoke"},{"type":"eBike","confidence":0.9,"zone":"lift"}]""");
        Assert.Equal(["smoke 1", "eBike 0.9"], lines.Select(l => l.GetProperty("events")[0]).Select(e => $"{e.GetProperty("type")} {e.GetProperty("confidence")}"));
        Assert.False(lines[0].GetProperty("registered").GetBoolean());
    }

    [Theory]
    [InlineData("hub/v1/x/telemetry", "{\"power\": NaN}", "not-a-number")]
    [InlineData("hub/v1/x y/telemetry", "{}", "bad-topic")]
    [InlineData("zigbee2mqtt/x", "{}", "unclaimed-topic")]
    [InlineData("hub/v1/x/telemetry", "{\"ts\": 99999999999999999999}", "bad-time")]
    public void A_rejection_names_its_reason(string topic, string payload, string reason)
    {
        var line = Assert.Single(Decode(topic, payload));
        Assert.Equal((true, reason), (line.GetProperty("rejected").GetBoolean(), line.GetProperty("reason").GetString()));
        Assert.NotEmpty(line.GetProperty("detail").GetString()!);
    }

    private JsonElement[] Decode(string topic, string payload) =>
        [.. DecodePreview.Decode(topic, Encoding.UTF8.GetBytes(payload), arrival, _registry, new ChannelTable(), new IngestOptions()).Select(l => JsonDocument.Parse(l).RootElement)];
}
