using Hub.Adapters.Influx;
using Hub.AdapterTests.Support;
using Hub.Core.Ports;
using Hub.Tests.Adapters.Readings;
using Hub.Tests.Support;

namespace Hub.AdapterTests.Influx;

/// <summary>What a real InfluxDB does to us: refuses lines, forgets old points, goes away and comes back.</summary>
public sealed class InfluxFaultTests(InfluxServer server) : IClassFixture<InfluxServer>, IDisposable
{
    private static readonly long Noon = ReadingsFeed.Noon;
    private readonly string folder = Directory.CreateTempSubdirectory("hub-influx-").FullName;
    private readonly string database = "f" + Guid.NewGuid().ToString("N");

    private InfluxReadingsStore Create(int retentionDays = 0, string? dataDir = null) => new(
        new InfluxDbOptions { Url = server.Url, DataDir = dataDir ?? folder, Database = database, RetentionDays = retentionDays, Retries = 1, RetryDelay = TimeSpan.Zero, BatchLines = 100 },
        new ManualClock());

    [Fact]
    public async Task A_line_the_server_refuses_is_put_aside_with_its_reason_and_the_rest_goes_on()
    {
        server.Require();
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        await WriteAsync($"readings,device=old power=\"not a number\" {Noon}000000");
        for (var i = 0; i < 1000; i++) feed.Add("d", Noon + i, (i % 300 == 7 ? "power" : "voltage", i));
        await feed.CommitAsync();

        Assert.Equal(4, store.RefusedCount);
        Assert.Contains("field type conflict", store.LastRefusal, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 1000).Where(i => i % 300 != 7), (await feed.ReadAsync("d", "voltage")).Select(p => (int)p.Value));
        var aside = await File.ReadAllLinesAsync(Path.Combine(folder, "influxdb-refused.lp"), TestContext.Current.CancellationToken);
        Assert.Equal(4, aside.Count(line => line.StartsWith("readings,device=d power=", StringComparison.Ordinal)));
        Assert.Equal(1000, (await new ReadingsFeed(store).OpenAsync()).Positions[0]);
    }

    [Fact]
    public async Task A_setting_that_spoils_every_line_says_try_later_and_the_checkpoint_stays()
    {
        server.Require();
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        await WriteAsync($"readings,device=old power=\"not a number\" {Noon}000000");
        for (var i = 0; i < 1000; i++) feed.Add("d", Noon + i, ("power", i));
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => feed.CommitAsync());
        Assert.Contains("field type conflict", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await new ReadingsFeed(store).OpenAsync()).Positions[0]);
    }

    [Fact]
    public async Task Points_older_than_the_retention_of_the_database_are_counted_and_the_rest_is_stored()
    {
        server.Require();
        await using var store = Create(retentionDays: 30);
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        var old = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        for (var i = 0; i < 50; i++) feed.Add("d", i % 5 == 0 ? old + i : new DateTimeOffset(2199, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() + i, ("power", i));
        await feed.CommitAsync();
        Assert.Equal(10, store.RefusedCount);
        Assert.Equal(40, (await feed.ReadAsync("d", "power")).Count);
    }

    [Fact]
    public async Task A_lost_checkpoint_repeats_everything_and_changes_nothing()
    {
        server.Require();
        for (var life = 0; life < 2; life++)
        {
            await using var store = Create(dataDir: Path.Combine(folder, "life-" + life));
            var feed = new ReadingsFeed(store);
            Assert.Equal(0, (await feed.OpenAsync()).Positions[0]);
            for (var i = 0; i < 500; i++) feed.Add("d", Noon + i / 3, ("power", i));
            await feed.CommitAsync();
            Assert.Equal(Enumerable.Range(0, 500), (await feed.ReadAsync("d", "power")).Select(p => (int)p.Value).Order());
        }
    }

    [Fact]
    public async Task A_server_that_goes_away_loses_nothing_and_gets_everything_once_when_it_is_back()
    {
        server.Require();
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 0; i < 250; i++) feed.Add("d", Noon + i, ("power", i));
        await feed.CommitAsync();
        await server.StopAsync();
        for (var i = 250; i < 700; i++) feed.Add("d", Noon + i, ("power", i));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => feed.CommitAsync());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => feed.ReadAsync("d", "power"));
        feed.Add("d", Noon + 700, ("power", 700));
        await server.StartAgainAsync();
        await feed.CommitAsync();
        Assert.Equal(Enumerable.Range(0, 701), (await feed.ReadAsync("d", "power")).Select(p => (int)p.Value));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task WriteAsync(string line)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(server.Url, "write?db=" + database), new StringContent(line), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
