using System.Net.Sockets;
using System.Text;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;
using Hub.Road;
using Hub.Settings;

namespace Hub.EndToEndTests;

/// <summary>Each kind of bad input gets a clear word, the rest goes on, and the ledger still balances.</summary>
public sealed class BadInputTests
{
    private const string Place = "leshan/estate-1/building-01/stairwell-1/flat-101";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("not json at all")]
    [InlineData("{\"values\":{\"power\":")]
    [InlineData("{\"values\":{\"power\":NaN}}")]
    [InlineData("[1,2,3]")]
    [InlineData("\"text\"")]
    [InlineData("")]
    public async Task A_body_that_cannot_be_read_is_kept_with_its_reason(string body)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("port-1", "chargerPort", Place));
        await using var client = await hub.ClientAsync();

        await client.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes(body), stop: Stop);
        await client.PublishAsync("hub/v1/port-1/telemetry", """{"values":{"power":1}}"""u8.ToArray(), stop: Stop);
        var ledger = await hub.SettledAsync(Stop);

        var dead = Assert.Single((await hub.GetAsync("deadletters", Stop))["items"]!.AsArray());
        Assert.Equal("port-1", (string?)dead!["device"]);
        Assert.NotEqual("", (string?)dead["reason"]);
        Assert.Equal(1, (long)ledger["deadLettered"]!);
        Assert.Equal(1, (long)ledger["decoded"]!);
        Assert.True((bool)ledger["balanced"]!);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0L)]
    [InlineData(4_070_908_800_000L)]
    public async Task A_stamp_of_another_age_is_replaced_by_arrival(long stamp)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("port-1", "chargerPort", Place));
        await using var client = await hub.ClientAsync();
        var before = TestHub.Real.GetUtcNow().ToUnixTimeMilliseconds();

        await client.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$$"""{"ts":{{{stamp}}},"values":{"power":7}}"""), stop: Stop);
        await hub.SettledAsync(Stop);

        var series = await hub.GetAsync($"readings?device=port-1&channel=power&from={before - 1000}&to={before + 600_000}", Stop);
        Assert.Equal(7, (int)Assert.Single(series["items"]!.AsArray())!["value"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repeated_number_is_counted_and_stored_once()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("port-1", "chargerPort", Place));
        await using var client = await hub.ClientAsync();
        var now = TestHub.Real.GetUtcNow().ToUnixTimeMilliseconds();
        var body = Encoding.UTF8.GetBytes($$$"""{"ts":{{{now}}},"seq":17,"values":{"power":7}}""");

        for (var i = 0; i < 3; i++) await client.PublishAsync("hub/v1/port-1/telemetry", body, stop: Stop);
        var ledger = await hub.SettledAsync(Stop);

        Assert.Equal(2, (long)ledger["duplicates"]!);
        Assert.Equal(1, (long)ledger["stored"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_device_is_kept_aside_until_somebody_registers_it()
    {
        await using var hub = await TestHub.StartAsync();
        await using var client = await hub.ClientAsync();

        await client.PublishAsync("hub/v1/nobody/telemetry", """{"values":{"power":7}}"""u8.ToArray(), stop: Stop);
        await hub.SettledAsync(Stop);

        var dead = Assert.Single((await hub.GetAsync("deadletters", Stop))["items"]!.AsArray());
        Assert.Equal("unknown-device", (string?)dead!["reason"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_device_may_be_refused_at_the_door()
    {
        await using var hub = await TestHub.StartAsync(settings: ("Hub:Ingest:UnknownDevices", "reject"));
        await using var client = await hub.ClientAsync();

        var answer = await client.PublishAsync("hub/v1/nobody/telemetry", """{"values":{"power":7}}"""u8.ToArray(), stop: Stop);
        var ledger = await hub.SettledAsync(Stop);

        Assert.Equal(ReasonCode.NotAuthorized, answer);
        Assert.Equal(1, (long)ledger["rejected"]!["unknown-device"]!);
        Assert.Equal(0, (long)ledger["journalled"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task Garbage_on_the_port_ends_that_connection_and_no_other()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.RegisterAsync(("port-1", "chargerPort", Place));
        await using var client = await hub.ClientAsync();
        using var garbage = new TcpClient("127.0.0.1", hub.MqttPort);
        await garbage.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: hub\r\n\r\n"u8.ToArray(), Stop);

        var end = await garbage.GetStream().ReadAsync(new byte[16], Stop);
        var answer = await client.PublishAsync("hub/v1/port-1/telemetry", """{"values":{"power":7}}"""u8.ToArray(), stop: Stop);

        Assert.Equal(0, end);
        Assert.True((byte)answer < 0x80);
        Assert.True((bool)(await hub.SettledAsync(Stop))["balanced"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disk_that_is_nearly_full_refuses_instead_of_losing()
    {
        // The reserve is larger than any disk, so the journal is full from the start.
        await using var hub = await TestHub.StartAsync(settings: ("Hub:Journal:ReserveBytes", (1L << 40).ToString()));
        await hub.RegisterAsync(("port-1", "chargerPort", Place));
        await using var client = await hub.ClientAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), TestHub.Real);

        await Assert.ThrowsAnyAsync<Exception>(async () => await client.PublishAsync("hub/v1/port-1/telemetry", """{"values":{"power":7}}"""u8.ToArray(), stop: patience.Token).AsTask().WaitAsync(patience.Token));

        var ledger = await hub.GetAsync("ledger", Stop);
        Assert.Equal(0, (long)ledger["journalled"]!);
        Assert.True((long)ledger["rejected"]!["journal-full"]! > 0);
        Assert.True((bool)ledger["balanced"]!);
        Assert.NotNull(hub.Inside.Fault());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_in_use_is_named_with_its_key()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        var fault = await Assert.ThrowsAsync<StartException>(() => TestHub.StartAsync(settings: ("Hub:Mqtt:Port", port.ToString())));

        Assert.Contains($"Hub:Mqtt:Port {port} is in use", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_data_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(TestHub.NewFolder(), "a-file");
        await File.WriteAllTextAsync(file, "", Stop);

        var fault = await Assert.ThrowsAsync<StartException>(() => TestHub.StartAsync(folder: Path.Combine(file, "data")));

        Assert.Contains("Hub:DataDir", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_data_folder_belongs_to_one_hub_at_a_time()
    {
        await using var hub = await TestHub.StartAsync();

        var fault = await Assert.ThrowsAsync<StartException>(() => TestHub.StartAsync(folder: hub.Folder));

        Assert.Contains("in use by another hub", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_broken_rule_pack_stops_the_start_and_names_file_and_line()
    {
        var rules = TestHub.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(rules, "broken.yaml"), "pack: x\nrules:\n  - id: A\n    kondition: power > 1\n", Stop);

        var fault = await Assert.ThrowsAsync<StartException>(() => TestHub.StartAsync(settings: ("Hub:Rules:Directory", rules)));

        Assert.Contains("broken.yaml", fault.Message, StringComparison.Ordinal);
    }
}
