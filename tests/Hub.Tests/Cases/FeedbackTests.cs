using Hub.Cases;
using Hub.Cases.Feedback;
using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Tests.Cases;

public sealed class FeedbackTests
{
    private const long Hour = 3_600_000;
    private static readonly RuleLimit warm = new("warm", 60, "°C");
    private static readonly RuleLimit clear = new("clear", 50, "°C");

    [Fact]
    public void Verdicts_are_read_from_where_a_case_ended()
    {
        Assert.Equal(Verdict.Dismissed, Verdicts.Of(Case(1, CaseState.Cancelled) with { Outcome = "falseAlarm" }));
        Assert.Equal(Verdict.Dismissed, Verdicts.Of(Case(1, CaseState.NotFiled)));
        Assert.Equal(Verdict.None, Verdicts.Of(Case(1, CaseState.Cancelled) with { Outcome = "duplicate" }));
        Assert.Equal(Verdict.None, Verdicts.Of(Case(1, CaseState.Merged)));
        Assert.Equal(Verdict.Confirmed, Verdicts.Of(Case(1, CaseState.Closed)));
        Assert.Equal(Verdict.Confirmed, Verdicts.Of(Case(1, CaseState.Handled) with { HandledAtMs = 5 }));
        Assert.Equal(Verdict.None, Verdicts.Of(Case(1, CaseState.Dispatched)));
    }

    [Fact]
    public void Precision_is_told_for_a_rule_and_each_of_its_versions_and_leaves_out_what_nobody_answered()
    {
        var rows = RuleFeedback.ByRule([Said(1, Verdict.Dismissed, 61), Said(10, Verdict.Confirmed, 70), Said(20, Verdict.None, 62), Said(30, Verdict.Confirmed, 80, version: "2")]);

        Assert.Equal([("", 4, 2, 1), ("1", 3, 1, 1), ("2", 1, 1, 0)], rows.Select(r => (r.Version, r.Cases, r.Confirmed, r.Dismissed)));
        Assert.Equal([2.0 / 3, 0.5, 1.0], rows.Select(r => r.Precision!.Value));
        Assert.Equal(1, rows[0].Open);
    }

    [Fact]
    public void A_device_that_was_dismissed_once_is_no_repeat_offender_and_the_worst_comes_first()
    {
        var offenders = RuleFeedback.Offenders(
            [Said(1, Verdict.Dismissed, 61, "a"), Said(2, Verdict.Dismissed, 61, "a"), Said(3, Verdict.Dismissed, 61, "b"), Said(4, Verdict.Dismissed, 61, "c"), Said(5, Verdict.Dismissed, 61, "c"), Said(6, Verdict.Dismissed, 61, "c")], 10);

        Assert.Equal([("c", 3), ("a", 2)], offenders.Select(o => (o.DeviceId, o.Dismissed)));
    }

    [Fact]
    public void A_threshold_is_advised_that_dismissed_cases_did_not_reach_and_every_confirmed_one_did()
    {
        var advice = Assert.Single(ThresholdAdvice.For("R", [warm], [Said(1, Verdict.Dismissed, 61), Said(9, Verdict.Dismissed, 62), Said(17, Verdict.Dismissed, 63), Said(25, Verdict.Confirmed, 68), Said(33, Verdict.Confirmed, 75)], 0));

        Assert.Equal(("threshold", "warm", 3, 3), (advice.Kind, advice.Limit.Name, advice.Avoids, advice.Of));
        Assert.InRange(advice.To, 63.0001, 68);
    }

    [Fact]
    public void Nothing_is_advised_that_would_lose_a_confirmed_case_or_rests_on_too_little()
    {
        Assert.Empty(ThresholdAdvice.For("R", [warm], [Said(1, Verdict.Dismissed, 66), Said(9, Verdict.Dismissed, 67), Said(17, Verdict.Dismissed, 70), Said(25, Verdict.Confirmed, 61)], 0));
        Assert.Empty(ThresholdAdvice.For("R", [warm], [Said(1, Verdict.Dismissed, 61), Said(9, Verdict.Dismissed, 61), Said(25, Verdict.Confirmed, 75)], 0));
        Assert.Empty(ThresholdAdvice.For("R", [warm with { Unit = "K" }], [Said(1, Verdict.Dismissed, 61), Said(9, Verdict.Dismissed, 62), Said(17, Verdict.Dismissed, 63), Said(25, Verdict.Confirmed, 75)], 0));
    }

    [Fact]
    public void Cases_that_come_back_within_the_hour_ask_for_a_wider_dead_band()
    {
        (GridCase, Verdict)[] cases = [.. Enumerable.Range(0, 5).Select(i => Said(i * 0.5, Verdict.Confirmed, 65))];
        var row = RuleFeedback.ByRule(cases)[0];
        var advice = Assert.Single(ThresholdAdvice.For("R", [warm, clear], cases, row.Again));

        Assert.Equal(4, row.Again);
        Assert.Equal(("deadBand", "clear", 45.0), (advice.Kind, advice.Limit.Name, advice.To));
    }

    private static (GridCase Case, Verdict Verdict) Said(double hour, Verdict verdict, double value, string device = "d", string version = "1") =>
        (Case(hour, CaseState.Dispatched) with { RuleVersion = version, Devices = [device], DedupeKey = "R@" + device, Inputs = [new AlertInput(device, "port_temp", 1, value, "°C", ">=", 60)] }, verdict);

    private static GridCase Case(double hour, CaseState state) => new()
    {
        Id = $"c-{hour}", Type = "T", Severity = Severity.P3, State = state, Title = new("a", "a"), Explanation = new("a", "a"), PlaceId = "p", PlaceTitle = new("p", "p"), GridCode = "g",
        OpenedAtMs = (long)(hour * Hour), OccurredAtMs = (long)(hour * Hour), UpdatedAtMs = (long)(hour * Hour), LastAlertAtMs = (long)(hour * Hour), Version = 1, DedupeKey = "R@d", Rule = "R", RuleVersion = "1",
    };
}
