using Hub.Core.Readings;
using Hub.Core.Ports;

namespace Hub.Tests.Adapters.Readings;

/// <summary>What every readings store promises; run on the embedded one here and on a real InfluxDB in the adapter tests.</summary>
public abstract class ReadingsStoreContract
{
    private static readonly long Noon = ReadingsFeed.Noon;

    /// <summary>An empty store, or a store on what an earlier one of this test left behind.</summary>
    protected abstract IReadingsStore Create();

    /// <summary>Ends a store as a killed process would.</summary>
    protected virtual Task KillAsync(IReadingsStore store) => store.DisposeAsync().AsTask();

    [Fact]
    public async Task A_first_open_begins_before_the_first_position_of_every_lane()
    {
        await using var store = Create();
        var checkpoint = await new ReadingsFeed(store, lanes: 3).OpenAsync();
        Assert.Equal([0, 0, 0], checkpoint.Positions);
        Assert.Equal(0, checkpoint.Readings);
        Assert.True(checkpoint.State.IsEmpty);
    }

    [Fact]
    public async Task Committed_readings_and_their_checkpoint_are_there_after_a_kill()
    {
        var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 0; i < 3000; i++) feed.Add("port-1", Noon + i * 10_000L, ("power", Math.Round(180 + Math.Sin(i) * 20, 1)), ("port_temp", 30 + i % 3));
        await feed.CommitAsync([1, 2, 3]);
        feed.Add("port-1", Noon + 40_000_000, ("power", 1));
        await KillAsync(store);

