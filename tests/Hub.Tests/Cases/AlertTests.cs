using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;

namespace Hub.Tests.Cases;

public sealed class AlertTests
{
    private const long Hour = 3_600_000, Day = 24 * Hour;

    [Fact]
    public async Task Alerts_of_one_key_join_one_open_case()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon + 60_000, town.Alert(), town.Alert(at: Town.Noon + 30_000));

        var c = await town.OnlyCaseAsync();
        Assert.Equal(2, c.AlertCount);
        Assert.Equal(2, c.Inputs.Count);
        Assert.Equal(["opened", "joined"], (await town.Store.AlertsOfAsync(c.Id, 10, Town.Stop)).Select(a => a.Fate));
    }

    [Fact]
    public async Task After_the_window_a_new_beginning_is_a_new_case()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon + 2 * Hour, town.Alert(), town.Alert(at: Town.Noon + Hour + 1));

        Assert.Equal(2, (await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items.Count);
    }

    [Fact]
    public async Task A_stronger_alert_raises_the_severity_and_files_at_once()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(autoFile: false));
        Assert.Equal(CaseState.Reported, (await town.OnlyCaseAsync()).State);

        await town.ApplyAsync(Town.Noon + 1000, town.Alert(severity: Severity.P2, at: Town.Noon + 1000, signal: AlertSignal.Strengthened));

        var c = await town.OnlyCaseAsync();
        Assert.Equal((Severity.P2, CaseState.Dispatched), (c.Severity, c.State));
        Assert.Equal(["reported", "severityRaised", "filed", "dispatched"], await town.KindsAsync(c.Id));
        Assert.Equal(Town.Noon + 1000 + 300_000, c.DueAtMs);
    }

    [Fact]
    public async Task A_weaker_alert_never_lowers_the_severity()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon, town.Alert(severity: Severity.P2), town.Alert(severity: Severity.P4));

        Assert.Equal(Severity.P2, (await town.OnlyCaseAsync()).Severity);
    }

    [Fact]
    public async Task A_confirmation_turns_the_suspicion_into_a_confirmed_fire()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon + 60_000, town.Alert("FireSuspected", Severity.P1), town.Alert("FireConfirmed", Severity.P1, Town.Noon + 20_000, AlertSignal.Strengthened));
        await town.TickAsync(Town.Noon + Hour);

        var c = await town.OnlyCaseAsync();
        Assert.Equal("FireConfirmed", c.Type);
        Assert.Single(await town.KindsAsync(c.Id), "confirmed");
        Assert.Contains(Roles.StreetCentre, c.Receivers);
    }

    [Fact]
    public async Task A_cleared_condition_leaves_the_case_open_and_quiet()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon + 5000, town.Alert(), town.Alert(at: Town.Noon + 5000, signal: AlertSignal.Cleared));

        var c = await town.OnlyCaseAsync();
        Assert.True(c.IsOpen);
        Assert.False(c.Active);
    }

    [Fact]
    public async Task A_rule_on_trial_makes_no_case_but_is_counted()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon, town.Alert(shadow: true));

        Assert.Empty((await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items);
        Assert.Equal("shadow", Assert.Single((await town.Store.AlertsAsync(null, null, null, 10, Town.Stop)).Items).Fate);
    }

    [Theory]
    [InlineData(true, 0.79, false)]
    [InlineData(true, 0.80, true)]
    [InlineData(false, 0.95, false)]
    public async Task A_hazard_is_filed_without_a_person_only_by_a_sure_rule_marked_so(bool autoFile, double confidence, bool filed)
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon, town.Alert(autoFile: autoFile, confidence: confidence));

        Assert.Equal(filed ? CaseState.Dispatched : CaseState.Reported, (await town.OnlyCaseAsync()).State);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(8, false)]
    public async Task The_same_matter_within_seven_days_of_closing_is_a_recurrence(int daysLater, bool recurs)
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert());
        var first = (await town.OnlyCaseAsync()).Id;
        await Workflow.CloseAsync(town, first);

        await town.ApplyAsync(Town.Noon + daysLater * Day, town.Alert(at: Town.Noon + daysLater * Day));

        var second = Assert.Single((await town.Store.ListAsync(new CaseQuery(Open: true), Town.Stop)).Items);
        Assert.Equal(recurs ? first : null, second.ReopenOf);
    }

    [Theory]
    [InlineData(Severity.P3, 1)]
    [InlineData(Severity.P1, 2)]
    public async Task What_a_person_dismissed_stays_dismissed_for_its_window_unless_life_is_at_stake(Severity again, int cases)
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert());
        var c = await town.OnlyCaseAsync();
        await town.DoAsync(c.Id, CaseActions.Dismiss, Town.Person("wang", Roles.ShiftLeader), r => r with { Reason = "clothes line" });

        await town.ApplyAsync(Town.Noon + 600_000, town.Alert(severity: again, at: Town.Noon + 600_000));

        Assert.Equal(cases, (await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items.Count);
    }

    [Fact]
    public async Task An_order_to_a_device_is_recorded_with_its_answer()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert("BatteryThermal", Severity.P2, commands: [new DeviceCommand("c-1", "port-7", "cut", new Dictionary<string, string> { ["row"] = "2" })]));
        await town.RestartAsync();
        var pending = Assert.Single(await town.Desk.PendingCommandsAsync(Town.Stop)).Command;
        Assert.Equal(("c-1", "2"), (pending.Id, pending.Arguments!["row"]));
        var requested = (await town.Store.EventsAfterAsync(0, 100, Town.Stop)).Single(e => e.Kind == "commandRequested");
        Assert.Equal(("c-1", "port-7", "cut", "2"), ((string?)requested.Data["command"], (string?)requested.Data["device"], (string?)requested.Data["name"], (string?)requested.Data["arguments"]!["row"]));

        var batch = town.Batch(Town.Noon + 2000);
        await town.Desk.ApplyAsync(new LaneBatch { Lane = 0, Position = batch.Position, ClockMs = batch.ClockMs, Answers = [new CommandAnswer(batch.Position, "port-7", "c-1", "ok", Town.Noon + 1500)] }, Town.Stop);

        var c = await town.OnlyCaseAsync();
        Assert.Equal(("acknowledged", Town.Noon + 1500), (c.Commands[0].State, c.Commands[0].AcknowledgedAtMs));
        Assert.Contains("commandAcknowledged", await town.KindsAsync(c.Id));
        Assert.Empty(await town.Desk.PendingCommandsAsync(Town.Stop));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_real_alert_makes_a_simulated_case_real(bool first, bool second)
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon, town.Alert() with { Sim = first }, town.Alert() with { Sim = second });

        Assert.Equal(first && second, (await town.OnlyCaseAsync()).Sim);
    }

    [Fact]
    public async Task A_fire_at_an_unknown_place_goes_out_all_the_same()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon, town.Alert("FireSuspected", Severity.P1, place: ""));

        var c = await town.OnlyCaseAsync();
        Assert.Equal((CaseState.Dispatched, "", ""), (c.State, c.PlaceId, c.GridCode));
    }

    [Fact]
    public async Task A_flood_of_alerts_is_counted_but_does_not_swell_the_case()
    {
        await using var town = await Town.OpenAsync();
        var flood = Enumerable.Range(0, 1000).Select(i => town.Alert(at: Town.Noon + i * 100)).ToArray();

        await town.ApplyAsync(Town.Noon + 100_000, flood);

        var c = await town.OnlyCaseAsync();
        Assert.InRange(c.Version, 200, 210);
        Assert.Equal(1000, (await town.Store.AlertsOfAsync(c.Id, 2000, Town.Stop)).Count);
        Assert.Equal(50, c.Inputs.Count);
    }

    [Fact]
    public async Task Alerts_of_a_merged_case_go_to_the_one_it_was_merged_into()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(key: "a"), town.Alert(key: "b"));
        var all = (await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items;
        var (into, from) = (all.Single(x => x.DedupeKey == "a"), all.Single(x => x.DedupeKey == "b"));
        await town.DoAsync(from.Id, CaseActions.Merge, Town.Person("wang", Roles.ShiftLeader), r => r with { Target = into.Id, Reason = "one cable" });

        await town.ApplyAsync(Town.Noon + 1000, town.Alert(key: "b", at: Town.Noon + 1000));

        Assert.Equal(2, (await town.CaseAsync(into.Id)).AlertCount);
    }
}
