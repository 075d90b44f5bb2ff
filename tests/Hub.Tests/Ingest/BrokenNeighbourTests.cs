using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Core.Readings;
using Hub.Ingest;

namespace Hub.Tests.Ingest;

/// <summary>One sensor of a device that gives nonsense must not silence the others, least of all a fire.</summary>
public sealed class BrokenNeighbourTests
{
    private const long Arrival = 1_795_316_645_678;
    private readonly DecodedMessage message = new();
    private readonly OwnDialect dialect = new(new ChannelTable(), new IngestOptions());

    [Theory]
    [InlineData("""{"type":"smoke","values":{"temperature":"NaN"}}""")]
    [InlineData("""{"type":"smoke","values":{"temperature":NaN}}""")]
    [InlineData("""{"type":"smoke","values":{"temperature":-Infinity,"battery":nan}}""")]
    [InlineData("""{"type":"smoke","values":{"temperature":1e999}}""")]
    [InlineData("""{"type":"smoke","values":{"temperature":"hot"}}""")]
    [InlineData("""{"type":"smoke","values":{"temperature":[1,{"a":2}]}}""")]
    [InlineData("""{"type":"smoke","values":7}""")]
    [InlineData("""{"type":"smoke","values":[1,2]}""")]
    [InlineData("""{"type":"smoke","state":"ok"}""")]
    [InlineData("""{"type":"smoke","confidence":"high"}""")]
    [InlineData("""{"type":"smoke","confidence":[0.5]}""")]
    [InlineData("""{"type":"smoke","ts":"yesterday"}""")]
    [InlineData("""{"ts":{"a":1},"type":"smoke"}""")]
    [InlineData("""{"seq":"17","type":"smoke"}""")]
    [InlineData("""{"seq":[1],"sim":7,"type":"smoke"}""")]
    public void A_smoke_alarm_goes_out_whatever_else_in_it_cannot_be_read(string payload)
    {
        var o = One(MessageKind.Event, payload);
        Assert.Equal(("smoke", 1.0, Arrival, 0, -1L, false), (o.EventType, o.Confidence, o.AtMs, o.Count, o.Sequence, o.Sim));
        Assert.True(message.RefusedFields > 0);
        Assert.NotEmpty(message.LeftOut);
    }

    [Theory]
    [InlineData("""{"values":{"temperature":"NaN","smoke":3.5}}""")]
    [InlineData("""{"values":{"smoke":3.5,"temperature":NaN}}""")]
    [InlineData("""{"smoke":3.5,"temperature":Infinity}""")]
    [InlineData("""{"values":{"temperature":{"v":20},"smoke":3.5}}""")]
    [InlineData("""[{"values":{"smoke":3.5,"note":"NaN is fine in a text, \"NaN\""}},{"values":{"smoke":3.5,"temperature":-NaN}}]""")]
    public void What_its_neighbours_measure_counts_all_the_same(string payload)
    {
        Assert.True(Decode(MessageKind.Telemetry, payload), message.Detail);
        foreach (var o in message.Observations.ToArray()) Assert.Equal("smoke=3.5", string.Join(' ', o.Readings.ToArray().Select(r => $"{r.Channel}={r.Value.ToString(CultureInfo.InvariantCulture)}")));
        Assert.True(message.RefusedFields > 0);
    }

    [Theory]
    [InlineData(MessageKind.Telemetry, """{"values":{"temperature":NaN,"power":"NaN"}}""", "not-a-number")]
    [InlineData(MessageKind.Telemetry, """[{"values":{"a":NaN}},{"values":{"b":NaN}}]""", "not-a-number")]
    [InlineData(MessageKind.Telemetry, """{"ts":"yesterday","values":{"power":1}}""", "bad-time")]
    [InlineData(MessageKind.Telemetry, """{"values":{"power":NaN""", "bad-json")]
    [InlineData(MessageKind.Event, """{"values":{"smoke":"NaN"}}""", "missing-type")]
    public void Where_nothing_can_be_read_it_is_still_put_aside_with_a_reason(MessageKind kind, string payload, string reason)
    {
        Assert.False(Decode(kind, payload));
        Assert.Equal(reason, message.Reason);
    }

    [Fact]
    public void The_preview_says_what_was_left_out()
    {
        var line = Assert.Single(DecodePreview.Decode("hub/v1/s1/event", """{"type":"smoke","values":{"temperature":"NaN"}}"""u8, DateTimeOffset.FromUnixTimeMilliseconds(Arrival), new DeviceRegistry(), new ChannelTable(), new IngestOptions()));
        Assert.Contains("\"leftOut\":", line, StringComparison.Ordinal);
        Assert.Contains("temperature", line, StringComparison.Ordinal);
    }

    private Observation One(MessageKind kind, string payload)
    {
        Assert.True(Decode(kind, payload), message.Detail);
        return Assert.Single(message.Observations.ToArray());
    }

    private bool Decode(MessageKind kind, string payload)
    {
        message.Clear();
        return dialect.Decode(kind, Encoding.UTF8.GetBytes(payload), Arrival, message);
    }
}
