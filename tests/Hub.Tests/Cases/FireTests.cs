using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Tests.Cases;

public sealed class FireTests
{
    [Fact]
    public async Task A_smoke_alarm_is_filed_and_dispatched_in_the_same_commit_without_a_person()
    {
        await using var town = await Town.OpenAsync();

        await town.ApplyAsync(Town.Noon, town.Alert("FireSuspected", Severity.P1));

        var c = await town.OnlyCaseAsync();
        Assert.Equal(["reported", "filed", "dispatched"], await town.KindsAsync(c.Id));
        Assert.Equal(CaseState.Dispatched, c.State);
        Assert.Equal(Roles.MicroFireCrew, c.Assignee);
        Assert.Equal(["PropertyOperator", "MicroFireCrew", "GridWorker", "CommunityPolice"], c.Receivers);
        Assert.Equal(Town.Noon + 60_000, c.DueAtMs);
    }

    [Fact]
    public async Task A_suspected_fire_that_nobody_answers_goes_to_the_shift_leader_after_60_s_and_counts_as_confirmed_after_180_s()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert("FireSuspected", Severity.P1));

        await town.TickAsync(Town.Noon + 300_000);

        var c = await town.OnlyCaseAsync();
        var events = (await town.Store.EventsOfAsync(c.Id, Town.Stop)).Skip(3).Select(e => (e.Kind, (e.AtMs - Town.Noon) / 1000)).ToArray();
        Assert.Equal([("overdue", 60L), ("escalated", 60L), ("escalated", 180L), ("confirmed", 180L)], events);
        Assert.Equal("FireConfirmed", c.Type);
        Assert.Contains(Roles.ShiftLeader, c.Receivers);
        Assert.Contains(Roles.StreetCentre, c.Receivers);
    }

    [Fact]
    public async Task A_suspected_fire_that_somebody_took_up_is_not_confirmed_by_silence()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert("FireSuspected", Severity.P1));
        var c = await town.OnlyCaseAsync();
        town.Clock.Advance(TimeSpan.FromSeconds(40));

        await town.DoAsync(c.Id, CaseActions.Accept, Town.Person("li", Roles.PropertyOperator));
        await town.TickAsync(Town.Noon + 3_600_000);

        Assert.Equal("FireSuspected", (await town.OnlyCaseAsync()).Type);
    }
}
