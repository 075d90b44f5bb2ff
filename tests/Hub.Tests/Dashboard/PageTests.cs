using System.Net;

namespace Hub.Tests.Dashboard;

public sealed class PageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Built_files_are_kept_for_ever_and_every_other_address_shows_the_application()
    {
        var root = Directory.CreateTempSubdirectory("hub-pages-").FullName;
        Directory.CreateDirectory(Path.Combine(root, "assets"));
        await File.WriteAllTextAsync(Path.Combine(root, "index.html"), "<title>hub</title>", Cancel);
        await File.WriteAllTextAsync(Path.Combine(root, "assets", "app-abc.js"), "1", Cancel);
        await using var site = await Site.StartAsync(o => o.WebRoot = root);
        var client = site.Stranger();

        var asset = await client.GetAsync("/assets/app-abc.js", Cancel);
        Assert.Contains("immutable", asset.Headers.CacheControl!.ToString());
        foreach (var address in new[] { "/", "/cases/20261122-ABCDE", "/index.html" })
        {
            var page = await client.GetAsync(address, Cancel);
            Assert.Equal("<title>hub</title>", await page.Content.ReadAsStringAsync(Cancel));
            Assert.Equal("no-cache", page.Headers.CacheControl!.ToString());
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/assets/gone.js", Cancel)).StatusCode);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_hub_without_pages_says_so_in_both_languages()
    {
        await using var site = await Site.StartAsync();
        var text = await site.Stranger().GetStringAsync("/", Cancel);
        Assert.Contains("页面尚未构建", text);
        Assert.Contains("not built", text);
    }

    [Theory]
    [InlineData("short", "Hub:Auth:BootstrapToken")]
    public async Task A_wrong_setting_names_the_key_the_value_and_what_is_allowed(string token, string key)
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => Site.StartAsync(o => o.BootstrapToken = token));
        Assert.Contains(key, fault.Message);
        Assert.Contains("allowed", fault.Message);
    }
}
