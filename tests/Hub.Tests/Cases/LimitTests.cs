using Hub.Cases;
using Hub.Cases.Limits;
using Hub.Core;

namespace Hub.Tests.Cases;

public sealed class LimitTests
{
    private static readonly CasePolicy policy = CasePolicy.Default;

    [Theory]
    [InlineData("2026-10-01", false)] // National Day
    [InlineData("2026-10-10", true)] // a Saturday that pays for it
    [InlineData("2026-10-11", false)]
    [InlineData("2026-02-14", true)]
    [InlineData("2026-02-16", false)]
    [InlineData("2026-11-23", true)]
    [InlineData("2026-11-22", false)]
    public void Holidays_and_make_up_days_are_known(string day, bool work) => Assert.Equal(work, policy.Calendar.IsWorkDay(DateOnly.Parse(day)));

    [Theory]
    [InlineData("2026-11-23 10:00", 60, "2026-11-23 11:00")]
    [InlineData("2026-11-23 11:30", 60, "2026-11-23 14:00")] // over the noon break
    [InlineData("2026-11-20 17:00", 60, "2026-11-23 09:00")] // over a week end
    [InlineData("2026-09-30 17:00", 60, "2026-10-08 09:00")] // over the National Day week
    [InlineData("2026-11-22 12:00", 450, "2026-11-23 17:30")] // a whole day, begun on a Sunday
    [InlineData("2026-11-23 08:00", 30, "2026-11-23 09:00")] // before opening
    public void Working_time_runs_only_when_people_work(string from, int minutes, string until)
    {
        var start = policy.Calendar.Instant(DateTime.Parse(from));

        var due = policy.Calendar.AddWork(start, minutes * 60_000L);

        Assert.Equal(DateTime.Parse(until), policy.Calendar.Local(due));
        Assert.Equal(minutes * 60_000L, policy.Calendar.WorkBetween(start, due));
    }

    [Theory]
    [InlineData(Severity.P1, "acknowledge", "2026-11-22 03:00", "2026-11-22 03:01")]
    [InlineData(Severity.P2, "acknowledge", "2026-11-22 03:00", "2026-11-22 03:05")]
    [InlineData(Severity.P3, "acknowledge", "2026-11-23 14:00", "2026-11-23 14:30")]
    [InlineData(Severity.P3, "acknowledge", "2026-11-23 22:00", "2026-11-24 00:00")] // night: two hours
    [InlineData(Severity.P3, "acknowledge", "2026-11-23 05:59", "2026-11-23 07:59")]
    [InlineData(Severity.P3, "acknowledge", "2026-11-23 06:00", "2026-11-23 06:30")]
    [InlineData(Severity.P3, "onSite", "2026-11-23 10:00", "2026-11-24 00:00")] // the same day
    [InlineData(Severity.P3, "onSite", "2026-11-23 23:00", "2026-11-24 03:00")] // but never less than four hours
    [InlineData(Severity.P3, "handle", "2026-11-20 10:00", "2026-11-23 10:00")] // one work day over a week end
    [InlineData(Severity.P4, "handle", "2026-09-28 10:00", "2026-10-13 10:00")] // seven work days over the holidays
    public void Each_severity_has_its_limit_for_each_phase(Severity severity, string phase, string from, string until)
    {
        var limit = policy.Limits.For("FlyingWireCharging", severity, _ => false, phase, policy.Calendar.Instant(DateTime.Parse(from)));

        Assert.Equal(DateTime.Parse(until), policy.Calendar.Local(limit.DueAtMs));
    }

    [Fact]
    public void Urgent_limits_run_on_the_clock_through_holidays()
    {
        var from = policy.Calendar.Instant(new DateTime(2026, 10, 2, 3, 0, 0));

        Assert.Equal(from + 4 * 3_600_000, policy.Limits.For("GasLeak", Severity.P2, _ => false, "handle", from).DueAtMs);
    }

