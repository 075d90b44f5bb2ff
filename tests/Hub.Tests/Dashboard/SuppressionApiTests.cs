using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Sqlite;
using Hub.Core.Ports;
using Hub.Road;
using Hub.Tests.Ingest;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Tests.Dashboard;

/// <summary>Over the real desk, journal and database.</summary>
public sealed class SuppressionApiTests : IAsyncLifetime
{
    private readonly Door door = new();
    private readonly string folder = Directory.CreateTempSubdirectory("hub-suppress-").FullName;
    private HubDatabase database = null!;
    private SuppressionDesk desk = null!;
    private Site site = null!;
    private HttpClient client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await HubDatabase.OpenAsync(Path.Combine(folder, "hub.db"), door.Clock);
        desk = new SuppressionDesk(new SqliteSuppressionStore(database), door.Clock, () => [new HeldAlert("A17-device-outage", "DeviceOutage", Core.Severity.P4, "leshan", "d", 5, "s-1")]);
        await desk.BeginAsync(new TickSource(door.Ticks, door.Clock, NullLogger<TickSource>.Instance), Stop);
        site = await Site.StartAsync(add: (services, _, _) => services.AddSingleton<ISuppressionDesk>(desk));
        site.Directory.Add("lamp-1", "smokeAlarm", "leshan/estate-1/building-01");
        client = site.Client(Site.AdminToken);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await site.DisposeAsync();
        desk.Dispose();
        await database.DisposeAsync();
        await door.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_window_is_made_listed_told_to_every_lane_and_ended()
    {
        var made = await PostAsync(new { kind = "maintenance", owner = "Wang", reason = "lift works", to = Later(60), place = "leshan/estate-1", types = new[] { "DeviceOutage" } }, HttpStatusCode.Created);
        var id = (string)made["id"]!;
        Assert.Equal("active", (string)made["state"]!);
        Assert.NotEmpty((string)made["by"]!);
        Assert.Single((await ListAsync("?state=active"))!);
        Assert.Equal(2, Directives());

        var ended = await client.PostAsync($"/api/v1/suppressions/{id}/end", null, Stop);
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Empty((await ListAsync("?state=active"))!);
        Assert.Equal("over", (string)(await ListAsync(""))![0]!["state"]!);
        Assert.Equal(3, Directives());
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/v1/suppressions/{id}/end", null, Stop)).StatusCode);
        Assert.Contains(site.Accounts.Entries, e => e.Detail.Contains("lift works", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_held_back_is_shown() =>
        Assert.Equal("DeviceOutage", (string)(await client.GetFromJsonAsync<JsonNode>("/api/v1/suppressions/held", Stop))!["items"]![0]!["type"]!);

    [Theory]
    [InlineData("""{"kind":"mute","owner":"a","reason":"b","place":"leshan"}""", "kind", "to")]
    [InlineData("""{"kind":"silence","place":"leshan/estate-1"}""", "owner", "reason", "to")]
    [InlineData("""{"kind":"silence","owner":"a","reason":"b","to":"2030-01-01T00:00:00Z","types":["Tamper"]}""", "to")]
    [InlineData("""{"kind":"silence","owner":"a","reason":"b","to":"2020-01-01T00:00:00Z","types":["Tamper"]}""", "to")]
    [InlineData("""{"kind":"silence","owner":"a","reason":"b","to":"2026-11-22T01:00:00Z"}""", "place")]
    [InlineData("""{"kind":"silence","owner":"a","reason":"b","to":"2026-11-22T01:00:00Z","place":"nowhere","devices":["ghost"],"types":["Tampr"],"rules":["A99"],"kinds":["toaster"]}""", "place", "devices", "types", "rules", "kinds")]
    [InlineData("""{"kind":"inhibitor","owner":"a","reason":"b","to":"2026-11-22T01:00:00Z","types":["Tamper"]}""", "while")]
    [InlineData("""{"kind":"test","owner":"a","reason":"b","to":"2026-11-22T01:00:00Z","types":["Tamper"],"while":["DeviceOutage"],"whileLevel":"moon"}""", "while", "whileLevel")]
    public async Task What_is_wrong_is_named_all_at_once(string body, params string[] faults)
    {
        var answer = await client.PostAsync("/api/v1/suppressions", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!;
        Assert.Equal(faults.Order(), problem["faults"]!.AsArray().Select(f => (string)f!["name"]!).Order());
        Assert.Equal(1, Directives());
    }

    [Fact]
    public async Task Who_only_looks_may_not_hold_anything_back()
    {
        using var looker = site.ClientAs(Roles.PropertyOperator);
        Assert.Equal(HttpStatusCode.Forbidden, (await looker.PostAsJsonAsync("/api/v1/suppressions", new { kind = "silence" }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await looker.GetAsync("/api/v1/suppressions", Stop)).StatusCode);
    }

    private string Later(int minutes) => site.Time.GetUtcNow().AddMinutes(minutes).ToString("O");

    private int Directives()
    {
        using var reader = door.Reader(0);
        return Door.Items(reader).Count(i => i == "directive Suppressions");
    }

    private async Task<JsonArray?> ListAsync(string query) => (await client.GetFromJsonAsync<JsonNode>("/api/v1/suppressions" + query, Stop))!["items"]!.AsArray();

    private async Task<JsonNode> PostAsync(object body, HttpStatusCode expected)
    {
        var answer = await client.PostAsJsonAsync("/api/v1/suppressions", body, Stop);
        Assert.Equal(expected, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!;
    }
}
