using System.Text.RegularExpressions;
using Hub.EndToEndTests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hub.EndToEndTests.Pages;

/// <summary>Changing a rule in the browser: faults, a run over the past, and into force.</summary>
public sealed class TrialPageTests(Browser browser) : IClassFixture<Browser>
{
    private const string Pack = "a03-battery-thermal.yaml";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_rule_is_changed_mended_tried_and_put_in_force_on_one_page()
    {
        await using var screen = await browser.ScreenAsync("en-GB");
        var rules = Directory.CreateTempSubdirectory("hub-rules-").FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "rules"), "*.yaml")) File.Copy(file, Path.Combine(rules, Path.GetFileName(file)));
        await using var hub = await TestHub.StartAsync(settings: ("Hub:Rules:Directory", rules));
        await hub.RegisterAsync(("e1-s1-p01", "chargerPort", "leshan/estate-1/shed-1/bay-01"));
        await hub.SettledAsync(Stop);
        var text = Regex.Replace(await File.ReadAllTextAsync(Path.Combine(rules, Pack), Stop), "version: .*", "version: 9.0.0");
        var page = screen.Page;

        await screen.OpenAsync(hub);
        await Expect(page.Locator(".line-state.live")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(hub.Http, "/trial?rule=A3-port-thermal").AbsoluteUri);
        var editor = page.GetByLabel(Pack);
        await editor.FillAsync(text.Replace("warm: 60 °C", "warm: 55", StringComparison.Ordinal));
        await Expect(page.Locator(".trial-faults li").First).ToContainTextAsync(Pack + ":");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run" })).ToBeDisabledAsync();

        await editor.FillAsync(text.Replace("warm: 60 °C", "warm: 55 °C", StringComparison.Ordinal));
        await Expect(page.GetByText("No faults.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Expect(page.GetByText("No difference")).ToBeVisibleAsync(); // nothing has happened yet in this hub
        await Expect(page.Locator("tr.changed").First).ToContainTextAsync(" → 9.0.0");

        await page.GetByRole(AriaRole.Button, new() { Name = "Put in force" }).ClickAsync();
        await page.GetByPlaceholder("Why (goes into the audit)").FillAsync("warm ports sooner");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Put in force" }).ClickAsync();

        await Expect(page.GetByText("The rules changed since this trial; try again.")).ToBeVisibleAsync();
        Assert.Equal("9.0.0", (string)(await hub.GetAsync("rules/A3-port-thermal", Stop))["version"]!);
        Assert.Empty(screen.Complaints);
        Directory.Delete(rules, recursive: true);
    }
}