    [Fact]
    public async Task Each_half_of_a_limit_more_takes_an_urgent_case_one_level_up()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(severity: Severity.P2));

        await town.TickAsync(Town.Noon + 3_600_000);

        var c = await town.OnlyCaseAsync();
        var late = (await town.Store.EventsOfAsync(c.Id, Town.Stop)).Where(e => e.Kind is "overdue" or "escalated").Select(e => (e.Kind, (e.AtMs - Town.Noon) / 1000)).ToArray();
        Assert.Equal([("overdue", 300L), ("escalated", 450L), ("escalated", 600L)], late);
        Assert.True(c.Overdue);
    }

    [Fact]
    public async Task Limits_run_by_the_clock_of_the_lane_and_not_of_the_wall()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(severity: Severity.P1));

        town.Clock.Advance(TimeSpan.FromHours(5));
        await town.TickAsync(Town.Noon + 59_000);

        Assert.Equal(0, (await town.OnlyCaseAsync()).EscalationLevel);
    }

    [Fact]
    public async Task Who_accepts_late_writes_no_event_into_the_past()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(severity: Severity.P1));
        var id = (await town.OnlyCaseAsync()).Id;
        town.Clock.Advance(TimeSpan.FromMinutes(10)); // the hub's clock; the lane lags behind

        await Workflow.AcceptAsync(town, id);
        await town.TickAsync(Town.Noon + 1_200_000);

        var stamps = (await town.Store.EventsOfAsync(id, Town.Stop)).Select(e => e.AtMs).ToArray();
        Assert.Equal(stamps.Order(), stamps);
        Assert.True((await town.CaseAsync(id)).Overdue);
    }

    [Fact]
    public async Task Progress_without_work_is_written_at_most_once_a_second_of_the_lane_and_twice_of_the_disk()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert());
        async Task<bool> AfterAsync(int laneMs, int realMs)
        {
            town.Clock.Advance(TimeSpan.FromMilliseconds(realMs));
            return await town.ApplyAsync(Town.Noon + laneMs);
        }

        Assert.False(await AfterAsync(999, 600));
        Assert.True(await AfterAsync(1000, 0));
        Assert.False(await AfterAsync(90_000, 499));
        Assert.True(await AfterAsync(90_001, 1));
        Assert.Equal(Town.Noon + 90_001, Assert.Single(await town.Desk.LanesAsync(Town.Stop)).ClockMs);
    }

    [Fact]
    public void A_local_file_replaces_the_shipped_limits_and_a_wrong_one_is_named()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("hub-policy-");
        try
        {
            var file = Path.Combine(folder.FullName, "limits.yaml");
            File.WriteAllText(file, "version: local\nseverities:\n  P1:\n    acknowledge: { limit: 30 s }\n");
            Assert.Equal(30_000, CasePolicy.Load(folder.FullName).Limits.For("X", Severity.P1, _ => false, "acknowledge", 0).DueAtMs);

            File.WriteAllText(file, "version: local\nseverities:\n  P1:\n    acknowledge: { limit: soon }\n");
            Assert.Contains("'soon'", Assert.Throws<CasePolicyException>(() => CasePolicy.Load(folder.FullName)).Message, StringComparison.Ordinal);

            File.WriteAllText(file, "severity:\n  P1: 3\n");
            Assert.Contains("limits.yaml, line 1", Assert.Throws<CasePolicyException>(() => CasePolicy.Load(folder.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_estate_without_a_property_firm_sends_the_specialist()
    {
        await using var town = await Town.OpenAsync();
        town.Places.Known["leshan/estate-1"] = new("leshan/estate-1", Core.Places.PlaceKind.Estate, new LocalText("一", "1"), Attributes: new Dictionary<string, string> { ["property"] = "none" });

        await town.ApplyAsync(Town.Noon, town.Alert());

        var c = await town.OnlyCaseAsync();
        Assert.Equal("EstateSpecialist", c.Assignee);
        Assert.DoesNotContain("PropertyOperator", c.Receivers);
    }
}
