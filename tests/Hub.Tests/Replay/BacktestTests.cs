using System.Text.Json;
using Hub.Cases;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Replay;
using Hub.Tests.Road;

namespace Hub.Tests.Replay;

public sealed class BacktestTests
{
    private const int Cool = 20, Warm = 65, Hot = 75;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lower_limit_gains_the_warm_case_and_raises_the_hot_one_earlier()
    {
        await using var past = await WarmThenHotAsync();

        var report = await past.TryAsync(RuleRoad.Pack("60 °C", "2"));

        var rule = Assert.Single(report.Rules, r => r.Rule == "T1");
        Assert.Equal(("1", "2", true), (rule.Version, rule.TriedVersion, rule.Changed));
        Assert.Equal((1, 2, 0, 1, 0, 1, 0), Numbers(rule.Cases));
        Assert.Equal(-30, rule.Cases.ShiftSeconds);
        Assert.Equal(["gained", "earlier"], report.Changes.OrderBy(c => c.TriedMs).Select(c => c.Kind));
        Assert.DoesNotContain(report.Rules, r => r.Rule == "T2" && r.Changed);
    }

    [Fact]
    public async Task A_higher_limit_loses_cases_and_raises_others_later()
    {
        await using var past = await WarmThenHotAsync("60 °C");

        var report = await past.TryAsync(RuleRoad.Pack("70 °C", "2"));

        var rule = Assert.Single(report.Rules, r => r.Rule == "T1");
        Assert.Equal((2, 1, 0, 0, 1, 0, 1), Numbers(rule.Cases));
        Assert.Equal(30, rule.Cases.ShiftSeconds);
    }

    [Fact]
    public async Task The_rules_in_force_tried_on_their_own_past_differ_in_nothing()
    {
        await using var past = await WarmThenHotAsync();

        var report = await past.TryAsync("");

        Assert.Equal(report.Fingerprint, report.TriedFingerprint);
        Assert.True(report.Total.Cases.Now > 0);
        Assert.Equal((report.Total.Cases.Now, report.Total.Cases.Now, report.Total.Cases.Now, 0, 0, 0, 0), Numbers(report.Total.Cases));
        Assert.Empty(report.Changes);
    }

    [Fact]
    public async Task What_people_said_of_the_real_cases_gives_precision_and_recall_of_both_sets()
    {
        await using var past = await WarmThenHotAsync("60 °C");
        var cases = (await past.Road.Cases.ListAsync(new CaseQuery(), Stop)).Items.Where(c => c.Rule == "T1").OrderBy(c => c.OpenedAtMs).ToList();
        await past.Road.Cases.CommitAsync(new CaseCommit([], [cases[0] with { State = CaseState.Cancelled, Outcome = "falseAlarm" }, cases[1] with { State = CaseState.Closed }], [], [], null), Stop);

        var better = Assert.Single((await past.TryAsync(RuleRoad.Pack("70 °C", "2"))).Rules, r => r.Rule == "T1");
        var blind = Assert.Single((await past.TryAsync(RuleRoad.Pack("90 °C", "2"))).Rules, r => r.Rule == "T1");

        Assert.Equal((0.5, 1.0), (better.Now.Precision, better.Now.Recall));
        Assert.Equal((1.0, 1.0), (better.Tried.Precision, better.Tried.Recall));
        Assert.Equal((null, 0.0), (blind.Tried.Precision, blind.Tried.Recall));
    }

