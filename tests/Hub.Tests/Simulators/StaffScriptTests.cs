using Hub.Simulators.Drivers;

namespace Hub.Tests.Simulators;

public sealed class StaffScriptTests
{
    private static readonly TimeSpan long_ = TimeSpan.FromHours(1);

    [Fact]
    public void Nobody_acts_before_their_time() =>
        Assert.Null(StaffScript.Next("c-1", "GasLeak", 1, "Dispatched", false, true, TimeSpan.FromSeconds(20)));

    [Fact]
    public void Most_cases_are_closed_and_some_are_left_at_every_stage()
    {
        var ends = Enumerable.Range(0, 300).Select(i => EndOf($"case-{i}", "LineFault", 2)).GroupBy(s => s).ToDictionary(g => g.Key, g => g.Count());
        Assert.Contains("Dispatched", ends.Keys);
        Assert.Contains("Accepted", ends.Keys);
        Assert.Contains("Handling", ends.Keys);
        Assert.Contains("Handled", ends.Keys);
        Assert.InRange(ends.Where(e => e.Key is "Closed" or "FedBack" or "Rated").Sum(e => e.Value), 150, 250);
    }

    [Fact]
    public void Whoever_handled_a_case_never_verifies_it()
    {
        for (var i = 0; i < 50; i++)
        {
            var finish = StaffScript.Next($"c-{i}", "LineFault", 3, "Handling", false, false, long_);
            var close = StaffScript.Next($"c-{i}", "LineFault", 3, "Handled", false, false, long_);
            if (finish is not null && close is not null) Assert.NotEqual(finish.Account, close.Account);
        }
    }

    [Fact]
    public void Every_step_is_taken_by_someone_who_holds_the_post()
    {
        foreach (var state in new[] { "Reported", "Verifying", "Filed", "Dispatched", "Accepted", "Handling", "Handled", "Closed", "FedBack", "Rework" })
            for (var i = 0; i < 30; i++)
                if (StaffScript.Next($"c-{i}", "FireSuspected", 1, state, i % 2 == 0, false, long_) is { } step)
                {
                    var member = Assert.Single(StaffScript.Members, m => m.Account == step.Account);
                    if (step.Role.Length > 0) Assert.Contains(step.Role, member.Roles);
                }
    }

    private static string EndOf(string id, string type, int severity)
    {
        var (state, asked) = ("Dispatched", false);
        while (StaffScript.Next(id, type, severity, state, asked, false, long_) is { } step)
        {
            (state, asked) = step.Action switch
            {
                "accept" => ("Accepted", false),
                "arrive" => ("Handling", false),
                "finish" => ("Handled", false),
                "close" when severity <= 2 && !asked => ("Handled", true),
                "close" => ("Closed", false),
                "feedBack" => ("FedBack", false),
                "rate" => ("Rated", false),
                _ => throw new InvalidOperationException(step.Action),
            };
        }

        return state;
    }
}
