using System.Text.RegularExpressions;
using Hub.EndToEndTests.Support;
using Hub.Mqtt;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.EndToEndTests.Pages;

/// <summary>What the person at the screen sees, in a real browser against a whole hub.</summary>
public sealed partial class PageTests(Browser browser) : IClassFixture<Browser>
{
    private const int Deadline = 90_000;
    private const string Flat = "leshan/estate-1/building-01/stairwell-1/flat-101";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Deadline)]
    public async Task A_sign_in_link_opens_the_wall_in_Chinese_and_keeps_no_token()
    {
        await using var screen = await browser.ScreenAsync();
        await using var hub = await HubWithSmokeAlarmAsync();

        await screen.OpenAsync(hub);

        await Expect(screen.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await Expect(screen.Page).ToHaveTitleAsync("社区物联感知与告警中枢 · Hub");
        await Expect(screen.Page.GetByText("账平")).ToBeVisibleAsync();
        await Expect(screen.Page.Locator(".line-state.live")).ToBeVisibleAsync();
        Assert.DoesNotContain("token", screen.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(TestHub.Token, await screen.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Deadline)]
    public async Task A_browser_that_asks_for_English_gets_English()
    {
        await using var screen = await browser.ScreenAsync("en-GB");
        await using var hub = await HubWithSmokeAlarmAsync();

        await screen.OpenAsync(hub, "/devices");

        await Expect(screen.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(screen.Page.GetByRole(AriaRole.Link, new() { Name = "smoke-101" })).ToBeVisibleAsync();
        Assert.DoesNotMatch(Chinese(), (await screen.Page.Locator("main").InnerTextAsync()).Replace("中文", "", StringComparison.Ordinal));
    }

    [Fact(Timeout = Deadline)]
    public async Task Nobody_sees_anything_without_signing_in()
    {
        await using var screen = await browser.ScreenAsync();
        await using var hub = await HubWithSmokeAlarmAsync();

        await screen.Page.GotoAsync(new Uri(hub.Http, "/devices").AbsoluteUri);

        await Expect(screen.Page.GetByLabel("用户名")).ToBeVisibleAsync();
        await Expect(screen.Page.GetByText("smoke-101")).ToHaveCountAsync(0);
    }

    [Fact(Timeout = Deadline)]
    public async Task A_smoke_alarm_appears_on_the_open_wall_by_itself()
    {
        await using var screen = await browser.ScreenAsync();
        await using var hub = await HubWithSmokeAlarmAsync();
        await screen.OpenAsync(hub);
        await Expect(screen.Page.Locator(".line-state.live")).ToBeVisibleAsync();
        await screen.Page.EvaluateAsync("window.stillTheSamePage = true");

        await SoundAsync(hub);

        await Expect(screen.Page.Locator("a.big.P1")).ToContainTextAsync("烟雾火情（疑似）");
        await Expect(screen.Page.Locator("a.big.P1")).ToHaveClassAsync(new Regex("waiting"));
        Assert.True(await screen.Page.EvaluateAsync<bool>("window.stillTheSamePage"));
    }

    [Fact(Timeout = Deadline)]
    public async Task A_case_is_accepted_at_its_page_and_the_wall_falls_silent()
    {
        await using var screen = await browser.ScreenAsync();
        await using var hub = await HubWithSmokeAlarmAsync();
        await SoundAsync(hub);
        await screen.OpenAsync(hub);
        await screen.Page.Locator("a.big.P1").ClickAsync();
        await Expect(screen.Page.Locator(".timeline li").First).ToBeVisibleAsync();
        await Expect(screen.Page.GetByText("为什么成案")).ToBeVisibleAsync();

        await screen.Page.Locator(".actions-box").GetByRole(AriaRole.Button, new() { NameRegex = new Regex(@"^签\s*收$") }).ClickAsync();

        await Expect(screen.Page.Locator(".case-head .steps")).ToContainTextAsync("已签收");
        await Expect(screen.Page.Locator(".timeline")).ToContainTextAsync("签收");
        var found = Assert.Single(await hub.CasesAsync(Stop));
        Assert.Equal("Accepted", (string?)found["state"]);
        await screen.Page.GetByRole(AriaRole.Link, new() { Name = "大屏" }).ClickAsync();
        await Expect(screen.Page.Locator("a.big.P1")).ToBeVisibleAsync();
        await Expect(screen.Page.Locator("a.big.P1.waiting")).ToHaveCountAsync(0);
    }

    [Fact(Timeout = Deadline)]
    public async Task A_screen_whose_hub_is_gone_says_that_its_picture_is_old()
    {
        await using var screen = await browser.ScreenAsync();
        var folder = TestHub.NewFolder();
        var hub = await HubWithSmokeAlarmAsync(folder);
        await screen.OpenAsync(hub);
        await Expect(screen.Page.Locator(".line-state.live")).ToBeVisibleAsync();

        await hub.DisposeAsync();

        await Expect(screen.Page.Locator(".banner")).ToContainTextAsync("连接中断");
        await Expect(screen.Page.Locator("main.wall.stale")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Deadline)]
    public async Task No_page_complains_or_asks_another_server_for_anything()
    {
        await using var screen = await browser.ScreenAsync();
        await using var hub = await HubWithSmokeAlarmAsync();
        await SoundAsync(hub);
        var found = Assert.Single(await hub.CasesAsync(Stop));
        await screen.OpenAsync(hub);
        await Expect(screen.Page.Locator("a.big.P1")).ToBeVisibleAsync();

        foreach (var path in new[] { "/cases", $"/cases/{found["id"]}", "/devices", "/devices/smoke-101", "/rules", "/rules/A5-fire", "/trial", "/suppressions", "/deadletters", "/ledger", "/reports", "/about" })
        {
            await screen.Page.GotoAsync(new Uri(hub.Http, path).AbsoluteUri);
            await Expect(screen.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await screen.Page.WaitForLoadStateAsync(LoadState.Load);
        }

        Assert.Empty(screen.Complaints);
        Assert.All(screen.Requests.Where(r => r.Scheme is not ("data" or "blob")), r => Assert.Equal(hub.Http.Authority, r.Authority));
        Assert.Contains(screen.Requests, r => r.Scheme == "ws");
    }

    private static async Task<TestHub> HubWithSmokeAlarmAsync(string? folder = null)
    {
        var hub = await TestHub.StartAsync(folder);
        await hub.RegisterAsync(("smoke-101", "smokeAlarm", Flat));
        return hub;
    }

    private static async Task SoundAsync(TestHub hub)
    {
        await using var client = await hub.ClientAsync();
        await client.PublishAsync("hub/v1/smoke-101/event", """{"type":"smoke"}"""u8.ToArray(), Qos.AtLeastOnce, stop: Stop);
        await hub.SettledAsync(Stop);
    }

    [GeneratedRegex(@"[\u4e00-\u9fff]+")]
    private static partial Regex Chinese();
}