    [Fact]
    public async Task Only_what_arrives_within_the_span_counts_but_what_led_to_it_is_judged_too()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("70 °C", "1"));
        await past.Road.SayAsync(Hot, times: 2); // its hold of 20 s begins before the span
        var from = past.Road.Door.NowMs - 1;
        await past.Road.SayAsync(Hot, times: 2);
        await past.SettleAsync();

        var cold = await past.TryAsync("", from, warmMs: 0);
        var warmed = await past.TryAsync("", from, warmMs: 60_000);

        Assert.Equal(0, cold.Total.Cases.Now);
        Assert.Equal(1, warmed.Total.Cases.Now);
        Assert.True(warmed.WarmFromMs <= from);
    }

    [Fact]
    public async Task A_trial_leaves_the_cases_the_journal_and_the_counts_of_the_running_rules_as_they_were()
    {
        await using var past = await WarmThenHotAsync();
        var (events, heads) = (await past.Road.EventsAsync(), Heads(past));
        var raised = past.Road.Rules.Rules.Select(r => r.AlertsRaised).ToList();

        await past.TryAsync(RuleRoad.Pack("60 °C", "2"));

        Assert.Equal(events, await past.Road.EventsAsync());
        Assert.Equal(heads, Heads(past));
        Assert.Equal(raised, past.Road.Rules.Rules.Select(r => r.AlertsRaised));
        Assert.Equal("1", past.Road.Rules.Rules.Single(r => r.Id == "T1").Version);
    }

    [Fact]
    public async Task A_broken_pack_is_refused_with_file_line_and_column_before_anything_is_read()
    {
        await using var past = await WarmThenHotAsync();

        var start = past.Backtester.Start(past.Trial(RuleRoad.Pack("60 °X", "2")));

        Assert.Null(start.Job);
        Assert.StartsWith("test.yaml:5:", Assert.Single(start.Faults), StringComparison.Ordinal);
        Assert.Equal(start.Faults, past.Backtester.Check([new PackText("test.yaml", RuleRoad.Pack("60 °X", "2"))]).Faults);
        Assert.Empty(past.Backtester.Jobs);
    }

    [Theory]
    [InlineData("../evil.yaml", "other signs")]
    [InlineData("Test.YAML", "other signs")]
    [InlineData("notes.txt", "other signs")]
    public async Task A_file_outside_the_rules_folder_is_refused(string file, string why)
    {
        await using var past = await WarmThenHotAsync();
        Assert.Contains(why, Assert.Single(past.Backtester.Check([new PackText(file, "pack: a")]).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_stands_aside_while_the_live_lanes_are_behind_and_can_be_ended_meanwhile()
    {
        await using var past = await WarmThenHotAsync();
        past.Busy = true;

        var start = past.Backtester.Start(past.Trial(""));
        Assert.True(past.Backtester.Cancel(start.Job!.Id));
        var job = await past.EndAsync(start);

        Assert.Equal((BacktestState.Cancelled, null), (job.State, job.Report));
        Assert.False(past.Backtester.Cancel(job.Id));
        Assert.False(past.Backtester.Cancel("no-such-trial"));
    }

    [Fact]
    public async Task Only_a_few_trials_wait_and_the_rest_are_turned_away()
    {
        await using var past = await WarmThenHotAsync();
        past.Busy = true;
        var started = Enumerable.Range(0, 8).Select(_ => past.Backtester.Start(past.Trial(""))).ToList();

        Assert.Contains(started, s => s.Job is null && s.Faults.Count == 0);
        foreach (var job in started.Where(s => s.Job is not null)) past.Backtester.Cancel(job.Job!.Id);
    }

    [Fact]
    public async Task A_pack_without_a_file_name_takes_the_place_of_the_pack_of_its_name()
    {
        await using var past = await WarmThenHotAsync();
        var start = past.Backtester.Start(past.Trial(RuleRoad.Pack("60 °C", "2")));
        Assert.Equal("test.yaml", Assert.Single((await past.EndAsync(start)).Trial.Changes).File);
    }

    [Fact]
    public async Task Lanes_judged_side_by_side_report_what_they_do_one_after_the_other()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("70 °C", "1"));
        var door = past.Road.Door;
        var ports = Enumerable.Range(3, 12).Select(i => new DeviceRecord($"port-{i}", "chargerPort", "", $"leshan/estate-{i}/shed-1/bay-01")).ToList();
        await door.Registry.RegisterAsync(ports, [], [], Stop);
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < ports.Count; i++)
                await door.PublishAsync($"hub/v1/{ports[i].Id}/telemetry", $$$"""{"values":{"port_temp":{{{((round / (3 + i)) % 3) switch { 0 => Cool, 1 => Warm, _ => Hot }}}},"power":20}}""");
            await past.Road.SayAsync(Warm);
        }

        await past.SettleAsync();
        Assert.True(Heads(past).Count(head => head > 500) >= 2, "several lanes have a past: " + string.Join(", ", Heads(past)));
        var reports = new List<string>();
        foreach (var width in (int[])[1, 4])
        {
            await using var tester = past.Tester(width);
            var start = tester.Start(past.Trial(RuleRoad.Pack("60 °C", "2")));
            var job = (await tester.WaitAsync(start.Job!.Id, TimeSpan.FromMinutes(5), Stop))!;
            Assert.Equal((BacktestState.Done, ""), (job.State, job.Fault));
            Assert.True(job.Report!.Total.Cases.Tried > 5 && job.Report.Changes.Count > 5, "there is something to order");
            reports.Add(JsonSerializer.Serialize(job.Report with { Seconds = 0 }));
        }

        Assert.Equal(reports[0], reports[1]);
    }

    [Fact]
    public async Task Seeking_by_time_never_skips_a_record_of_the_span()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("70 °C", "1"));
        await past.Road.SayAsync(Cool, times: 300);
        await past.SettleAsync();
        var journal = past.Road.Door.Journal;
        for (var lane = 0; lane < journal.Lanes; lane++)
        {
            for (var at = past.BeganMs - 20_000; at <= past.Road.Door.NowMs + 20_000; at += 7_000)
            {
                using var reader = past.Road.Door.Reader(lane);
                var before = JournalTimes.Before(journal, lane, at);
                while (reader.TryRead())
                    while (reader.Next() != LaneItem.None)
                        if (reader.ClockMs >= at) Assert.True(reader.Position > before);
            }
        }
    }

    // 65 °C for a while, some minutes of rest, then 65 °C that turns into 75 °C half a minute later.
    private static async Task<PastRoad> WarmThenHotAsync(string limit = "70 °C")
    {
        var past = await PastRoad.StartAsync(RuleRoad.Pack(limit, "1"));
        await past.Road.SayAsync(Warm, times: 5);
        await past.Road.SayAsync(Cool, times: 30);
        await past.Road.SayAsync(Warm, times: 3);
        await past.Road.SayAsync(Hot, times: 5);
        await past.Road.SayAsync(Cool, times: 3);
        await past.SettleAsync();
        return past;
    }

    private static (int, int, int, int, int, int, int) Numbers(BacktestFigures f) => (f.Now, f.Tried, f.Same, f.Gained, f.Lost, f.Earlier, f.Later);

    private static List<long> Heads(PastRoad past) => [.. Enumerable.Range(0, past.Road.Door.Journal.Lanes).Select(past.Road.Door.Journal.Head)];
}
