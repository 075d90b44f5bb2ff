using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;

namespace Hub.EndToEndTests;

/// <summary>What the front door does to those who misuse it, and what it tells of itself.</summary>
public sealed class DoorTests
{
    private const string Place = "leshan/estate-1/building-01/stairwell-1/flat-101";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_flooding_device_is_put_in_quarantine_with_a_case_and_may_be_released()
    {
        await using var hub = await TestHub.StartAsync(settings:
        [
            ("Hub:Mqtt:Anonymous", "false"), ("Hub:Ingest:DeviceRate", "20"), ("Hub:Mqtt:Limits:PublishBurst", "20"),
            ("Hub:Mqtt:Limits:FloodSeconds", "1"), ("Hub:Mqtt:Limits:QuarantineSeconds", "3600"),
        ]);
        await hub.Inside.Registry.RegisterAsync(
            [new DeviceRecord("alarm-1", "smokeAlarm", "", Place, CredentialHash: PasswordHash.Create("alarm-secret", 100))], [], [], Stop);

        await FloodAsync(hub);
        var refused = await Assert.ThrowsAsync<MqttClientException>(async () => await Device(hub).ConnectAsync(Stop));
        Assert.Contains("QuotaExceeded", refused.Message + refused.InnerException?.Message, StringComparison.OrdinalIgnoreCase);

        while (!(await hub.CasesAsync(Stop)).Any(c => (string?)c["rule"] == "A17-device-quarantine")) await hub.SettledAsync(Stop);
        var found = Assert.Single(await hub.CasesAsync(Stop), c => (string?)c["rule"] == "A17-device-quarantine");
        Assert.Equal(("DeviceOutage", "P3"), ((string?)found["type"], (string?)found["severity"]));
        Assert.NotNull((await hub.GetAsync("devices/alarm-1", Stop))["quarantineEnds"]);
        Assert.Equal("alarm-1", (string?)Assert.Single((await hub.GetAsync("devices?quarantined=true", Stop))["items"]!.AsArray())!["id"]);

        using var released = await hub.Api.PostAsync("devices/alarm-1/release", null, Stop);
        Assert.Contains("true", await released.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        await using var back = Device(hub);
        await back.ConnectAsync(Stop);
        await back.PublishAsync("hub/v1/alarm-1/status", "online"u8.ToArray(), Qos.AtLeastOnce, stop: Stop);
        Assert.Empty((await hub.GetAsync("devices?quarantined=true", Stop))["items"]!.AsArray());
        Assert.True((bool)(await hub.SettledAsync(Stop))["balanced"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disabled_device_is_put_out_of_the_connection_it_holds()
    {
        await using var hub = await TestHub.StartAsync(settings: ("Hub:Mqtt:Anonymous", "false"));
        await hub.Inside.Registry.RegisterAsync(
            [new DeviceRecord("alarm-1", "smokeAlarm", "", Place, CredentialHash: PasswordHash.Create("alarm-secret", 100))], [], [], Stop);
        await using var device = Device(hub);
        await device.ConnectAsync(Stop);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Inside.Endpoint.PresenceChanged += presence =>
        {
            if (!presence.Connected) left.TrySetResult();
        };
        await hub.Inside.Registry.DisableAsync("alarm-1", disabled: true, Stop);
        await left.Task.WaitAsync(Stop);
        Assert.Equal(0, hub.Inside.Endpoint.Statistics.Connections);
        Assert.Equal(1, hub.Inside.Endpoint.Statistics.Refusals()[ReasonCode.AdministrativeAction]);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_figures_of_the_front_door_stand_in_the_metrics_and_under_the_status_topic()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("port-1", "chargerPort", Place));
        await using var listener = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{hub.MqttPort}"), ClientId = "listener" }, TestHub.Real);
        var said = new Dictionary<string, string>();
        listener.OnMessage = (message, _) =>
        {
            lock (said) said[message.Topic] = Encoding.UTF8.GetString(message.Payload.Span);
            return default;
        };
        await listener.ConnectAsync(Stop);
        await using var client = await hub.ClientAsync();
        for (var i = 0; i < 5; i++) await client.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"values":{"power":{{{i}}}}}"""), Qos.AtLeastOnce, stop: Stop);
        hub.Inside.Figures.Publish();
        await listener.SubscribeAsync("hub/v1/hub/status/#", Qos.AtLeastOnce, Stop);
        while (Said("ledger/balanced") is null) await Task.Yield();

        Assert.Equal("5", Said("received/qos1"));
        Assert.Equal("2", Said("connections"));
        Assert.Equal("0", Said("dropped/queue-full"));
        Assert.NotNull(Said("version"));
        Assert.NotNull(Said("uptime"));
        Assert.NotNull(Said("lag/rules"));
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(hub.Http, "/metrics"), Stop);
        foreach (var line in new[]
                 {
                     "hub_mqtt_messages_received_total{qos=\"1\"} 5", "hub_mqtt_messages_sent_total{qos=\"0\"}", "hub_mqtt_messages_dropped_total{reason=\"queue-full\"} 0",
                     "hub_mqtt_sessions 2", "hub_mqtt_subscriptions 1", "hub_mqtt_in_flight 0", "hub_mqtt_queued_bytes 0", "hub_mqtt_tls_failures_total 0", "hub_mqtt_quarantined 0",
                     "hub_mqtt_retained_messages", "hub_mqtt_addresses_shut 0",
                 })
            Assert.Contains(line, metrics, StringComparison.Ordinal);

        string? Said(string name)
        {
            lock (said) return said.GetValueOrDefault("hub/v1/hub/status/" + name);
        }
    }

    private static async Task FloodAsync(TestHub hub)
    {
        await using var device = new MqttClient(
            new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{hub.MqttPort}"), ClientId = "alarm-1", UserName = "alarm-1", Password = "alarm-secret", Reconnect = false }, TestHub.Real);
        await device.ConnectAsync(Stop);
        while (hub.Inside.Endpoint.Statistics.Quarantined == 0)
        {
            try
            {
                await device.PublishAsync("hub/v1/alarm-1/telemetry", "{\"values\":{\"smoke\":0}}"u8.ToArray(), Qos.AtMostOnce, stop: Stop);
            }
            catch (MqttClientException)
            {
                await Task.Yield(); // put out
            }
        }
    }

    private static MqttClient Device(TestHub hub) => new(
        new MqttClientOptions { Broker = new Uri($"mqtt://127.0.0.1:{hub.MqttPort}"), ClientId = "alarm-1", UserName = "alarm-1", Password = "alarm-secret", Reconnect = false }, TestHub.Real);
}
