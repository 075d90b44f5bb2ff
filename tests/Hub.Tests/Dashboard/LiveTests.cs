using System.Text.Json.Nodes;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Tests.Support;

namespace Hub.Tests.Dashboard;

public sealed class LiveTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_brings_the_past_and_then_what_happens_without_a_gap()
    {
        await using var site = await Site.StartAsync();
        await site.Cases.AddAsync(Site.Case("c1"));
        await site.Cases.AddAsync(Site.Case("c2"));
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [1L], Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(2, await NextSequence(items));

        await site.Cases.AddAsync(Site.Case("c3", Severity.P1));
        Assert.Equal(3, await NextSequence(items));
        Assert.Equal("P1", (string)items.Current["case"]!["severity"]!);
        Assert.Equal("c3", (string)items.Current["caseId"]!);
    }

    [Fact]
    public async Task A_stream_from_a_number_of_another_database_begins_at_the_beginning()
    {
        await using var site = await Site.StartAsync();
        await site.Cases.AddAsync(Site.Case("c1"));
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [5_000L], Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(1, await NextSequence(items));
    }

    [Fact]
    public async Task A_client_far_behind_gets_every_event_in_order()
    {
        await using var site = await Site.StartAsync();
        for (var i = 0; i < 5_000; i++) await site.Cases.AddAsync(Site.Case("c" + (i % 50), version: (i / 50) + 1));
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        for (var expected = 1; expected <= 5_000; expected++) Assert.Equal(expected, await NextSequence(items));
    }

    [Fact]
    public async Task A_restricted_lead_reaches_the_police_and_not_the_property()
    {
        await using var site = await Site.StartAsync();
        await using var police = await site.LiveAsync(site.TokenFor(Roles.CommunityPolice));
        await using var property = await site.LiveAsync(site.TokenFor(Roles.PropertyOperator));
        await using var seenByPolice = police.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        await using var seenByProperty = property.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        await site.Cases.AddAsync(Site.Case("lead", restricted: true));
        await site.Cases.AddAsync(Site.Case("wire"));
        Assert.Equal(1, await NextSequence(seenByPolice));
        Assert.Equal(2, await NextSequence(seenByProperty));
    }

    [Fact]
    public async Task The_server_also_calls_case_changed()
    {
        await using var site = await Site.StartAsync();
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        await site.Cases.AddAsync(Site.Case("c1"));
        await NextSequence(items);
        var (target, argument) = await live.Calls.ReadAsync(Cancel);
        Assert.Equal("caseChanged", target);
        Assert.Equal("c1", (string)argument!["caseId"]!);
    }

    [Fact]
    public async Task The_wall_counts_open_cases_as_they_come_and_go()
    {
        await using var site = await Site.StartAsync();
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        await site.Cases.AddAsync(Site.Case("c1", Severity.P1));
        await site.Cases.AddAsync(Site.Case("c2", Severity.P3));
        await site.Cases.AddAsync(Site.Case("c1", Severity.P1, Hub.Cases.CaseState.Closed, version: 2), "closed");
        for (var i = 0; i < 3; i++) await NextSequence(items);
        var stats = await site.Client().JsonAsync("/api/v1/stats");
        Assert.Equal("""{"P1":0,"P2":0,"P3":1,"P4":0}""", stats["open"]!.ToJsonString());
        Assert.Equal(3, (int)stats["sequence"]!);
    }

    [Fact]
    public async Task The_time_from_a_message_to_the_screen_is_measured_once_a_case()
    {
        await using var site = await Site.StartAsync();
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        var now = site.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await site.Cases.AddAsync(Site.Case("c1") with { UpdatedAtMs = now - 40 });
        await site.Cases.AddAsync(Site.Case("c1", version: 2), "filed");
        await site.Cases.AddAsync(Site.Case("c2") with { UpdatedAtMs = now - 200 });
        for (var i = 0; i < 3; i++) await NextSequence(items);
        var text = await site.Stranger().GetStringAsync("/metrics", Cancel);
        Assert.Contains("hub_reading_to_case_seconds_bucket{le=\"0.05\"} 1\n", text);
        Assert.Contains("hub_reading_to_case_seconds_count 2\n", text);
    }

    [Fact]
    public async Task A_past_lived_through_at_full_speed_is_no_delay()
    {
        var evenSince = long.MaxValue;
        await using var site = await Site.StartAsync(options => options.ClockEvenSinceMs = () => evenSince);
        await using var live = await site.LiveAsync();
        await using var items = live.StreamAsync("StreamCases", [0L], Cancel).GetAsyncEnumerator(Cancel);
        var now = site.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await site.Cases.AddAsync(Site.Case("c1") with { UpdatedAtMs = now - 40 });
        await NextSequence(items);
        evenSince = now - 100;
        await site.Cases.AddAsync(Site.Case("c2") with { UpdatedAtMs = now - 3_600_000 });
        await site.Cases.AddAsync(Site.Case("c3") with { UpdatedAtMs = now - 40 });
        for (var i = 0; i < 2; i++) await NextSequence(items);
        Assert.Contains("hub_reading_to_case_seconds_count 1\n", await site.Stranger().GetStringAsync("/metrics", Cancel));
    }

    private static async Task<int> NextSequence(IAsyncEnumerator<JsonNode> items)
    {
        Assert.True(await items.MoveNextAsync());
        return (int)items.Current["sequence"]!;
    }
}
