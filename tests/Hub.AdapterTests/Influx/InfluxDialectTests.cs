using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Hub.Adapters.Influx;
using Hub.AdapterTests.Support;
using Hub.Core.Ports;
using Hub.Tests.Adapters.Readings;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.AdapterTests.Influx;

/// <summary>The write paths of 2.x and 3.x: against VictoriaMetrics, which takes that of 2.x, and against a listener that writes down what it is asked.</summary>
public sealed class InfluxDialectTests(VictoriaMetricsServer victoria) : IClassFixture<VictoriaMetricsServer>, IDisposable
{
    private static readonly long Noon = ReadingsFeed.Noon;
    private readonly string folder = Directory.CreateTempSubdirectory("hub-influx-").FullName;

    [Fact]
    public async Task VictoriaMetrics_takes_batches_on_the_write_path_of_version_2()
    {
        victoria.Require();
        var stop = TestContext.Current.CancellationToken;
        await using var store = new InfluxReadingsStore(new InfluxDbOptions { Url = victoria.Url, DataDir = folder, Version = InfluxDbVersion.V2, Token = "any", BatchLines = 300 }, new ManualClock());
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 0; i < 1000; i++) feed.Add("port-1", Noon + i * 1000L, ("power", i / 10.0));
        await feed.CommitAsync();

        using var client = new HttpClient();
        await client.GetAsync(new Uri(victoria.Url, "internal/force_flush"), stop);
        var export = await client.GetStringAsync(new Uri(victoria.Url, $"api/v1/export?match[]=readings_power&start={Noon / 1000 - 10}&end={Noon / 1000 + 2000}"), stop);
        var values = export.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())).Order();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i / 10.0), values);
    }

    [Fact]
    public async Task Version_2_gets_its_bucket_made_with_retention_and_is_written_with_a_token()
    {
        await using var listener = await Listener.StartAsync("v2.7.1", request => request switch
        {
            "GET /api/v2/orgs" => """{"orgs":[{"id":"0123"}]}""",
            "GET /api/v2/buckets" => """{"buckets":[]}""",
            _ => "{}",
        });
        await FeedOneAsync(listener.Url, new InfluxDbOptions { Url = listener.Url, DataDir = folder, Org = "street", Bucket = "hub", Token = "secret", RetentionDays = 10 });
        Assert.All(listener.Seen.Where(s => s.What != "GET /ping"), s => Assert.Equal("Token secret", s.Authorization));
        Assert.Contains("\"everySeconds\":864000", listener.Seen.Single(s => s.What == "POST /api/v2/buckets").Body, StringComparison.Ordinal);
        var write = listener.Seen.Single(s => s.What == "POST /api/v2/write");
        Assert.Equal("?org=street&bucket=hub&precision=ns", write.Query);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"readings,device=d power=1.5 {Noon}000001\n"), write.Body);
    }

    [Fact]
    public async Task Version_3_gets_its_database_made_and_is_written_with_a_bearer_token()
    {
        await using var listener = await Listener.StartAsync("3.2.0", _ => "{}");
        await FeedOneAsync(listener.Url, new InfluxDbOptions { Url = listener.Url, DataDir = folder, Database = "street", Token = "secret", RetentionDays = 10 });
        Assert.Equal("""{"db":"street","retention_period":"10d"}""", listener.Seen.Single(s => s.What == "POST /api/v3/configure/database").Body);
        var write = listener.Seen.Single(s => s.What == "POST /api/v2/write");
        Assert.Equal("Bearer secret", write.Authorization);
        Assert.Contains("bucket=street&precision=ns", write.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_no_influxdb_is_refused_with_what_to_do()
    {
        await using var listener = await Listener.StartAsync("", _ => "pong");
        await using var store = new InfluxReadingsStore(new InfluxDbOptions { Url = listener.Url, DataDir = folder }, new ManualClock());
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => new ReadingsFeed(store).OpenAsync());
        Assert.Contains("Hub:Readings:InfluxDb:Url", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task FeedOneAsync(Uri url, InfluxDbOptions options)
    {
        Assert.Equal(url, options.Url);
        await using var store = new InfluxReadingsStore(options, new ManualClock());
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        feed.Add("d", Noon, ("power", 1.5));
        await feed.CommitAsync();
    }

    private sealed record Request(string What, string Query, string Authorization, string Body);

    private sealed class Listener(WebApplication app, ConcurrentQueue<Request> seen) : IAsyncDisposable
    {
        public Uri Url => new(app.Urls.First());

        public IReadOnlyCollection<Request> Seen => seen;

        public static async Task<Listener> StartAsync(string version, Func<string, string> answer)
        {
            var seen = new ConcurrentQueue<Request>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.Run(async context =>
            {
                var what = $"{context.Request.Method} {context.Request.Path}";
                var body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
                seen.Enqueue(new Request(what, context.Request.QueryString.Value ?? "", context.Request.Headers.Authorization.ToString(), await new StreamReader(body).ReadToEndAsync(context.RequestAborted)));
                if (version.Length > 0) context.Response.Headers["X-Influxdb-Version"] = version;
                await context.Response.WriteAsync(answer(what), context.RequestAborted);
            });
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new Listener(app, seen);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