        await using var again = Create();
        var next = new ReadingsFeed(again);
        var checkpoint = await next.OpenAsync();
        Assert.Equal([3000, 0], checkpoint.Positions);
        Assert.Equal([1, 2, 3], checkpoint.State.ToArray());
        Assert.Equal(6000, checkpoint.Readings);
        var points = await next.ReadAsync("port-1", "power");
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (Noon + i * 10_000L, Math.Round(180 + Math.Sin(i) * 20, 1))), points.Select(p => (p.AtMs, p.Value)));
    }

    [Fact]
    public async Task Appending_again_what_was_appended_changes_nothing()
    {
        var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 1; i <= 50; i++) feed.AddAt(0, i, 0, "d", Noon + i * 1000, ("power", i));
        feed.Positions[0] = 30;
        await feed.CommitAsync();
        for (var i = 31; i <= 50; i++) feed.AddAt(0, i, 0, "d", Noon + i * 1000, ("power", i));
        feed.Positions[0] = 50;
        await feed.CommitAsync();
        Assert.Equal(Enumerable.Range(1, 50), (await feed.ReadAsync("d", "power")).Select(p => (int)p.Value));
        await KillAsync(store);

        await using var again = Create();
        var next = new ReadingsFeed(again);
        await next.OpenAsync();
        for (var i = 41; i <= 60; i++) next.AddAt(0, i, 0, "d", Noon + i * 1000, ("power", i));
        next.Positions[0] = 60;
        await next.CommitAsync();
        Assert.Equal(Enumerable.Range(1, 60), (await next.ReadAsync("d", "power")).Select(p => (int)p.Value));
    }

    [Fact]
    public async Task Two_readings_of_one_instant_are_both_there_in_the_order_they_came()
    {
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        feed.AddAt(0, 1, 0, "d", Noon, ("power", 1));
        feed.AddAt(0, 2, 0, "d", Noon, ("power", 2));
        feed.AddAt(0, 2, 1, "d", Noon, ("power", 3));
        feed.Positions[0] = 2;
        await feed.CommitAsync();
        Assert.Equal([1.0, 2.0, 3.0], (await feed.ReadAsync("d", "power")).Select(p => p.Value).Order());
        Assert.All(await feed.ReadAsync("d", "power"), p => Assert.Equal(Noon, p.AtMs));
    }

    [Fact]
    public async Task Late_points_take_their_place_in_time()
    {
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        var random = new Random(3);
        var order = Enumerable.Range(0, 2500).ToArray();
        random.Shuffle(order);
        foreach (var i in order)
        {
            feed.Add("d", Noon + i * 1000L, ("power", i));
            if (i % 500 == 0) await feed.CommitAsync();
        }

        await feed.CommitAsync();
        Assert.Equal(Enumerable.Range(0, 2500), (await feed.ReadAsync("d", "power")).Select(p => (int)p.Value));
        Assert.Equal(Enumerable.Range(100, 50), (await feed.ReadAsync("d", "power", Noon + 100_000, Noon + 150_000)).Select(p => (int)p.Value));
    }

    [Fact]
    public async Task A_range_includes_its_start_excludes_its_end_and_obeys_the_limit()
    {
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 0; i < 100; i++) feed.Add("d", Noon + i * 1000, ("power", i));
        await feed.CommitAsync();
        Assert.Equal([10, 11, 12], (await feed.ReadAsync("d", "power", Noon + 10_000, Noon + 13_000)).Select(p => (int)p.Value));
        Assert.Equal([10, 11], (await feed.ReadAsync("d", "power", Noon + 10_000, Noon + 90_000, limit: 2)).Select(p => (int)p.Value));
        Assert.Empty(await feed.ReadAsync("d", "power", Noon + 100_000, Noon + 200_000));
        Assert.Empty(await feed.ReadAsync("d", "voltage"));
        Assert.Empty(await feed.ReadAsync("nobody", "power"));
    }

    [Fact]
    public async Task Steps_give_mean_min_max_last_and_count_aligned_to_the_epoch()
    {
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        for (var i = 0; i < 5000; i++) feed.Add("d", Noon + 500 + i * 10_000L, ("power", i % 100 * 0.5));
        await feed.CommitAsync();
        var steps = await feed.ReadAsync("d", "power", Noon, Noon + 50_000_000, 600_000);
        Assert.Equal(84, steps.Count);
        for (var s = 0; s < steps.Count; s++)
        {
            var values = Enumerable.Range(0, 5000).Where(i => (500 + i * 10_000L) / 600_000 == s).Select(i => i % 100 * 0.5).ToArray();
            Assert.Equal(Noon + s * 600_000L, steps[s].AtMs);
            Assert.Equal(values.Length, steps[s].Count);
            Assert.Equal(values.Average(), steps[s].Value, 9);
            Assert.Equal(values.Min(), steps[s].Min);
            Assert.Equal(values.Max(), steps[s].Max);
            Assert.Equal(values[^1], steps[s].Last);
        }

        var whole = Assert.Single(await feed.ReadAsync("d", "power", Noon - 86_400_000, Noon + 86_400_000 * 2, 86_400_000L * 365));
        Assert.Equal(5000, whole.Count);
        Assert.Equal(24.75, whole.Value, 9);
        Assert.Equal(2, (await feed.ReadAsync("d", "power", Noon, Noon + 50_000_000, 600_000, limit: 2)).Count);
    }

    [Fact]
    public async Task Texts_are_kept_beside_numbers_of_the_same_channel()
    {
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        feed.Add("d", Noon, ("state", "idle"));
        feed.Add("d", Noon + 1000, ("state", "charging"));
        feed.Add("d", Noon + 2000, ("state", "充电 \"a\\b\", x=y\nz"));
        feed.Add("d", Noon + 3000, ("state", 5));
        await feed.CommitAsync();
        var points = await feed.ReadAsync("d", "state");
        Assert.Equal(["idle", "charging", "充电 \"a\\b\", x=y\nz", null], points.Select(p => p.Text));
        Assert.Equal([double.NaN, double.NaN, double.NaN, 5], points.Select(p => p.Value));
        var step = Assert.Single(await feed.ReadAsync("d", "state", Noon, Noon + 2500, 60_000));
        Assert.Equal((3L, "充电 \"a\\b\", x=y\nz"), (step.Count, step.Text));
    }

    [Fact]
    public async Task Late_suspect_and_skewed_readings_are_marked_and_the_others_are_not()
    {
        var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        feed.Add("d", Noon, ("power", 1), ("state", "idle"));
        feed.Late = true;
        feed.Add("d", Noon, ("power", 2));
        feed.Skewed = true;
        feed.Add("d", Noon + 1000, ("power", new Suspect(99_999)), ("state", "on"));
        (feed.Late, feed.Skewed) = (false, false);
        feed.Add("d", Noon + 61_000, ("power", 4));
        await feed.CommitAsync();
        await KillAsync(store);

        await using var again = Create();
        var next = new ReadingsFeed(again);
        await next.OpenAsync();
        const ReadingFlags all = ReadingFlags.Late | ReadingFlags.Suspect | ReadingFlags.Skewed;
        Assert.Equal([(1, ReadingFlags.None), (2, ReadingFlags.Late), (99_999, all), (4, ReadingFlags.None)], (await next.ReadAsync("d", "power")).Select(p => (p.Value, p.Flags)));
        Assert.Equal([ReadingFlags.None, ReadingFlags.Late | ReadingFlags.Skewed], (await next.ReadAsync("d", "state")).Select(p => p.Flags));
        Assert.Equal([(3L, all), (1L, ReadingFlags.None)], (await next.ReadAsync("d", "power", Noon, Noon + 120_000, 60_000)).Select(p => (p.Count, p.Flags)));
        Assert.Equal([1.0, 2], (await next.ReadAsync("d", "power", limit: 2)).Select(p => p.Value));
        var latest = await next.LatestAsync("d");
        Assert.Equal(["power", "state"], latest.Keys.Order());
        Assert.Equal((4, ReadingFlags.None), (latest["power"].Value, latest["power"].Flags));
        Assert.Equal(("on", ReadingFlags.Late | ReadingFlags.Skewed), (latest["state"].Text, latest["state"].Flags));
    }

    [Fact]
    public async Task The_latest_of_each_channel_is_by_event_time_and_survives_a_kill()
    {
        var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        feed.Add("d", Noon + 5000, ("power", 2), ("state", "full"));
        feed.Add("d", Noon + 9000, ("power", 3));
        feed.Add("d", Noon, ("power", 1));
        feed.Add("other", Noon + 99_000, ("power", 9));
        await feed.CommitAsync();
        await KillAsync(store);

        await using var again = Create();
        var next = new ReadingsFeed(again);
        await next.OpenAsync();
        var latest = await next.LatestAsync("d");
        Assert.Equal(["power", "state"], latest.Keys.Order());
        Assert.Equal((Noon + 9000, 3.0), (latest["power"].AtMs, latest["power"].Value));
        Assert.Equal((Noon + 5000, "full"), (latest["state"].AtMs, latest["state"].Text));
        Assert.Empty(await next.LatestAsync("nobody"));
    }

    [Fact]
    public async Task Names_with_every_awkward_character_keep_their_readings_apart()
    {
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        string[] channels = ["a b", "a,b", "a=b", "a\"b", "a\\b", "a'b", "温度", "a\\", "A", "a"];
        for (var i = 0; i < channels.Length; i++) feed.Add("dev:1_2.3-4", Noon + i, (channels[i], i));
        await feed.CommitAsync();
        for (var i = 0; i < channels.Length; i++)
            Assert.Equal(i, Assert.Single(await feed.ReadAsync("dev:1_2.3-4", channels[i])).Value);
    }

    [Fact]
    public async Task Values_come_back_exactly_as_they_were()
    {
        await using var store = Create();
        var feed = new ReadingsFeed(store);
        await feed.OpenAsync();
        double[] values = [0.1, 1.0 / 3, -182.4, 1e300, 5e-324, 9007199254740993, 0, 123456789.123456];
        for (var i = 0; i < values.Length; i++) feed.Add("d", Noon + i, ("power", values[i]));
        await feed.CommitAsync();
        Assert.Equal(values, (await feed.ReadAsync("d", "power")).Select(p => p.Value));
    }
}
