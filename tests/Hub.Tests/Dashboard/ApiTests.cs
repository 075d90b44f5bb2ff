using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hub.Core;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Tests.Dashboard;

public sealed class ApiTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_case_has_the_fields_of_the_contract()
    {
        await using var site = await Site.StartAsync();
        await site.Cases.AddAsync(Site.Case("c1"));
        var list = await site.Client().JsonAsync("/api/v1/cases?open=true");
        var c = list["items"]![0]!.AsObject();
        string[] contract = ["id", "type", "severity", "state", "title", "place", "grid", "openedAt", "updatedAt", "sim", "rule", "ruleVersion", "confidence"];
        Assert.All(contract, name => Assert.True(c.ContainsKey(name), name));
        Assert.Equal("飞线充电", (string)c["title"]!);
        Assert.Equal("Dispatched", (string)c["state"]!);
        Assert.EndsWith("+08:00", (string)c["openedAt"]!);
        Assert.Null(list["next"]);
        Assert.Equal(1, (int)list["sequence"]!);
    }

    [Theory]
    [InlineData(long.MinValue / 2)]
    [InlineData(long.MaxValue)]
    public async Task One_record_with_an_impossible_time_does_not_hide_the_others(long atMs)
    {
        await using var site = await Site.StartAsync();
        await site.Cases.AddAsync(Site.Case("odd") with { Inputs = [new Core.Alerts.AlertInput("d1", "moving", atMs, 0, "")] });
        await site.Cases.AddAsync(Site.Case("c1"));
        Assert.Equal(2, (await site.Client().JsonAsync("/api/v1/cases"))["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("?lang=en", null, "Flying wire")]
    [InlineData("", "en-GB,zh;q=0.5", "Flying wire")]
    [InlineData("", "fr", "飞线充电")]
    public async Task Texts_come_in_the_language_asked_for(string query, string? header, string expected)
    {
        await using var site = await Site.StartAsync();
        await site.Cases.AddAsync(Site.Case("c1"));
        var client = site.Client();
        if (header is not null) client.DefaultRequestHeaders.Add("Accept-Language", header);
        Assert.Equal(expected, (string)(await client.JsonAsync("/api/v1/cases/c1" + query))["title"]!);
    }

    [Fact]
    public async Task A_restricted_lead_does_not_exist_for_those_who_may_not_see_it()
    {
        await using var site = await Site.StartAsync();
        await site.Cases.AddAsync(Site.Case("lead", restricted: true));
        var property = site.ClientAs(Roles.PropertyOperator);
        Assert.Empty((await property.JsonAsync("/api/v1/cases"))["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await property.GetAsync("/api/v1/cases/lead", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await property.GetAsync("/api/v1/cases/lead/events", Cancel)).StatusCode);
        Assert.Single((await site.ClientAs(Roles.CommunityPolice).JsonAsync("/api/v1/cases"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("/api/v1/cases?severity=P9", "severity", "one of P1, P2, P3, P4")]
    [InlineData("/api/v1/cases?limit=0", "limit", "a whole number from 1 to 1000")]
    [InlineData("/api/v1/cases?sevrity=P1", "'sevrity'", "one of open")]
    [InlineData("/api/v1/cases?open=perhaps", "open", "true or false")]
    [InlineData("/api/v1/readings?device=d1", "channel", "a value")]
    [InlineData("/api/v1/readings?device=d1&channel=power&step=5x", "step", "a duration")]
    [InlineData("/api/v1/readings?device=d1&channel=power&from=yesterday", "from", "ISO 8601")]
    [InlineData("/api/v1/devices?cursor=abc", "cursor", "the next of the page before")]
    public async Task A_bad_parameter_is_named_with_what_is_allowed(string address, string name, string expected)
    {
        await using var site = await Site.StartAsync();
        site.Directory.Add("d1", "chargerPort", "leshan/estate-3/shed-1");
        var answer = await site.Client().GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var fault = (await answer.JsonAsync())["faults"]![0]!;
        Assert.Equal(name, (string)fault["name"]!);
        Assert.StartsWith(expected, (string)fault["expected"]!);
    }

    [Theory]
    [InlineData("GET", "/api/v1/nonsense", HttpStatusCode.NotFound, "no-such-route")]
    [InlineData("PUT", "/api/v1/cases", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("GET", "/api/v1/cases/none", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/api/v1/devices/none", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/api/v1/rules/none/trace", HttpStatusCode.NotFound, "not-found")]
    public async Task Whatever_is_not_there_is_a_problem_document(string method, string address, HttpStatusCode status, string code)
    {
        await using var site = await Site.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        var answer = await site.Client().SendAsync(request, Cancel);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, (string)(await answer.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task Devices_are_found_by_kind_place_and_life_and_paged()
    {
        await using var site = await Site.StartAsync();
        for (var i = 0; i < 5; i++) site.Directory.Add("port-" + i, "chargerPort", "leshan/estate-3/shed-1/bay-" + i);
        site.Directory.Add("smoke", "smokeAlarm", "leshan/estate-4/building-01").LastSeenMs = site.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var client = site.Client();
        var first = await client.JsonAsync("/api/v1/devices?kind=chargerPort&limit=3");
        Assert.Equal(3, first["items"]!.AsArray().Count);
        var second = await client.JsonAsync($"/api/v1/devices?kind=chargerPort&limit=3&cursor={(string)first["next"]!}");
        Assert.Equal(["port-3", "port-4"], second["items"]!.AsArray().Select(d => (string)d!["id"]!));
        Assert.Null(second["next"]);

        var alive = Assert.Single((await client.JsonAsync("/api/v1/devices?online=true"))["items"]!.AsArray())!.AsObject();
        string[] contract = ["id", "kind", "name", "place", "online", "lastSeen", "sim"];
        Assert.All(contract, name => Assert.True(alive.ContainsKey(name), name));
        Assert.Equal("smoke", (string)alive["id"]!);
        Assert.Equal(5, (await client.JsonAsync("/api/v1/devices?place=leshan/estate-3/shed-1"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_series_is_read_page_by_page_without_repeating_or_missing_a_point()
    {
        await using var site = await Site.StartAsync();
        site.Directory.Add("d1", "chargerPort", "leshan/estate-3/shed-1");
        long[] times = [1_000, 2_000, 2_000, 3_000, 4_000];
        site.Readings.Series[("d1", "power")] = [.. times.Select((t, i) => new SeriesPoint(t, i, i, i, i, 1))];
        var (client, values, cursor) = (site.Client(), new List<double>(), "");
        do
        {
            var page = await client.JsonAsync("/api/v1/readings?device=d1&channel=power&from=0&to=10000&limit=2" + cursor);
            values.AddRange(page["items"]!.AsArray().Select(p => (double)p!["value"]!));
            cursor = page["next"] is { } next ? "&cursor=" + (string)next! : null;
        }
        while (cursor is not null);
        Assert.Equal([0, 1, 2, 3, 4], values);
    }

    [Fact]
    public async Task A_channel_the_device_does_not_have_is_named_with_those_it_has()
    {
        await using var site = await Site.StartAsync();
        site.Directory.Add("d1", "chargerPort", "leshan/estate-3/shed-1");
        site.Readings.Series[("d1", "power")] = [new SeriesPoint(1, 1, 1, 1, 1, 1)];
        var answer = await site.Client().GetAsync("/api/v1/readings?device=d1&channel=pwr", Cancel);
        Assert.Equal("one of power", (string)(await answer.JsonAsync())["faults"]![0]!["expected"]!);
    }

    [Fact]
    public async Task A_value_that_is_no_number_is_null_and_not_a_fault()
    {
        await using var site = await Site.StartAsync();
        site.Directory.Add("d1", "chargerPort", "leshan/estate-3/shed-1");
        site.Readings.Series[("d1", "mode")] = [new SeriesPoint(1, double.NaN, double.NaN, double.NaN, double.NaN, 1, "charging")];
        var point = (await site.Client().JsonAsync("/api/v1/readings?device=d1&channel=mode&from=0&to=10"))["items"]![0]!;
        Assert.Null(point["value"]);
        Assert.Equal("charging", (string)point["text"]!);
    }

    [Fact]
    public async Task The_ledger_has_the_fields_of_the_contract()
    {
        await using var site = await Site.StartAsync();
        var ledger = await site.Client().JsonAsync("/api/v1/ledger");
        Assert.Equal(
            ["received", "rejected", "unclaimed", "duplicates", "journalled", "decoded", "deadLettered", "readings", "stored", "queued", "late", "balanced", "gaps"],
            ledger.Select(p => p.Key));
        Assert.Equal(1, (int)ledger["rejected"]!["too-large"]!);
    }

    [Fact]
    public async Task Grids_are_geojson_and_count_the_cases_below_them()
    {
        await using var site = await Site.StartAsync();
        const string square = """{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}""";
        site.Directory.Add(new Grid("g", new("片区", "Area"), 1, new("片区", "Area")));
        site.Directory.Add(new Grid("g-1", new("网格", "Grid"), 2, new("网格", "Grid"), "g", PolygonGeoJson: square));
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        await site.Cases.AddAsync(Site.Case("c1"));
        await items.MoveNextAsync();
        var grids = await site.Client().JsonAsync("/api/v1/grids");
        Assert.Equal("FeatureCollection", (string)grids["type"]!);
        Assert.Equal([1, 1], grids["features"]!.AsArray().Select(f => (int)f!["properties"]!["openCases"]!));
        Assert.Equal("Polygon", (string)grids["features"]![1]!["geometry"]!["type"]!);
    }

    [Fact]
    public async Task Dead_letters_are_filtered_and_thrown_away_by_device_topic_reason_and_arrival()
    {
        await using var site = await Site.StartAsync();
        for (var i = 1; i <= 6; i++)
            site.DeadLetters.Letters.Add(new DeadLetter(i, 0, i, $"hub/v1/d{i % 2}/telemetry", $"d{i % 2}", i * 1000, i < 4 ? "bad-json" : "bad-time", "", "x"u8.ToArray(), 1));

        var page = await site.Client().JsonAsync("/api/v1/deadletters?device=d1&topic=hub/v1/d1/&reason=bad-json&to=4000");
        Assert.Equal([3, 1], page["items"]!.AsArray().Select(d => (int)d!["id"]!));
        Assert.Equal(2, (int)page["counts"]!["bad-json"]!);
        using var refused = await site.Client().PostAsJsonAsync("/api/v1/deadletters/delete", new { }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        using var deleted = await site.Client().PostAsJsonAsync("/api/v1/deadletters/delete", new { filter = new { device = "d1", reason = "bad-json" } }, Cancel);

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal([2L, 4, 5, 6], site.DeadLetters.Letters.Select(d => d.Id));
        Assert.Contains(site.Accounts.Entries, e => e.Action == "POST /api/v1/deadletters/delete" && e.Detail.Contains("deleted 2, all with reason bad-json, device d1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_letter_shows_text_as_text_and_bytes_as_hexadecimal_and_its_deletion_is_audited()
    {
        await using var site = await Site.StartAsync();
        site.DeadLetters.Letters.Add(new DeadLetter(1, 0, 7, "hub/v1/d1/telemetry", "d1", 1, "bad-json", "found x", "温度{"u8.ToArray(), 7));
        site.DeadLetters.Letters.Add(new DeadLetter(2, 0, 8, "hub/v1/d1/telemetry", "d1", 1, "bad-json", "found x", new byte[] { 0xFF, 0x00 }, 2));
        var items = (await site.Client().JsonAsync("/api/v1/deadletters"))["items"]!.AsArray();
        Assert.Equal(["ff00", "温度{"], items.Select(d => (string)d!["payload"]!));

        Assert.Equal(HttpStatusCode.Forbidden, (await site.ClientAs(Roles.Viewer).DeleteAsync("/api/v1/deadletters/1", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Client().DeleteAsync("/api/v1/deadletters/1", Cancel)).StatusCode);
        Assert.Equal(["403", "200 deleted 1"], site.Accounts.Entries.Select(e => e.Detail));
        Assert.Single(site.DeadLetters.Letters);
    }

    [Fact]
    public async Task Open_doors_are_health_metrics_and_the_description_and_nothing_else()
    {
        await using var site = await Site.StartAsync();
        var stranger = site.Stranger();
        foreach (var open in new[] { "/healthz/live", "/healthz/ready", "/metrics", "/openapi/v1.json" })
            Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(open, Cancel)).StatusCode);
        var described = (await stranger.JsonAsync("/openapi/v1.json"))["paths"]!.AsObject();
        foreach (var (path, methods) in described)
        {
            foreach (var (method, _) in methods!.AsObject())
            {
                if (path == "/api/v1/session") continue; // signing in and out
                using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path.Replace("{id}", "1", StringComparison.Ordinal));
                Assert.Equal((path, HttpStatusCode.Unauthorized), (path, (await stranger.SendAsync(request, Cancel)).StatusCode));
            }
        }
    }

    [Fact]
    public async Task Metrics_have_the_names_of_the_contract()
    {
        await using var site = await Site.StartAsync();
        var metrics = (HubMetrics)site.Services.GetService(typeof(HubMetrics))!;
        metrics.MessagesReceived = () => 7;
        metrics.MessagesRejected = () => new Dictionary<string, long> { ["too-large"] = 2 };
        metrics.JournalLag = () => new Dictionary<string, long> { ["lanes"] = 3 };
        metrics.AlertRaised("A3");
        metrics.CaseOpened("BatteryThermal", Severity.P1);
        metrics.Notice("mqtt", "ok");
        metrics.ReadingToCase.Record(0.03);
        var text = await site.Stranger().GetStringAsync("/metrics", Cancel);
        foreach (var line in new[]
        {
            "hub_mqtt_connections 0", "hub_messages_received_total 7", "hub_messages_rejected_total{reason=\"too-large\"} 2", "hub_readings_total 0",
            "hub_readings_stored_total 0", "hub_journal_lag{consumer=\"lanes\"} 3", "hub_alerts_total{rule=\"A3\"} 1",
            "hub_cases_opened_total{type=\"BatteryThermal\",severity=\"P1\"} 1", "hub_reading_to_case_seconds_bucket{le=\"0.025\"} 0",
            "hub_reading_to_case_seconds_bucket{le=\"0.05\"} 1", "hub_reading_to_case_seconds_count 1", "hub_notices_total{channel=\"mqtt\",result=\"ok\"} 1",
        })
            Assert.Contains("\n" + line + "\n", "\n" + text);
    }

    [Fact]
    public async Task Pages_come_with_a_policy_that_lets_nothing_in_from_outside()
    {
        await using var site = await Site.StartAsync();
        var answer = await site.Stranger().GetAsync("/cases/42", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotContain("http", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
    }
}
