using System.Text;
using System.Text.RegularExpressions;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.EndToEndTests.Pages;

/// <summary>What people see of messages that could not be read and of a store in trouble.</summary>
public sealed partial class StoragePageTests(Browser browser) : IClassFixture<Browser>
{
    private const int Deadline = 90_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Deadline)]
    public async Task Dead_letters_are_filtered_decoded_again_and_deleted_on_their_page()
    {
        await using var screen = await browser.ScreenAsync("en-GB");
        await using var hub = await TestHub.StartAsync(settings: [("Hub:Ingest:UnknownDevices", "quarantine"), ("Hub:Mqtt:Limits:PacketBytes", "2097152")]);
        await hub.RegisterAsync(("port-1", "chargerPort", "leshan/estate-1/shed-1/bay-01"));
        await using (var client = await hub.ClientAsync())
        {
            for (var i = 0; i < 3; i++) await client.PublishAsync("hub/v1/port-9/telemetry", Encoding.UTF8.GetBytes($$"""{"power":{{i}}}"""), Qos.AtLeastOnce, stop: Stop);
            for (var i = 0; i < 2; i++) await client.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes($$"""{"power":{{i}} 电"""), Qos.AtLeastOnce, stop: Stop);
            await client.PublishAsync("hub/v1/port-1/telemetry", Encoding.UTF8.GetBytes(new string('x', 1_100_000)), Qos.AtLeastOnce, stop: Stop); // larger than a payload may be
        }

        await hub.SettledAsync(Stop);
        await hub.RegisterAsync(("port-9", "chargerPort", "leshan/estate-1/shed-1/bay-09"));
        await screen.OpenAsync(hub, "/deadletters");
        var rows = screen.Page.Locator("main table").First.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(5);
        await Expect(screen.Page.GetByText("Refused at the door")).ToBeVisibleAsync();
        await Shot(screen, "dead-letters");

        await screen.Page.GetByRole(AriaRole.Button, new() { NameRegex = Unknown() }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(3);
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Decode all again (3)" }).ClickAsync();
        await Expect(screen.Page.GetByText("None of this kind")).ToBeVisibleAsync();
        Assert.Equal(3, (long)(await hub.SettledAsync(Stop))["decoded"]!);

        await screen.Page.GotoAsync(new Uri(hub.Http, "/deadletters").AbsoluteUri);
        await Expect(rows).ToHaveCountAsync(2);
        await screen.Page.GetByLabel("Choose all shown").CheckAsync();
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Delete chosen (2)" }).ClickAsync();
        await Shot(screen, "dead-letters-delete");
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(screen.Page.GetByText("No dead letters")).ToBeVisibleAsync();

        Assert.Empty((await hub.GetAsync("deadletters", Stop))["items"]!.AsArray());
        Assert.Empty(screen.Complaints);
    }

    [Fact(Timeout = Deadline)]
    public async Task A_store_that_is_away_is_told_on_every_page()
    {
        await using var screen = await browser.ScreenAsync("zh-CN");
        await using var hub = await TestHub.StartAsync(settings: [("Hub:Readings:Store", "influxdb"), ("Hub:Readings:InfluxDb:Url", "http://127.0.0.1:9"), ("Hub:Ingest:UnknownDevices", "accept")]);
        await using (var client = await hub.ClientAsync()) await client.PublishAsync("hub/v1/port-1/telemetry", """{"power":1}"""u8.ToArray(), Qos.AtLeastOnce, stop: Stop);

        await screen.OpenAsync(hub, "/ledger");
        await Expect(screen.Page.Locator(".banner.bad")).ToContainTextAsync("读数库（influxdb）连不上");
        await Expect(screen.Page.Locator(".banner.bad")).ToContainTextAsync("规则与工单照常");
        await Shot(screen, "store-away");
        await screen.Page.GotoAsync(new Uri(hub.Http, "/devices").AbsoluteUri);
        await Expect(screen.Page.Locator(".banner.bad")).ToBeVisibleAsync();
    }

    // For people who want to look: HUB_TEST_PICTURES names a folder.
    private static async Task Shot(Screen screen, string name)
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_PICTURES") is { Length: > 0 } folder) await screen.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
    }

    [GeneratedRegex("Unknown device")]
    private static partial Regex Unknown();
}
