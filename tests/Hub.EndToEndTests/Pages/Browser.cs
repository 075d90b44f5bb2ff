using Microsoft.Playwright;

namespace Hub.EndToEndTests.Pages;

/// <summary>One Chromium for all page tests. Absent, or without built pages, every test says so and is skipped.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? playwright;
    private IBrowser? chromium;

    /// <summary>Why no page can be shown here; empty when it can.</summary>
    public string Missing { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var pages = Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html");
        var program = Environment.GetEnvironmentVariable("HUB_TEST_CHROMIUM") is { Length: > 0 } named ? named : places.FirstOrDefault(File.Exists);
        if (!File.Exists(pages))
            Missing = $"the pages are not built ({pages} is missing): build without -p:SkipWeb=true";
        else if (program is null || !File.Exists(program))
            Missing = $"no browser found ({string.Join(", ", places)}): install Chromium, or name one in HUB_TEST_CHROMIUM";
        if (Missing.Length > 0) return;

        Assertions.SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Headless = true,
            Args =
            [
                "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }

    /// <summary>A screen with storage and cookies of its own.</summary>
    /// <param name="language">What the browser asks for; null asks for a language the pages do not speak.</param>
    public async Task<Screen> ScreenAsync(string? language = null)
    {
        Assert.SkipWhen(Missing.Length > 0, Missing);
        var context = await chromium!.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = language ?? "de-DE",
            ViewportSize = new ViewportSize { Width = 1366, Height = 768 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(30_000);
        return new Screen(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        playwright?.Dispose();
    }
}
