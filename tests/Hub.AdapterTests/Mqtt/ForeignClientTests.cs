using Hub.AdapterTests.Support;
using Hub.Mqtt;
using Hub.Tests.Mqtt;

namespace Hub.AdapterTests.Mqtt;

public class ForeignClientTests
{
    private static string Shell => Foreign.Require("sh", "dash");

    [Theory]
    [InlineData("311", 0)]
    [InlineData("311", 1)]
    [InlineData("311", 2)]
    [InlineData("5", 0)]
    [InlineData("5", 1)]
    [InlineData("5", 2)]
    public async Task Mosquitto_clients_exchange_messages_through_the_hub(string version, int qos)
    {
        var pub = Foreign.Require("mosquitto_pub", "mosquitto-clients");
        var sub = Foreign.Require("mosquitto_sub", "mosquitto-clients");
        await using var hub = await LoopbackHub.StartAsync();
        var listening = Foreign.RunAsync(sub, "/", "-V", version, "-p", $"{hub.Port}", "-t", "m/+", "-q", $"{qos}", "-C", "100", "-W", "30", "-v");
        await Patience.UntilAsync("mosquitto_sub to subscribe", () => hub.Endpoint.Statistics.Subscriptions > 0, TestContext.Current.CancellationToken);
        hub.Endpoint.Publish("m/0", "first"u8, (Qos)qos);
        var sent = await Foreign.RunAsync(Shell, "/", "-c", $"seq 1 99 | {pub} -V {version} -p {hub.Port} -t m/1 -q {qos} -l");
        Assert.Equal(0, sent.Code);
        var (code, output) = await listening;
        Assert.Equal(0, code);
        Assert.Equal(["m/0 first", .. Enumerable.Range(1, 99).Select(i => $"m/1 {i}")], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("5")]
    public async Task Paho_for_python_understands_the_hub(string version)
    {
        var python = Foreign.Require("python3", "python3");
        if ((await Foreign.RunAsync(python, "/", "-c", "import paho.mqtt")).Code != 0) Assert.Skip("Paho for Python is not installed; on Debian: apt-get install python3-paho-mqtt");
        await using var hub = await LoopbackHub.StartAsync();
        var (code, output) = await Foreign.RunAsync(python, Foreign.Folder, "roundtrip.py", $"{hub.Port}", version);
        Assert.True(code == 0 && output.EndsWith("OK\n", StringComparison.Ordinal), output);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("5")]
    public async Task Paho_for_python_finds_every_behaviour_of_a_broker(string version)
    {
        var python = Foreign.Require("python3", "python3");
        if ((await Foreign.RunAsync(python, "/", "-c", "import paho.mqtt")).Code != 0) Assert.Skip("Paho for Python is not installed; on Debian: apt-get install python3-paho-mqtt");
        var options = new MqttOptions { KeepAliveSeconds = 60, DenySubscribe = ["test/nosubscribe"] };
        await using var hub = await LoopbackHub.StartAsync(options);
        var (code, output) = await Foreign.RunAsync(python, Foreign.Folder, "behaviours.py", $"{hub.Port}", version);
        Assert.True(code == 0 && output.EndsWith("OK\n", StringComparison.Ordinal), output);
    }

    [Theory]
    [InlineData("mqtt", "4")]
    [InlineData("mqtt", "5")]
    [InlineData("ws", "4")]
    [InlineData("ws", "5")]
    public async Task MQTT_js_understands_the_hub_over_tcp_and_websocket(string scheme, string version)
    {
        var node = Foreign.Require("node", "nodejs");
        await InstallAsync();
        await using var hub = await LoopbackHub.StartAsync();
        var url = scheme == "ws" ? $"ws://127.0.0.1:{hub.WebPort}/mqtt" : $"mqtt://127.0.0.1:{hub.Port}";
        var (code, output) = await Foreign.RunAsync(node, Foreign.Folder, "roundtrip.mjs", url, version);
        Assert.True(code == 0 && output.EndsWith("OK\n", StringComparison.Ordinal), output);
    }

    private static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Foreign.Folder, "node_modules", "mqtt"))) return;
        var npm = Foreign.Require("npm", "npm");
        var (code, output) = await Foreign.RunAsync(npm, Foreign.Folder, "install", "--no-audit", "--no-fund");
        if (code != 0) Assert.Skip($"MQTT.js could not be installed: {output}");
    }
}
