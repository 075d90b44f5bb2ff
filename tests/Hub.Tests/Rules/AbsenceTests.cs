using Hub.Core.Alerts;

namespace Hub.Tests.Rules;

public class AbsenceTests
{
    private static string Pack(string when, string clear = "{when: known(water)}") => $$"""
        pack: test
        rules:
          - id: T1
            version: 1.0.0
            type: PatrolMissed
            title: {zh: 缺, en: Missed}
            description: {zh: 缺, en: Missed}
            owner: PropertyOperator
            basis: none
            watch: {kinds: [waterMeter]}
            key: {level: [device]}
            steps:
              - name: missed
                severity: P4
                when: {{when}}
                explain: {zh: "{duration}", en: "nothing for {duration}"}
            clear: {{clear}}
            firstReceivers: [PropertyOperator]
        """;

    [Fact]
    public void What_does_not_come_is_told_without_a_message_and_cleared_when_it_comes()
    {
        var scene = new RuleScene(RuleScene.Parse(Pack("{absent: known(water), for: 15 min}")));
        var meter = scene.Device("wm1", "waterMeter", RuleScene.Stairwell);
        scene.Wait(3_600);
        Assert.Empty(scene.Alerts);

        scene.Say(meter, ("water", 0.1));
        scene.Wait(600);
        scene.Say(meter, ("battery", 80));
        scene.Wait(299);
        Assert.Empty(scene.Alerts);
        scene.Wait(2);
        var raised = Assert.Single(scene.Alerts);
        Assert.Equal("nothing for 15 min", raised.Explanation.En);

        scene.Wait(60);
        scene.Say(meter, ("water", 0.1));
        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
        scene.Wait(901);
        Assert.Equal(3, scene.Alerts.Count);
    }

    [Fact]
    public void Hours_of_the_day_beside_it_come_true_without_a_message_too()
    {
        // Starts at 14:00; the round is due every four hours, but nobody is blamed before eight in the evening.
        var scene = new RuleScene(RuleScene.Parse(Pack("{all: [{absent: event(round), for: 4 h}, 'between(\"20:00\", \"23:00\")']}", "{when: event(round)}")));
        scene.Event(scene.Device("wm1", "waterMeter", RuleScene.Stairwell), "round");
        scene.Wait(5.9 * 3_600);
        Assert.Empty(scene.Alerts);
        scene.Wait(600);
        Assert.Single(scene.Alerts);
    }

    [Fact]
    public void A_time_in_which_the_hub_did_not_run_does_not_count()
    {
        var scene = new RuleScene(RuleScene.Parse(Pack("{absent: known(water), for: 15 min}")));
        scene.Say(scene.Device("wm1", "waterMeter", RuleScene.Stairwell), ("water", 0.1));
        scene.Wait(60);
        scene.Skip(7_200);
        scene.Wait(890);
        Assert.Empty(scene.Alerts);
        scene.Wait(20);
        Assert.Single(scene.Alerts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_restart_changes_nothing(int restartEvery)
    {
        var (whole, cut) = (Run(0), Run(restartEvery));
        Assert.NotEmpty(whole);
        Assert.Equal(whole, cut);

        static string[] Run(int every)
        {
            var scene = new RuleScene(RuleScene.Parse(Pack("{absent: known(water), for: 2 min}"))) { RestartEvery = every };
            var meter = scene.Device("wm1", "waterMeter", RuleScene.Stairwell);
            for (var i = 0; i < 6; i++)
            {
                scene.Say(meter, ("water", 0.1));
                scene.Wait(60 + (i * 25));
            }

            scene.Skip(900);
            scene.Wait(200);
            return [.. scene.Alerts.Select(a => $"{a.Position} {a.Signal} {a.Explanation.En}")];
        }
    }

    [Fact]
    public void A_held_door_is_told_with_the_time_it_has_stood_open()
    {
        var scene = new RuleScene(RuleScene.Parse(Pack("{hold: event(open), until: event(close), latched: true, for: 10 min}", "{when: event(close)}")));
        scene.Event(scene.Device("wm1", "waterMeter", RuleScene.Stairwell), "open");
        scene.Wait(601);
        Assert.Equal("nothing for 10 min", Assert.Single(scene.Alerts).Explanation.En);
    }
}
