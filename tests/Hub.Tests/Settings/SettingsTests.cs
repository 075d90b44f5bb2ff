using Hub.Settings;
using Microsoft.Extensions.Configuration;

namespace Hub.Tests.Settings;

/// <summary>A wrong value stops the start with one line that names the key, the value and what is allowed.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Nothing_set_gives_the_defaults_of_the_manual()
    {
        var settings = Read();

        Assert.Equal(8080, settings.HttpPort);
        Assert.Equal(1883, settings.MqttPort);
        Assert.Equal(Path.GetFullPath("data"), settings.DataDir);
        Assert.False(settings.Anonymous);
        Assert.Equal(global::Hub.Ingest.UnknownDevices.Quarantine, settings.UnknownDevices);
        Assert.Equal(ReadingsStoreKind.Embedded, settings.Readings);
        Assert.Equal(TimeSpan.FromHours(8), settings.Zone.BaseUtcOffset);
    }

    [Theory]
    [InlineData("Hub:Http:Port", "eighty", "0 to 65535")]
    [InlineData("Hub:Http:Port", "70000", "0 to 65535")]
    [InlineData("Hub:Mqtt:Anonymous", "yes", "true or false")]
    [InlineData("Hub:Ingest:UnknownDevices", "ignore", "quarantine | accept | reject")]
    [InlineData("Hub:Readings:Store", "mysql", "embedded | influxdb")]
    [InlineData("Hub:Mqtt:Source", "http://broker", "mqtt:// or mqtts://")]
    [InlineData("Hub:Clock:Speed", "0", "0.01 to 10000")]
    [InlineData("Hub:Clock:Start", "tomorrow", "ISO 8601")]
    [InlineData("Hub:Mqtt:Limits:PacketBytes", "1", "128 to 268435460")]
    [InlineData("Hub:Bind", "everywhere", "IP address")]
    [InlineData("Hub:Journal:Lanes", "0", "1 to 64")]
    [InlineData("Hub:Auth:BootstrapToken", "short", "at least 8 characters")]
    [InlineData("Hub:Retention:ReadingsDays", "0", "1 to 36500")]
    [InlineData("Hub:Journal:RetainDays", "forever", "0 to 3650")]
    public void A_wrong_value_names_the_key_and_what_is_allowed(string key, string value, string allowed)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Read((key, value))).Faults);

        Assert.StartsWith(key, fault, StringComparison.Ordinal);
        Assert.Contains(allowed, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_not_repeated_in_the_fault()
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Read(("Hub:Auth:BootstrapToken", "hush"))).Faults);

        Assert.DoesNotContain("hush", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_key_is_refused_with_the_key_that_was_meant()
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Read(("Hub:Mqtt:Anonymus", "true"))).Faults);

        Assert.Contains("did you mean Hub:Mqtt:Anonymous?", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = Assert.Throws<SettingsException>(() => Read(("Hub:Http:Port", "x"), ("Hub:Mqtt:Port", "y"), ("Hub:Nonsense", "z"))).Faults;

        Assert.Equal(3, faults.Count);
    }

    [Fact]
    public void A_limit_of_the_endpoint_is_a_key_by_its_own_name()
    {
        Assert.Equal(7, Read(("Hub:Mqtt:Limits:ReceiveMaximum", "7")).Mqtt.ReceiveMaximum);
        Assert.Equal(4_294_967_294, Read(("Hub:Mqtt:Limits:SessionSeconds", "4294967294")).Mqtt.SessionSeconds);
    }

    [Fact]
    public void Every_limit_of_the_endpoint_has_a_key_and_stands_in_the_manual()
    {
        var manual = File.ReadAllText(Path.Combine(House.Repository.Root, "docs", "configuration.md"));
        foreach (var limit in typeof(global::Hub.Mqtt.MqttOptions).GetProperties().Where(p => p.Name != nameof(global::Hub.Mqtt.MqttOptions.DenySubscribe)))
        {
            Assert.NotNull(limit.GetCustomAttributes(typeof(System.ComponentModel.DataAnnotations.RangeAttribute), false).SingleOrDefault());
            Assert.Contains($"| `{limit.Name}` |", manual, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Refused_filters_may_be_a_list_or_one_text_with_commas()
    {
        Assert.Equal(["a/#", "b"], Read(("Hub:Mqtt:DenySubscribe", "a/#, b")).Mqtt.DenySubscribe);
        Assert.Equal(["a/#", "b"], Read(("Hub:Mqtt:DenySubscribe:0", "a/#"), ("Hub:Mqtt:DenySubscribe:1", "b")).Mqtt.DenySubscribe);
    }

    [Theory]
    [InlineData("--Hub:Http:Port=9000")]
    [InlineData("--Hub:Http:Port", "9000")]
    [InlineData("Hub:Http:Port=9000")]
    public void Settings_are_told_apart_from_the_words_of_the_command_line(params string[] args)
    {
        var (words, settings) = Configuration.Split(["demo", .. args, "--seed", "7"]);

        Assert.Equal(["demo", "--seed", "7"], words);
        Assert.Equal("9000", settings["Hub:Http:Port"]);
    }

    [Theory]
    [InlineData("rum", "run")]
    [InlineData("decoed", "decode")]
    public void A_misspelt_word_finds_the_word_that_was_meant(string found, string meant)
    {
        Assert.Equal(meant, Suggestion.For(found, ["run", "demo", "check", "decode", "device"]));
    }

    [Fact]
    public void A_word_that_is_far_from_all_known_ones_gets_no_suggestion()
    {
        Assert.Null(Suggestion.For("zzzzzzzz", ["run", "demo"]));
    }

    private static HubSettings Read(params (string Key, string Value)[] settings) =>
        HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
