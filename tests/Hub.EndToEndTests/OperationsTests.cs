using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Sqlite;
using Hub.AdapterTests.Support;
using Hub.Backups;
using Hub.Commands;
using Hub.Core.Devices;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;
using Hub.Road;

namespace Hub.EndToEndTests;

/// <summary>What an operator does to a hub that runs.</summary>
public sealed class OperationsTests
{
    private const string Bay = "leshan/estate-1/shed-1/bay-01";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_unknown_device_sent_is_stored_once_somebody_registers_it()
    {
        await using var hub = await TestHub.StartAsync(settings: ("Hub:Ingest:UnknownDevices", "quarantine"));
        await using var client = await hub.ClientAsync();
        foreach (var power in new[] { 11, 12, 13 }) await client.PublishAsync("hub/v1/port-7/telemetry", Encoding.UTF8.GetBytes($$"""{"power":{{power}}}"""), Qos.AtLeastOnce, stop: Stop);
        var before = await hub.SettledAsync(Stop);
        Assert.Equal((3, 0), ((long)before["deadLettered"]!, (long)before["readings"]!));
        var letters = (await hub.GetAsync("deadletters", Stop))["items"]!.AsArray();
        Assert.Equal(3, letters.Count);

        await RegisterAsACommandDoesAsync(hub, new DeviceRecord("port-7", "chargerPort", "", Bay));
        using var answer = await hub.Api.PostAsJsonAsync("deadletters/redecode", new { reason = (string?)letters[0]!["reason"] }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));

        var after = await hub.SettledAsync(Stop);
        Assert.Equal((6, 3, 3), ((long)after["received"]!, (long)after["deadLettered"]!, (long)after["decoded"]!));
        Assert.Equal(3, (long)after["stored"]!);
        Assert.Empty((await hub.GetAsync("deadletters", Stop))["items"]!.AsArray());
        var now = TestHub.Real.GetUtcNow();
        var stored = await hub.GetAsync($"readings?device=port-7&channel=power&from={now.AddHours(-1).ToUnixTimeMilliseconds()}&to={now.AddHours(1).ToUnixTimeMilliseconds()}", Stop);
        Assert.Equal([11, 12, 13], stored["items"]!.AsArray().Select(p => (double)p!["value"]!).Order());
    }

    [Fact]
    public async Task A_device_that_a_command_registers_is_known_to_the_running_hub()
    {
        await using var hub = await TestHub.StartAsync();
        Assert.Null(hub.Inside.Registry.Find("port-7"));

        await RegisterAsACommandDoesAsync(hub, new DeviceRecord("port-7", "chargerPort", "", Bay));

        Assert.Equal(Bay, hub.Inside.Registry.Find("port-7")!.Place.Id);
    }

    [Fact]
    public async Task A_backup_taken_under_load_restores_to_a_hub_with_a_balanced_ledger_and_every_message_sent_before()
    {
        var (backup, restored) = (TestHub.NewFolder(), TestHub.NewFolder());
        const int before = 500;
        await using (var hub = await TestHub.StartAsync())
        {
            await hub.RegisterAsync(("port-7", "chargerPort", Bay), ("smoke-101", "smokeAlarm", "leshan/estate-1/building-01/stairwell-1/flat-101"));
            await using var client = await hub.ClientAsync();
            await client.PublishAsync("hub/v1/smoke-101/event", """{"type":"smoke"}"""u8.ToArray(), Qos.AtLeastOnce, stop: Stop);
            await SendAsync(client, 0, before);
            await hub.SettledAsync(Stop);

            var sending = SendAsync(client, before, 2000);
            await new BackupWriter(hub.Folder, backup, TestHub.Real).WriteAsync((_, _) => { }, Stop);
            await sending;
        }

        await BackupReader.RestoreAsync(backup, restored, (_, _) => { }, Stop);
        Directory.Delete(backup, recursive: true);
        await using var second = await TestHub.StartAsync(restored);
        var ledger = await second.SettledAsync(Stop);

        Assert.True((bool)ledger["balanced"]!);
        Assert.InRange((long)ledger["received"]!, before + 1, before + 2001);
        Assert.Equal((long)ledger["readings"]!, (long)ledger["stored"]!);
        Assert.Equal("FireSuspected", (string?)Assert.Single(await second.CasesAsync(Stop))["type"]);
    }

    private static async Task SendAsync(MqttClient client, int from, int count)
    {
        var sent = Enumerable.Range(from, count).Select(i => client.PublishAsync("hub/v1/port-7/telemetry", Encoding.UTF8.GetBytes($$$"""{"seq":{{{i}}},"values":{"power":{{{i % 50}}}}}"""), Qos.AtLeastOnce, stop: Stop).AsTask());
        foreach (var answer in await Task.WhenAll(sent)) Assert.True((byte)answer < 0x80);
    }

    // As "hub device add" beside the running hub: another connection to the database, then the mark.
    private static async Task RegisterAsACommandDoesAsync(TestHub hub, DeviceRecord device)
    {
        await using (var database = await HubDatabase.OpenAsync(Path.Combine(hub.Folder, "hub.db"), TestHub.Real))
            await new SqliteRegistryStore(database).SaveDevicesAsync([device], Stop);
        Offline.TellRunningHub(TestHub.Settings(hub.Folder));
        await Patience.UntilAsync($"the hub to know {device.Id}", () => hub.Inside.Registry.Find(device.Id) is not null, Stop);
    }
}
