using System.Net;
using System.Net.Http.Json;
using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Tests.Dashboard;

public sealed class SignInTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_without_sign_in_is_answered_with_a_401_problem_and_no_redirect()
    {
        await using var site = await Site.StartAsync();
        var answer = await site.Stranger().GetAsync("/api/v1/cases", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("not-signed-in", (string)(await answer.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task A_person_signs_in_with_a_password_and_the_cookie_carries_them_on()
    {
        await using var site = await Site.StartAsync();
        await AddAsync(site, "wang", "correct horse", Roles.Dispatcher);
        var answer = await site.Stranger().PostAsJsonAsync("/api/v1/session", new { name = "wang", password = "correct horse" }, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);

        var who = await WithCookie(site, cookie).JsonAsync("/api/v1/session");
        Assert.Equal("wang", (string)who["id"]!);
        Assert.Equal("Dispatcher", (string)who["roles"]![0]!);
    }

    [Fact]
    public async Task A_disabled_account_loses_its_session()
    {
        await using var site = await Site.StartAsync();
        var account = await AddAsync(site, "wang", "correct horse", Roles.Dispatcher);
        var cookie = await SignInAsync(site, "wang", "correct horse");
        await site.Accounts.SaveAccountAsync(account with { Disabled = true }, Cancel);
        site.Time.Advance(TimeSpan.FromSeconds(6));
        var answer = await WithCookie(site, cookie).GetAsync("/api/v1/session", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_new_password_ends_the_sessions_made_with_the_old_one()
    {
        await using var site = await Site.StartAsync();
        var account = await AddAsync(site, "wang", "correct horse", Roles.Dispatcher);
        var cookie = await SignInAsync(site, "wang", "correct horse");
        await site.Accounts.SaveAccountAsync(account with { PasswordHash = PasswordHash.Create("another", 1_000) }, Cancel);
        site.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithCookie(site, cookie).GetAsync("/api/v1/session", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("wang", "wrong")]
    [InlineData("nobody", "correct horse")]
    public async Task A_wrong_name_and_a_wrong_password_get_the_same_answer(string name, string password)
    {
        await using var site = await Site.StartAsync();
        await AddAsync(site, "wang", "correct horse", Roles.Dispatcher);
        var answer = await site.Stranger().PostAsJsonAsync("/api/v1/session", new { name, password }, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("wrong-password", (string)(await answer.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task Guessing_is_slowed_and_the_right_password_works_after_the_wait()
    {
        await using var site = await Site.StartAsync();
        await AddAsync(site, "wang", "correct horse", Roles.Dispatcher);
        var client = site.Stranger();
        for (var i = 0; i < 5; i++) await client.PostAsJsonAsync("/api/v1/session", new { name = "wang", password = "guess" + i }, Cancel);
        var refused = await client.PostAsJsonAsync("/api/v1/session", new { name = "wang", password = "correct horse" }, Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(2, refused.Headers.RetryAfter?.Delta?.TotalSeconds);

        site.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync("/api/v1/session", new { name = "wang", password = "correct horse" }, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_token_serves_until_it_is_revoked_or_expires()
    {
        await using var site = await Site.StartAsync();
        var client = site.ClientAs(Roles.Viewer);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/cases", Cancel)).StatusCode);

        site.Accounts.Tokens[0] = site.Accounts.Tokens[0] with { ExpiresAtMs = site.Time.GetUtcNow().AddSeconds(30).ToUnixTimeMilliseconds() };
        site.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/cases", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_token_without_roles_opens_nothing()
    {
        await using var site = await Site.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.ClientAs().GetAsync("/api/v1/cases", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_token_in_the_address_counts_for_the_live_channel_only()
    {
        await using var site = await Site.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Stranger().GetAsync("/api/v1/cases?access_token=" + Site.AdminToken, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_sign_in_link_sets_the_cookie_and_leads_to_the_page_without_the_token()
    {
        await using var site = await Site.StartAsync();
        var answer = await site.Stranger().GetAsync("/cases/1?lang=en&token=" + Site.AdminToken, Cancel);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/cases/1?lang=en", answer.Headers.Location?.ToString());
        var who = await WithCookie(site, Assert.Single(answer.Headers.GetValues("Set-Cookie"))).JsonAsync("/api/v1/session");
        Assert.Equal("token:bootstrap", (string)who["id"]!);
    }

    [Fact]
    public async Task A_sign_in_link_with_a_wrong_token_sets_no_cookie()
    {
        await using var site = await Site.StartAsync();
        var answer = await site.Stranger().GetAsync("/?token=made-up", Cancel);
        Assert.Equal("/", answer.Headers.Location?.ToString());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://localhost", HttpStatusCode.NoContent)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.NoContent)]
    [InlineData("Accept", "*/*", HttpStatusCode.Forbidden)]
    public async Task An_unsafe_call_by_cookie_must_come_from_our_own_pages(string header, string value, HttpStatusCode expected)
    {
        await using var site = await Site.StartAsync();
        await AddAsync(site, "wang", "correct horse", Roles.Dispatcher);
        var client = WithCookie(site, await SignInAsync(site, "wang", "correct horse"));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/session");
        request.Headers.Add(header, value);
        Assert.Equal(expected, (await client.SendAsync(request, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Signing_in_stands_in_the_audit_whether_it_worked_or_not()
    {
        await using var site = await Site.StartAsync();
        await AddAsync(site, "wang", "correct horse", Roles.Dispatcher);
        await site.Stranger().PostAsJsonAsync("/api/v1/session", new { name = "wang", password = "wrong" }, Cancel);
        await SignInAsync(site, "wang", "correct horse");
        Assert.Equal(["401", "200"], site.Accounts.Entries.Select(e => e.Detail));
        Assert.All(site.Accounts.Entries, e => Assert.Equal("wang", e.Actor));
        Assert.DoesNotContain(site.Accounts.Entries, e => e.ToString().Contains("horse", StringComparison.Ordinal));
    }

    private static async Task<Account> AddAsync(Site site, string id, string password, params string[] roles)
    {
        var account = new Account(id, "王", PasswordHash.Create(password, 1_000), roles, []);
        await site.Accounts.SaveAccountAsync(account, Cancel);
        return account;
    }

    private static async Task<string> SignInAsync(Site site, string name, string password)
    {
        var answer = await site.Stranger().PostAsJsonAsync("/api/v1/session", new { name, password }, Cancel);
        return Assert.Single(answer.Headers.GetValues("Set-Cookie"));
    }

    private static HttpClient WithCookie(Site site, string cookie)
    {
        var client = site.Stranger();
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        return client;
    }
}
