using Hub.Core.Alerts;
using Hub.Tests.Ingest;

namespace Hub.Tests.Road;

public sealed class RuleReloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changed_rules_judge_from_the_record_that_names_them_however_late_the_lane_comes_to_it()
    {
        await using var road = new RuleRoad(RuleRoad.Pack("70 °C", "1"));
        await road.StartAsync();
        await road.SayAsync(65, power: 200, times: 4);
        road.Write(RuleRoad.Pack("60 °C", "2"));
        Assert.True((await road.Rules.ReloadAsync("test", Stop)).Changed);
        var changedAt = road.Door.NowMs;
        await road.SayAsync(65, power: 200, times: 4);

        // The lane reads all of it only now.
        await road.WorkAndEndAsync();

        var alerts = await road.AlertsAsync();
        var raised = Assert.Single(alerts, a => a.Rule == "T1");
        Assert.Equal("2", raised.RuleVersion);
        Assert.True(raised.ArrivalMs >= changedAt + 20_000, "its hold began with the changed rule");
        Assert.True(Assert.Single(alerts, a => a.Rule == "T2").ArrivalMs < changedAt + 20_000, "the hold of the rule that did not change went on");
    }

    [Fact]
    public async Task A_broken_folder_is_refused_with_its_faults_and_the_old_rules_go_on_until_it_is_mended()
    {
        await using var road = new RuleRoad(RuleRoad.Pack("60 °C", "1"));
        await road.StartAsync();
        var before = road.Rules.Fingerprint;

        road.Write(RuleRoad.Pack("60 °X", "2"));
        var outcome = await road.Rules.ReloadAsync("test", Stop);

        Assert.False(outcome.Changed);
        Assert.Contains("test.yaml:5:", Assert.Single(outcome.Faults), StringComparison.Ordinal);
        Assert.Equal((before, outcome.Faults), (road.Rules.Fingerprint, road.Rules.Faults));
        Assert.Equal("1", road.Rules.Rules.Single(r => r.Id == "T1").Version);
        await road.SayAsync(65, times: 4);
        await road.WorkAndEndAsync();
        Assert.Equal("1", Assert.Single(await road.AlertsAsync()).RuleVersion);

        road.Write(RuleRoad.Pack("60 °C", "2"));
        await road.StartAsync();
        Assert.Empty(road.Rules.Faults);
        Assert.Equal("2", road.Rules.Rules.Single(r => r.Id == "T1").Version);
    }

    [Fact]
    public async Task Rules_that_could_mute_a_fire_are_refused_while_the_hub_runs()
    {
        await using var road = new RuleRoad(RuleRoad.Pack("60 °C", "1")) { MustBeSafe = true };
        await road.StartAsync();
        road.Write(RuleRoad.Pack("60 °C", "2"));

        var outcome = await road.Rules.ReloadAsync("test", Stop);

        Assert.False(outcome.Changed);
        Assert.Contains(outcome.Faults, f => f.Contains("a message that could be muted: smokeAlarm, event smoke", StringComparison.Ordinal));
        Assert.Equal("1", road.Rules.Rules.Single(r => r.Id == "T1").Version);
    }

    [Fact]
    public async Task The_folder_is_taken_up_when_it_has_stood_still_for_one_look()
    {
        await using var road = new RuleRoad(RuleRoad.Pack("60 °C", "1"));
        await road.StartAsync();
        var before = road.Rules.Fingerprint;

        road.Write(RuleRoad.Pack("60 °C", "2") + "\n# half a copy");
        await road.Rules.LookAsync(Stop);
        Assert.Equal(before, road.Rules.Fingerprint);
        road.Write(RuleRoad.Pack("60 °C", "2"));
        await road.Rules.LookAsync(Stop);
        Assert.Equal(before, road.Rules.Fingerprint);
        await road.Rules.LookAsync(Stop);
        Assert.NotEqual(before, road.Rules.Fingerprint);
        Assert.Equal(["folder", "start"], road.Rules.Kept.Select(k => k.By).Order());
    }

    [Fact]
    public async Task Nothing_is_journalled_when_the_folder_holds_what_is_in_force()
    {
        await using var road = new RuleRoad(RuleRoad.Pack("60 °C", "1"));
        await road.StartAsync();
        var head = road.Door.Journal.Head(0);

        Assert.Equal((false, 0), await road.Rules.ReloadAsync("test", Stop) is var r ? (r.Changed, r.Faults.Count) : default);
        Assert.Equal(head, road.Door.Journal.Head(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_restarts_and_replays_agree_byte_for_byte(bool keepState)
    {
        await using var road = new RuleRoad(RuleRoad.Pack("70 °C", "1"));
        await road.StartAsync();
        await road.SayAsync(72, power: 200, times: 5);
        await road.SayAsync(30, times: 2);
        road.Write(RuleRoad.Pack("60 °C", "2"));
        await road.Rules.ReloadAsync("test", Stop);
        await road.SayAsync(65, times: 1);
        await road.WorkAndEndAsync(keepState);
        await road.StartAsync();
        await road.SayAsync(65, times: 4);

        // Changed while the hub was down.
        await road.WorkAndEndAsync(keepState);
        road.Write(RuleRoad.Pack("75 °C", "3"));
        await road.StartAsync();
        await road.SayAsync(30, times: 8);
        await road.SayAsync(65, times: 4);
        await road.SayAsync(76, times: 4);
        await road.WorkAndEndAsync(keepState);
        await road.StartAsync();

        Assert.Equal(["1", "2", "3"], (await road.AlertsAsync()).Where(a => a is { Rule: "T1", Signal: AlertSignal.Raised }).Select(a => a.RuleVersion));
        Assert.Equal(await road.EventsAsync(), await road.ReplayAsync());
        Assert.NotEqual(await road.EventsAsync(), await road.ReplayAsync(road.Read(RuleRoad.Pack("60 °C", "2"))));
        Assert.Equal(3, road.Rules.Kept.Count);
        Assert.Equal(RuleRoad.Pack("75 °C", "3"), Assert.Single(road.Rules.FilesOf(road.Rules.Fingerprint)!).Text);
        Assert.Null(road.Rules.FilesOf("../packs"));
    }

    [Fact]
    public async Task Directives_are_no_messages_and_the_ledger_balances_over_a_restart()
    {
        await using var road = new RuleRoad(RuleRoad.Pack("60 °C", "1"));
        await road.StartAsync();
        await road.SayAsync(20, times: 2);
        road.Write(RuleRoad.Pack("61 °C", "1"));
        await road.Rules.ReloadAsync("test", Stop);
        await road.Door.RestartAsync();
        road.Door.Drain();

        var ledger = road.Door.Ledger.Snapshot();
        Assert.Equal((2, 2, 2, true), (ledger.Received, ledger.Journalled, ledger.Decoded, ledger.Balanced));
        using var reader = road.Door.Reader(0);
        Assert.Equal(2, Door.Items(reader).Count(i => i == "directive Rules"));
    }
}
