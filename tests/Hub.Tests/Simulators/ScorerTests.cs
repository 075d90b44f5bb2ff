using Hub.Simulators.Engine;
using Hub.Simulators.Scoring;

namespace Hub.Tests.Simulators;

public sealed class ScorerTests
{
    private const long T0 = 1_795_000_000_000;
    private const string Stairs = "leshan/estate-1/building-01/stairwell-1";

    [Fact]
    public void A_case_at_the_right_place_and_time_is_found_and_its_delay_counted_from_when_it_was_due()
    {
        var row = Score([Fire()], [Case("FireSuspected", Stairs, T0 + 12_000)]);
        Assert.Equal((1, 1, 0, 0), (row.Injected, row.Found, row.Missed, row.False));
        Assert.Equal((1.0, 1.0, 2.0), (row.Precision, row.Recall, row.MedianSeconds));
    }

    [Fact]
    public void A_confirmed_fire_answers_a_suspected_one() =>
        Assert.Equal(1, Score([Fire()], [Case("FireConfirmed", Stairs + "/flat-201", T0 + 1_000)]).Found);

    [Fact]
    public void A_case_elsewhere_is_false_and_the_true_one_missed()
    {
        var row = Score([Fire()], [Case("FireSuspected", "leshan/estate-1/building-01/stairwell-11", T0 + 1_000)]);
        Assert.Equal((0, 1, 1), (row.Found, row.Missed, row.False));
        Assert.Equal((0.0, 0.0), (row.Precision, row.Recall));
    }

    [Fact]
    public void A_case_of_another_type_is_false() => Assert.Equal((1, 1), Missed(Score([Fire()], [Case("GasLeak", Stairs, T0)])));

    [Fact]
    public void A_case_long_before_or_after_is_false()
    {
        Assert.Equal((1, 1), Missed(Score([Fire()], [Case("FireSuspected", Stairs, T0 - 3_600_000)])));
        Assert.Equal((1, 1), Missed(Score([Fire()], [Case("FireSuspected", Stairs, T0 + 7_200_000)])));
    }

    [Fact]
    public void A_case_for_something_harmless_is_false()
    {
        var row = Score([Fire() with { Expected = "none" }], [Case("FireSuspected", Stairs, T0)]);
        Assert.Equal((0, 0, 1), (row.Injected, row.Found, row.False));
        Assert.True(double.IsNaN(row.Recall));
    }

    [Fact]
    public void Something_harmless_that_raised_nothing_is_no_matter()
    {
        var row = Score([Fire() with { Expected = "none" }], []);
        Assert.Equal((0, 0), (row.Injected, row.False));
    }

    [Fact]
    public void What_joined_an_earlier_case_of_the_same_place_counts_as_found()
    {
        var later = Fire() with { From = T0 + 900_000, To = T0 + 960_000, Due = T0 + 900_000 };
        var row = Score([Fire(), later], [Case("FireSuspected", Stairs, T0 + 1_000)]);
        Assert.Equal((2, 2, 1, 0), (row.Injected, row.Found, row.Joined, row.Missed));
    }

    [Fact]
    public void A_second_case_for_one_fire_is_a_double_and_not_false()
    {
        var row = Score([Fire()], [Case("FireSuspected", Stairs, T0 + 1_000), Case("FireSuspected", Stairs, T0 + 5_000, "b")]);
        Assert.Equal((1, 0, 1), (row.Found, row.False, row.Doubles));
    }

    [Fact]
    public void What_may_be_found_is_neither_asked_for_nor_false()
    {
        var may = Fire() with { Expected = "joined" };
        Assert.Equal((0, 0), (Score([may], [Case("FireSuspected", Stairs, T0)]).Injected, Score([may], [Case("FireSuspected", Stairs, T0)]).False));
        Assert.Equal(0, Score([may], []).Missed);
    }

    [Fact]
    public void What_opens_after_the_end_of_the_run_is_not_scored()
    {
        var end = Fire() with { Type = Truth.EndOfRun, To = T0 + 100_000, Due = T0 + 100_000, Expected = "joined" };
        Assert.Equal((1, 0), (Score([Fire(), end], [Case("FireSuspected", Stairs, T0)]).Found, Score([Fire(), end], [Case("DeviceOutage", Stairs, T0 + 300_000)]).False));
        Assert.Equal(1, Score([Fire(), end], [Case("DeviceOutage", Stairs, T0 + 90_000)]).False);
    }

    [Fact]
    public void Recall_is_told_by_severity()
    {
        var lead = Fire() with { Severity = "P4", Place = "leshan/estate-2" };
        var card = Scorer.Score([Fire(), lead], [Case("FireSuspected", Stairs, T0)]);
        Assert.Equal(1, card.RecallOf("P1"));
        Assert.Equal(0, card.RecallOf("P4"));
        Assert.Equal("leshan/estate-2", Assert.Single(card.Missed).Place);
    }

    private static Truth Fire() => new("s", "FireSuspected", "P1", Stairs, null, "d", T0, T0 + 60_000, T0 + 10_000, "case", "");

    private static FoundCase Case(string type, string place, long opened, string id = "a") => new(id, type, "P1", place, opened, opened);

    private static ScoreCard.Row Score(Truth[] truth, FoundCase[] cases) => Scorer.Score(truth, cases).Rows()[^1];

    private static (int, int) Missed(ScoreCard.Row row) => (row.Missed, row.False);
}
