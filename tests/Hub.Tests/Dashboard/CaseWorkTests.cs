using System.Net;
using System.Net.Http.Json;
using System.Text;
using Hub.Core.Ports;

namespace Hub.Tests.Dashboard;

public sealed class CaseWorkTests
{
    private static readonly byte[] png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 1, 2, 3, 4];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_becomes_a_case_on_a_connected_screen_and_a_person_accepts_it()
    {
        await using var desk = await DeskSite.StartAsync();
        var property = desk.Site.ClientAs(Roles.PropertyOperator);
        await using var live = await desk.Site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        await desk.AlertAsync(1);
        Assert.True(await items.MoveNextAsync());
        var id = (string)items.Current["caseId"]!;

        var actions = (await property.JsonAsync($"/api/v1/cases/{id}/actions"))["items"]!.AsArray();
        Assert.Contains("accept", actions.Select(a => (string)a!["action"]!));
        var answer = await property.PostAsJsonAsync($"/api/v1/cases/{id}/transitions", new { action = "accept" }, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Accepted", (string)(await answer.JsonAsync())["state"]!);
        while ((string)items.Current["kind"]! != "accepted") Assert.True(await items.MoveNextAsync());
        Assert.Contains(desk.Site.Accounts.Entries, e => e is { Action: "POST /api/v1/cases/{id}/transitions", Detail: "200 accept", Post: "PropertyOperator" });
    }

    [Fact]
    public async Task A_step_the_state_does_not_allow_is_a_conflict_that_names_what_is_allowed()
    {
        await using var desk = await DeskSite.StartAsync();
        await desk.AlertAsync(1);
        var client = desk.Site.Client();
        var id = (string)(await client.JsonAsync("/api/v1/cases"))["items"]![0]!["id"]!;
        var answer = await client.PostAsJsonAsync($"/api/v1/cases/{id}/transitions", new { action = "rate", rating = 5 }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var problem = await answer.JsonAsync();
        Assert.Equal("illegal-transition", (string)problem["code"]!);
        Assert.Contains("accept", problem["allowed"]!.AsArray().Select(a => (string)a!));
    }

    [Fact]
    public async Task A_step_on_a_case_that_moved_on_is_refused_as_outdated()
    {
        await using var desk = await DeskSite.StartAsync();
        await desk.AlertAsync(1);
        var client = desk.Site.Client();
        var id = (string)(await client.JsonAsync("/api/v1/cases"))["items"]![0]!["id"]!;
        var answer = await client.PostAsJsonAsync($"/api/v1/cases/{id}/transitions", new { action = "accept", expectedVersion = 1 }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("outdated", (string)(await answer.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task A_step_without_its_reason_is_named_incomplete()
    {
        await using var desk = await DeskSite.StartAsync();
        await desk.AlertAsync(1);
        var client = desk.Site.Client();
        var id = (string)(await client.JsonAsync("/api/v1/cases"))["items"]![0]!["id"]!;
        var answer = await client.PostAsJsonAsync($"/api/v1/cases/{id}/transitions", new { action = "return" }, Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task A_person_reports_what_no_sensor_sees()
    {
        await using var desk = await DeskSite.StartAsync();
        var answer = await desk.Site.ClientAs(Roles.GridWorker).PostAsJsonAsync(
            "/api/v1/cases",
            new { type = "PiledGoods", severity = "P3", place = "leshan/estate-3/building-07/stairwell-2", note = "纸箱堆在楼道", evidence = new[] { new { kind = "photo", @ref = "phone/1" } } },
            Cancel);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("Reported", (string)(await answer.JsonAsync())["state"]!);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Site.ClientAs(Roles.Viewer).PostAsJsonAsync("/api/v1/cases", new { type = "PiledGoods" }, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_photo_is_kept_by_its_hash_and_fetched_again()
    {
        await using var desk = await DeskSite.StartAsync();
        await desk.AlertAsync(1);
        var client = desk.Site.Client();
        var id = (string)(await client.JsonAsync("/api/v1/cases"))["items"]![0]!["id"]!;
        var added = await client.PostAsync($"/api/v1/cases/{id}/evidence", Form(png, "photoBefore"), Cancel);
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        var item = await added.JsonAsync();
        Assert.Equal("photoBefore", (string)item["kind"]!);
        var fetched = await client.GetAsync((string)item["url"]!, Cancel);
        Assert.Equal("image/png", fetched.Content.Headers.ContentType?.MediaType);
        Assert.Equal(png, await fetched.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Single((await client.JsonAsync($"/api/v1/cases/{id}/evidence"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_page_dressed_up_as_a_photo_is_refused()
    {
        await using var desk = await DeskSite.StartAsync();
        await desk.AlertAsync(1);
        var client = desk.Site.Client();
        var id = (string)(await client.JsonAsync("/api/v1/cases"))["items"]![0]!["id"]!;
        var answer = await client.PostAsync($"/api/v1/cases/{id}/evidence", Form("<script>alert(1)</script>"u8.ToArray(), "photo"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("file", (string)(await answer.JsonAsync())["faults"]![0]!["name"]!);
    }

    [Fact]
    public async Task The_month_adds_up()
    {
        await using var desk = await DeskSite.StartAsync();
        await desk.AlertAsync(1);
        await desk.AlertAsync(2, place: "leshan/estate-4/shed-1");
        await desk.AlertAsync(3, "FireLaneBlocked");
        var report = await desk.Site.Client().JsonAsync("/api/v1/reports/monthly?month=2026-11");
        Assert.Equal(3, (int)report["total"]!["reported"]!);
        Assert.Equal(3, report["byType"]!.AsArray().Sum(r => (int)r!["reported"]!));
    }

    [Fact]
    public async Task Devices_places_and_grids_are_registered_together_or_not_at_all()
    {
        await using var site = await Site.StartAsync();
        var good = """{"devices":[{"id":"d1","kind":"smokeAlarm","place":"leshan/estate-1","password":"secret"}],"places":[{"id":"leshan/estate-1","titleZh":"一号","longitude":103.7,"latitude":29.5}],"grids":[{"code":"g","titleZh":"格","level":1}]}""";
        var answer = await site.Client().PostAsync("/api/v1/devices/import", Json(good), Cancel);
        Assert.Equal("""{"devices":1,"places":1,"grids":1,"plan":false}""", (await answer.JsonAsync()).ToJsonString());
        Assert.StartsWith("pbkdf2$", site.Directory.Registered[0].CredentialHash);

        var bad = """[{"id":"d2","kind":"smokeAlarm"},{"id":"no spaces please","kind":"smokeAlarm","longitude":999}]""";
        var refused = await site.Client().PostAsync("/api/v1/devices/import", Json(bad), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(["devices[1].id", "devices[1].longitude"], (await refused.JsonAsync())["faults"]!.AsArray().Select(f => (string)f!["name"]!));
        Assert.Single(site.Directory.Registered);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.ClientAs(Roles.ShiftLeader).PostAsync("/api/v1/devices/import", Json(good), Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("""{"devices":""")]
    [InlineData("\"text\"")]
    [InlineData("""{"gadgets":[]}""")]
    [InlineData("""{"plan":{"type":"Point"}}""")]
    [InlineData("""{"grids":[{"code":"g","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}}]}""")]
    public async Task A_malformed_import_is_refused_with_a_reason(string body)
    {
        await using var site = await Site.StartAsync();
        var answer = await site.Client().PostAsync("/api/v1/devices/import", Json(body), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEmpty((await answer.JsonAsync())["faults"]!.AsArray());
    }

    [Fact]
    public async Task A_body_beyond_the_limit_or_of_another_type_is_a_problem_document()
    {
        await using var desk = await DeskSite.StartAsync();
        var answer = await desk.Site.Client().PostAsync("/api/v1/cases", new StringContent("type=x", Encoding.UTF8, "text/plain"), Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var broken = await desk.Site.Client().PostAsync("/api/v1/cases", Json("{\"severity\":\"P7\"}"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.Equal("application/problem+json", broken.Content.Headers.ContentType?.MediaType);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static MultipartFormDataContent Form(byte[] bytes, string kind) => new() { { new ByteArrayContent(bytes), "file", "photo.png" }, { new StringContent(kind), "kind" } };
}
