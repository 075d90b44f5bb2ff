using System.Text;
using Hub.Adapters.Influx;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;

namespace Hub.Tests.Adapters.Readings;

public sealed class InfluxLinesTests
{
    private readonly ChannelTable channels = new();
    private readonly LineBuffer lines = new();

    [Fact]
    public void An_observation_is_one_line_with_its_message_key_below_the_millisecond()
    {
        Add(position: 1_000_017, ordinal: 0, ("power", 182.4, null), ("state", double.NaN, "say \"hi\"\\"));
        Assert.Equal("readings,device=port-1 power=182.4,state@text=\"say \\\"hi\\\"\\\\\" 1795348800000000017\n", Text());
    }

    [Fact]
    public void Elements_of_one_message_and_messages_of_one_instant_get_different_keys()
    {
        var keys = new HashSet<long>();
        for (var position = 1; position <= 200; position++)
            for (var ordinal = 0; ordinal < 50; ordinal++)
                Assert.True(keys.Add(InfluxLayout.KeyOf(new Observation { Position = position, Ordinal = ordinal })), $"position {position}, element {ordinal}");
        Assert.All(keys, key => Assert.InRange(key, 0, 999_999));
    }

    [Fact]
    public void A_channel_that_comes_twice_in_a_message_keeps_both_values()
    {
        Add(5, 0, ("power", 1, null), ("voltage", 2, null), ("power", 3, null));
        Assert.Equal("readings,device=port-1 power=1,voltage=2 1795348800000000005\nreadings,device=port-1 power=3 1795348800000000007\n", Text());
    }

    [Fact]
    public void What_influxdb_cannot_hold_is_left_out_and_counted()
    {
        Add(1, 0, ("power", double.NaN, null), ("voltage", double.PositiveInfinity, null));
        Add(2, 0, ("power", double.NaN, null), ("voltage", 5, null));
        Assert.Equal("readings,device=port-1 voltage=5 1795348800000000002\n", Text());
        Assert.Equal(3, lines.Unwritable);
    }

    [Theory]
    [InlineData("power")]
    [InlineData("温度")]
    [InlineData("a b,c=d\"e'f\\")]
    [InlineData("line\nbreak")]
    [InlineData("100%")]
    [InlineData("time")]
    [InlineData("device")]
    [InlineData("state@text")]
    [InlineData("")]
    public void Field_keys_need_no_escape_and_lead_back_to_their_channel(string channel)
    {
        var key = FieldKeys.Of(channel);
        Assert.DoesNotContain(key, c => c is ' ' or ',' or '=' or '"' or '\'' or '\\' or '\n');
        Assert.NotEqual("time", key);
        Assert.Equal(channel, FieldKeys.ChannelOf(key, out var isText));
        Assert.False(isText);
        Assert.Equal(channel, FieldKeys.ChannelOf(key + FieldKeys.TextSuffix, out isText));
        Assert.True(isText);
    }

    private string Text() => Encoding.UTF8.GetString(lines.Lines(0, lines.Count).Span);

    private void Add(long position, int ordinal, params (string Channel, double Value, string? Text)[] values)
    {
        var observation = new Observation
        {
            Device = new Device(0, "port-1", new DeviceKind("x", new LocalText("x", "x"), 60, 180), Place.Unknown),
            Position = position, Ordinal = ordinal, AtMs = ReadingsFeed.Noon,
        };
        foreach (var (channel, value, text) in values) observation.Add(new Reading(channels.GetOrAdd(channel)!, value, text));
        lines.Add(observation);
    }
}
