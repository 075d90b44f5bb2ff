using Hub.Simulators.Communities;
using Hub.Simulators.Engine;
using Hub.Simulators.Scenes;
using Hub.Simulators.Scoring;

namespace Hub.Tests.Simulators;

/// <summary>A simulated day through the real dialect and the shipped rules, held against its truth. No server, no clock.</summary>
public sealed class TruthAgainstRulesTests
{
    private static readonly DateTimeOffset midnight = new(2026, 11, 20, 0, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task The_shipped_rules_find_every_P1_and_P2_of_a_day_of_scenes_and_cry_wolf_at_nothing_harmless()
    {
        var day = await LiveAsync(scale: 0.03, hours: 24, TestContext.Current.CancellationToken);
        Assert.True(day.Messages > 200_000);
        Assert.Equal(0, day.Undecoded);
        Assert.Contains(day.Card.Verdicts, v => v.Truth.Severity == "P1" && v.Truth.Expected == "case");
        Assert.Empty(day.Card.Missed.Where(t => t.Severity is "P1" or "P2").Select(t => t.ToLine()));
        Assert.Empty(day.Card.Verdicts.Where(v => v.Truth.Expected == "none" && v.Case is not null && !v.Joined).Select(v => v.Truth.ToLine()));
        Assert.Empty(day.Card.Unexplained.Select(c => c.ToString()));
    }

    private static async Task<(long Messages, int Undecoded, ScoreCard Card)> LiveAsync(double scale, double hours, CancellationToken stop)
    {
        var community = Community.Build(1, scale);
        var simulation = new Simulation(community, midnight);
        PlayAll(simulation);
        var day = await JudgedCommunity.BuildAsync(community, simulation, onAlert: null, stop);
        for (var second = midnight.ToUnixTimeMilliseconds() + 1_000; second <= midnight.AddHours(hours).ToUnixTimeMilliseconds(); second += 1_000) day.LiveUntil(second);

        var covered = day.Book.Rules.Select(r => Scorer.Family(r.Type)).ToHashSet();
        return (day.Messages, day.Undecoded, Scorer.Score([.. day.Truths().Where(t => covered.Contains(Scorer.Family(t.Type)))], day.Cases));
    }

    private static void PlayAll(Simulation simulation)
    {
        var minute = 5;
        foreach (var scene in SceneBook.All.Where(s => s.Name is not ("chess-room" or "line-habit")))
        {
            Assert.Null(simulation.Play(scene.Name, double.IsNaN(scene.Hour) ? midnight.AddMinutes(minute) : midnight.AddHours(scene.Hour)));
            minute += 35;
        }
    }
}
