using Hub.Core.Ports;
using Hub.Tests.Ingest;
using Hub.Tests.Road;

namespace Hub.Tests.Replay;

public sealed class RetraceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reading_that_raised_nothing_is_explained_by_its_value_threshold_and_clock()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("60 °C", "3"));
        await past.Road.SayAsync(65, times: 2); // ten of twenty seconds
        await past.SettleAsync();

        var again = await AskAsync(past, "T1");

        var last = again.Answers[0];
        Assert.Equal(("", 2, 2), (again.NotWatched, (int)again.Heard, (int)again.Judged));
        Assert.Equal(("held", "3", Door.Known), (last.Outcome, last.RuleVersion, last.DeviceId));
        var step = Assert.Single(last.Steps);
        Assert.Equal([("hold", 10.0, 20.0, false), ("test", null, null, true), ("value", 65.0, 60.0, true)], step.Parts.Select(p => (p.Kind, p.Has, p.Wants, p.Holds)));
        Assert.Equal(("port_temp", "°C", ">=", 2), (step.Parts[2].Text, step.Parts[2].Unit, step.Parts[2].Comparison, step.Parts[2].Depth));
        Assert.Equal("port_temp >= 60 °C", step.Parts[1].Text);
    }

    [Fact]
    public async Task The_life_of_an_alert_is_told_from_its_first_sample_to_its_end()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("60 °C", "1"));
        await past.Road.SayAsync(50);
        await past.Road.SayAsync(65, times: 4);
        await past.Road.SayAsync(45);
        await past.Road.SayAsync(30);
        await past.SettleAsync();

        var again = await AskAsync(past, "T1");

        Assert.Equal(["false", "held", "held", "raised", "open", "clearing", "cleared"], again.Answers.Reverse().Select(a => a.Outcome));
    }

    [Fact]
    public async Task Each_stretch_is_explained_by_the_rules_of_its_time()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("60 °C", "1"));
        await past.Road.SayAsync(50);
        past.Road.Write(RuleRoad.Pack("70 °C", "2"));
        await past.Road.Rules.ReloadAsync("test", Stop);
        await past.Road.SayAsync(50);
        await past.SettleAsync();

        Assert.Equal(["2", "1"], (await AskAsync(past, "T1")).Answers.Select(a => a.RuleVersion));
    }

    [Fact]
    public async Task What_is_not_watched_says_why()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("60 °C", "1"));
        await past.SettleAsync();

        Assert.Contains("'smokeAlarm'", (await AskAsync(past, "T1", "alarm-1")).NotWatched, StringComparison.Ordinal);
        Assert.Null(await past.Retracer.RunAsync(new RetraceQuery("no-rule", "alarm-1", 0, past.Road.Door.NowMs, 0, 10), Stop));
        Assert.Null(await past.Retracer.RunAsync(new RetraceQuery("T1", "no-device", 0, past.Road.Door.NowMs, 0, 10), Stop));
    }

    [Fact]
    public async Task Explaining_adds_nothing_to_the_counts_and_traces_of_the_running_rules()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("60 °C", "1"));
        await past.Road.SayAsync(65, times: 5);
        await past.SettleAsync();
        var before = past.Road.Rules.TraceOf("T1", null, 1_000)!.Count;

        await AskAsync(past, "T1");

        Assert.Equal(before, past.Road.Rules.TraceOf("T1", null, 1_000)!.Count);
    }

    private static async Task<Retrace> AskAsync(PastRoad past, string rule, string device = Door.Known) =>
        (await past.Retracer.RunAsync(new RetraceQuery(rule, device, past.BeganMs - 1_000, past.Road.Door.NowMs + 1, 0, 100), Stop))!;
}
