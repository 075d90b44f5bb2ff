using Hub.Adapters.Embedded;
using Hub.Core.Ports;

namespace Hub.Tests.Adapters.Readings;

public sealed class EmbeddedReadingsStoreTests : ReadingsStoreContract, IDisposable
{
    private static readonly long Noon = ReadingsFeed.Noon;
    private readonly string folder = Directory.CreateTempSubdirectory("hub-readings-").FullName;

    protected override IReadingsStore Create() => CreateStore();

    private EmbeddedReadingsStore CreateStore(long tailBytes = 8 << 20, long mostFileBytes = 0) =>
        new(new EmbeddedReadingsOptions { DataDir = folder, TailBytes = tailBytes, MostFileBytes = mostFileBytes });

    // The files as a kill leaves them: database and write-ahead log copied while the store is open, put back after it closed.
    protected override async Task KillAsync(IReadingsStore store)
    {
        string[] files = ["readings.db", "readings.db-wal"];
        var asTheyAre = files.Select(file => Path.Combine(folder, file)).Where(File.Exists).ToDictionary(path => path, ReadShared);
        await store.DisposeAsync();
        foreach (var file in files) File.Delete(Path.Combine(folder, file));
        File.Delete(Path.Combine(folder, "readings.db-shm"));
        foreach (var (path, bytes) in asTheyAre) await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2_000)]
    [InlineData(1 << 20)]
    public async Task After_kills_at_any_moment_exactly_the_committed_points_are_there(long tailBytes)
    {
        var random = new Random(42);
        var expected = new Dictionary<string, List<(long, double)>>();
        var committed = 0;
        for (var life = 0; life < 8; life++)
        {
            var store = CreateStore(tailBytes);
            var feed = new ReadingsFeed(store);
            var checkpoint = await feed.OpenAsync();
            Assert.Equal(committed, checkpoint.Readings);
            foreach (var (device, points) in expected)
                Assert.Equal(points.OrderBy(p => p.Item1), (await feed.ReadAsync(device, "power")).Select(p => (p.AtMs, p.Value)));

            var fresh = new List<(string Device, long At, double Value)>();
            for (var i = 0; i < 3000; i++)
            {
                var point = (Device: "d" + random.Next(4), At: Noon + (life * 3000 + i) * 1000L - random.Next(20) * 400L, Value: random.Next(3) == 0 ? random.NextDouble() : random.Next(5000) / 10.0);
                feed.Add(point.Device, point.At, ("power", point.Value));
                fresh.Add(point);
                if (random.Next(300) > 0) continue;
                await feed.CommitAsync();
                foreach (var p in fresh) (expected.TryGetValue(p.Device, out var list) ? list : expected[p.Device] = []).Add((p.At, p.Value));
                fresh.Clear();
                committed = (int)feed.Readings;
            }

            await KillAsync(store);
        }

        Assert.True(committed > 5000);
    }

    [Fact]
    public async Task A_full_disk_says_try_later_and_loses_nothing_when_there_is_room_again()
    {
        var store = CreateStore(mostFileBytes: 400_000);
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        var random = new Random(1);
        var values = new List<double>();
        StoreUnavailableException? full = null;
        while (full is null)
        {
            for (var i = 0; i < 500; i++)
            {
                values.Add(random.NextDouble());
                feed.Add("d", Noon + values.Count, ("power", values[^1]));
            }

            full = await Record.ExceptionAsync(() => feed.CommitAsync()) as StoreUnavailableException;
            Assert.True(values.Count < 200_000, "the limit was never reached");
        }

        Assert.Contains("full", full.Message, StringComparison.Ordinal);
        Assert.Equal(values, (await feed.ReadAsync("d", "power")).Select(p => p.Value));
        await store.DisposeAsync();

        await using var roomy = CreateStore();
        var next = new ReadingsFeed(roomy);
        var checkpoint = await next.OpenAsync();
        for (var i = checkpoint.Positions[0] + 1; i <= values.Count; i++) next.AddAt(0, i, 0, "d", Noon + i, ("power", values[(int)i - 1]));
        next.Positions[0] = values.Count;
        await next.CommitAsync();
        Assert.Equal(values, (await next.ReadAsync("d", "power")).Select(p => p.Value));
    }

    [Fact]
    public async Task Old_points_become_hourly_rollups_and_old_rollups_go()
    {
        await using var store = CreateStore();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 0; i < 5000; i++) feed.Add("d", Noon + i * 60_000L, ("power", i % 60), ("in_count", 1), ("state", i % 2 == 0 ? "on" : "off"));
        await feed.CommitAsync();
        var power = await feed.ReadAsync("d", "power", Noon, Noon + 5000 * 60_000L, 3_600_000);
        var state = await feed.ReadAsync("d", "state", Noon, Noon + 5000 * 60_000L, 3_600_000);

        Assert.Equal(default, await Retain(store, days: 3));
        Assert.Equal(5000, (await feed.ReadAsync("d", "in_count")).Count);

        await Retain(store, days: 40);          // in_count is of the class of people: 30 days
        await feed.CommitAsync();
        await Retain(store, days: 40);
        Assert.Empty(await feed.ReadAsync("d", "in_count"));
        var counts = await feed.ReadAsync("d", "in_count", Noon, Noon + 5000 * 60_000L, 3_600_000);
        Assert.Equal(5000, counts.Sum(p => p.Count));
        Assert.Equal(5000, (await feed.ReadAsync("d", "power")).Count);

        await Retain(store, days: 100);
        await feed.CommitAsync();
        await Retain(store, days: 100);
        Assert.Empty(await feed.ReadAsync("d", "power"));
        Assert.Equal(power, await feed.ReadAsync("d", "power", Noon, Noon + 5000 * 60_000L, 3_600_000));
        Assert.Equal(state, await feed.ReadAsync("d", "state", Noon, Noon + 5000 * 60_000L, 3_600_000));
        Assert.Equal(5000, Assert.Single(await feed.ReadAsync("d", "power", 0, long.MaxValue / 2, 365 * 86_400_000L)).Count);

        await Retain(store, days: 800);
        Assert.Empty(await feed.ReadAsync("d", "power", Noon, Noon + 5000 * 60_000L, 3_600_000));
        Assert.Equal(5000 - 1, (await feed.LatestAsync("d"))["in_count"].AtMs / 60_000 - Noon / 60_000);
    }

    [Fact]
    public async Task Readers_see_a_growing_series_without_gaps_or_doubles_while_it_is_written()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var store = CreateStore(tailBytes: 50_000);
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = Task.Run(async () =>
        {
            var seen = 0;
            for (var rounds = 0; !done.IsCancellationRequested || rounds == 0; rounds++)
            {
                var points = await store.ReadAsync(new SeriesQuery("d", "power", 0, long.MaxValue / 2, 0, int.MaxValue), stop);
                Assert.True(points.Count >= seen);
                for (var i = 0; i < points.Count; i++) Assert.Equal(i, points[i].Value);
                seen = points.Count;
            }
        }, stop);
        for (var i = 0; i < 40_000; i++)
        {
            feed.Add("d", Noon + i, ("power", i));
            if (i % 700 == 0) await feed.CommitAsync();
        }

        await done.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task A_damaged_chunk_is_left_out_and_counted()
    {
        await using (var store = CreateStore())
        {
            var feed = new ReadingsFeed(store);
            await feed.OpenAsync();
            for (var i = 0; i < 3000; i++) feed.Add("d", Noon + i, ("power", i));
            await feed.CommitAsync();
        }

        using (var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "readings.db")};Pooling=False"))
        {
            file.Open();
            StoreFile.Execute(file, "UPDATE chunks SET data = zeroblob(length(data)) WHERE id = (SELECT min(id) FROM chunks)");
        }

        await using var again = CreateStore();
        var next = new ReadingsFeed(again);
        await next.OpenAsync();
        Assert.Equal(Enumerable.Range(1024, 3000 - 1024), (await next.ReadAsync("d", "power")).Select(p => (int)p.Value));
        Assert.Equal(1, again.DamagedChunks);
        Assert.Contains("1 chunk(s)", Assert.Single(await EmbeddedReadingsStore.CheckAsync(folder, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_batch_of_the_tail_is_left_out_and_counted()
    {
        var store = CreateStore();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var batch = 0; batch < 3; batch++)
        {
            for (var i = 0; i < 10; i++) feed.Add("d", Noon + batch * 10 + i, ("power", batch * 10 + i));
            await feed.CommitAsync();
        }

        await KillAsync(store);
        using (var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "readings.db")};Pooling=False"))
        {
            file.Open();
            StoreFile.Execute(file, "UPDATE tail SET data = zeroblob(length(data)) WHERE seq = 2");
        }

        await using var again = CreateStore();
        var next = new ReadingsFeed(again);
        await next.OpenAsync();
        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(20, 10)], (await next.ReadAsync("d", "power")).Select(p => (int)p.Value));
        Assert.Equal(1, again.DamagedChunks);
    }

    [Fact]
    public async Task A_backup_of_a_running_store_opens_with_the_points_and_the_checkpoint_of_the_last_commit()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.Empty(await EmbeddedReadingsStore.CheckAsync(folder, stop));
        await using var store = CreateStore();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 0; i < 1500; i++) feed.Add("d", Noon + i, ("power", i));
        await feed.CommitAsync();
        feed.Add("d", Noon + 1500, ("power", 1500));
        var copy = Directory.CreateDirectory(Path.Combine(folder, "copy")).FullName;
        await store.BackupAsync(Path.Combine(copy, "readings.db"), stop);
        await Assert.ThrowsAsync<IOException>(() => store.BackupAsync(Path.Combine(copy, "readings.db"), stop));
        Assert.Empty(await EmbeddedReadingsStore.CheckAsync(folder, stop));

        await using var restored = new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = copy });
        var next = new ReadingsFeed(restored);
        Assert.Equal(1500, (await next.OpenAsync()).Positions[0]);
        Assert.Equal(1500, (await next.ReadAsync("d", "power")).Count);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_told_so()
    {
        await using var store = CreateStore();
        await new ReadingsFeed(store).OpenAsync();
        await using var second = CreateStore();
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => new ReadingsFeed(second).OpenAsync());
        Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_store_or_of_a_newer_format_is_refused_with_what_to_do()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "readings.db"), new string('x', 5000), TestContext.Current.CancellationToken);
        await using var store = CreateStore();
        Assert.Contains("backup", (await Assert.ThrowsAsync<InvalidDataException>(() => new ReadingsFeed(store).OpenAsync())).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "readings.db"));
        await new ReadingsFeed(store).OpenAsync();
        await store.DisposeAsync();
        using (var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "readings.db")};Pooling=False"))
        {
            file.Open();
            StoreFile.Execute(file, "PRAGMA user_version = 99");
        }

        await using var newer = CreateStore();
        Assert.Contains("format 99", (await Assert.ThrowsAsync<InvalidDataException>(() => new ReadingsFeed(newer).OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_lanes_than_were_fed_are_refused_and_more_start_at_zero()
    {
        await using (var store = CreateStore())
        {
            var feed = new ReadingsFeed(store, lanes: 2);
            await feed.OpenAsync();
            feed.AddAt(1, 7, 0, "d", Noon, ("power", 1));
            feed.Positions[1] = 7;
            await feed.CommitAsync();
        }

        await using var again = CreateStore();
        Assert.Equal([0, 7, 0], (await new ReadingsFeed(again, lanes: 3).OpenAsync()).Positions);
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => new ReadingsFeed(again, lanes: 1).OpenAsync());
        Assert.Contains("Hub:Journal:Lanes", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Task<RetentionReport> Retain(EmbeddedReadingsStore store, int days) =>
        store.RetainAsync(DateTimeOffset.FromUnixTimeMilliseconds(Noon + 5000 * 60_000L).AddDays(days), TestContext.Current.CancellationToken);

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
