using System.Text;
using Hub.Adapters.Embedded;
using Hub.Adapters.Readings.Import;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Tests.Adapters.Readings;

public sealed class ReadingsImportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-import-").FullName;
    private readonly ChannelTable channels = new();
    private readonly ImportReport report = new();

    [Fact]
    public async Task A_long_csv_is_stored_and_bad_lines_are_listed_with_their_reason()
    {
        var points = await ImportAsync("""
            time,device,channel,value
            2026-11-22T12:00:00Z,d,power,1.5
            2026-11-22T20:00:01+08:00,d,power,2.5
            1795348802000,d,power,3.5
            yesterday,d,power,4
            2026-11-22T12:00:03Z,stranger,power,5
            2026-11-22T12:00:04Z,d,power
            2026-11-22T12:00:05Z,d,"power",
            """, "power");
        Assert.Equal([(0L, 1.5), (1000, 2.5), (2000, 3.5)], points.Select(p => (p.AtMs - ReadingsFeed.Noon, p.Value)));
        Assert.Equal([5L, 6, 7], report.RefusedLines.Select(r => r.Line));
        Assert.Contains("yesterday", report.RefusedLines[0].Reason, StringComparison.Ordinal);
        Assert.Contains("stranger", report.RefusedLines[1].Reason, StringComparison.Ordinal);
        Assert.Equal((8, 3, 3), (report.Lines, report.Readings, report.Refused));
    }

    [Fact]
    public async Task A_wide_csv_has_a_column_a_channel_with_numbers_switches_and_texts()
    {
        var points = await ImportAsync("device,ts,power,relay,state\nd,2026-11-22 12:00:00,1,true,\"a \"\"b\"\", c\"\nd,2026-11-22 12:00:01,,false,\n", "state");
        Assert.Equal("a \"b\", c", Assert.Single(points).Text);
        Assert.Equal(4, report.Readings);
    }

    [Fact]
    public async Task Line_protocol_is_taken_apart_with_escapes_types_and_line_breaks_in_texts()
    {
        var points = await ImportAsync("""
            # a comment
            readings,device=d power=1.5,state@text="say \"hi\"",n=3i,on=true 1795348800000000017
            readings,device=d,room=a\ b odd%20name=2 1795348801000
            readings,room=x power=3 1795348801000
            readings,device=d power=abc 1795348801000
            readings,device=d state@text="two
            lines" 1795348802
            """, "state");
        Assert.Equal(["say \"hi\"", "two\nlines"], points.Select(p => p.Text));
        Assert.Equal([ReadingsFeed.Noon, ReadingsFeed.Noon + 2000], points.Select(p => p.AtMs));
        Assert.NotNull(channels.Find("odd name"));
        Assert.Equal([4L, 5], report.RefusedLines.Select(r => r.Line));
    }

    [Fact]
    public async Task A_file_of_neither_format_is_refused_as_a_whole()
    {
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => ImportAsync("hello world\n1,2,3\n", "power"));
        Assert.Contains("time,device", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_leaves_the_checkpoint_of_the_journal_alone_and_goes_on_behind_what_is_durable()
    {
        await using (var store = Create())
        {
            var feed = new ReadingsFeed(store);
            await feed.OpenAsync();
            feed.Add("d", 1, ("power", 9));
            await feed.CommitAsync([7]);
        }

        const string file = "time,device,power\n1000,d,1\n2000,d,2\n3000,d,3\n";
        Assert.Equal(3, (await ImportAsync(file, "power", skip: 2)).Count);      // 9, and lines 3 and 4
        await using var again = Create();
        var checkpoint = await new ReadingsFeed(again).OpenAsync();
        Assert.Equal([1, 0], checkpoint.Positions);
        Assert.Equal([7], checkpoint.State.ToArray());
        Assert.Equal(1, checkpoint.Readings);
    }

    [Fact]
    public async Task The_same_file_again_an_overlapping_one_and_a_line_twice_add_nothing()
    {
        const string file = "time,device,power,state\n1000,d,1,idle\n2000,d,2,\n2000,d,2,\n2000,d,2.5,\n3000,d,3,busy\n";
        Assert.Equal([1, 2, 2.5, 3], (await ImportAsync(file, "power")).Select(p => p.Value));
        Assert.Equal((6, 1), (report.Readings, report.Known));

        Assert.Equal(4, (await ImportAsync(file, "power")).Count);
        Assert.Equal((6, 8), (report.Readings, report.Known));

        Assert.Equal([0.5, 1, 2, 2.5, 3, 4], (await ImportAsync("time,device,power\n500,d,0.5\n2000,d,2.5\n3000,d,3\n4000,d,4\n", "power")).Select(p => p.Value));
        Assert.Equal((8, 10), (report.Readings, report.Known));
    }

    [Fact]
    public async Task Readings_that_came_by_the_journal_are_not_imported_again()
    {
        await using (var store = Create())
        {
            var feed = new ReadingsFeed(store);
            await feed.OpenAsync();
            for (var i = 0; i < 3000; i++) feed.Add("d", ReadingsFeed.Noon + (i * 10_000), ("power", i * 0.5));
            await feed.CommitAsync();
        }

        var lines = Enumerable.Range(0, 6000).Select(i => $"{ReadingsFeed.Noon + (i * 5_000)},d,{(i % 2 == 0 ? i * 0.25 : -i)}");
        Assert.Equal(6000, (await ImportAsync("time,device,power\n" + string.Join('\n', lines), "power")).Count);
        Assert.Equal((3000, 3000), (report.Readings, report.Known));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private EmbeddedReadingsStore Create() => new(new EmbeddedReadingsOptions { DataDir = folder });

    private async Task<IReadOnlyList<SeriesPoint>> ImportAsync(string file, string channel, long skip = 0)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var store = Create();
        var checkpoint = await store.OpenAsync(2, stop);
        var device = new Device(0, "d", new DeviceKind("x", new LocalText("x", "x"), 60, 180), Place.Unknown);
        var import = new ReadingsImport(store, checkpoint, channels, id => id == "d" ? device : null);
        await import.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), skip, report, progress: null, stop);
        Assert.Equal(report.Lines, report.DurableLines);
        return await store.ReadAsync(new SeriesQuery("d", channel, 0, long.MaxValue / 2), stop);
    }
}
