using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>What comes again and again at one place becomes a matter of its own.</summary>
public sealed class RepeatedTests
{
    [Fact]
    public void The_third_flying_wire_at_a_stairwell_in_a_month_asks_for_a_whistle()
    {
        var scene = new RuleScene { RestartEvery = 37 };
        for (var i = 0; i < 3; i++)
        {
            Assert.DoesNotContain(scene.Alerts, a => a.Rule == "A1-flying-wire-repeated");
            CatalogueSafetyTests.Wire(scene, i == 1 ? "cam-2" : "cam", "wall", minutes: 12);
            for (var h = 0; h < 60; h++) scene.Skip(3_600);
        }

        var whistle = Assert.Single(scene.Alerts, a => a is { Rule: "A1-flying-wire-repeated", Signal: AlertSignal.Raised });
        Assert.Equal((Severity.P3, RuleScene.Stairwell, "StreetCentre"), (whistle.Severity, whistle.PlaceId, whistle.FirstReceivers[0]));
        Assert.Contains("for the 3th time", whistle.Explanation.En, StringComparison.Ordinal);
    }

    [Fact]
    public void What_begins_again_within_a_day_is_the_same_case_and_counts_once()
    {
        var scene = new RuleScene();
        for (var i = 0; i < 5; i++)
        {
            CatalogueSafetyTests.Wire(scene, "cam", "wall", minutes: 12);
            scene.Wait(3_600);
        }

        Assert.True(scene.Of("FlyingWireCharging").Count(a => a.Signal == AlertSignal.Raised) >= 4);
        Assert.DoesNotContain(scene.Alerts, a => a.Rule == "A1-flying-wire-repeated");
    }

    [Fact]
    public void A_month_later_the_first_of_three_is_forgotten_and_other_stairwells_are_not_counted()
    {
        var scene = new RuleScene();
        for (var i = 0; i < 4; i++)
        {
            CatalogueSafetyTests.Wire(scene, "cam", "wall", minutes: 12);
            for (var d = 0; d < 16 * 4; d++) scene.Skip(6 * 3_600);
        }

        Assert.DoesNotContain(scene.Alerts, a => a.Rule == "A1-flying-wire-repeated");
    }

    [Fact]
    public void A_port_overloaded_three_times_in_two_weeks_goes_to_the_maintainer()
    {
        var scene = new RuleScene();
        var port = scene.Device("p", "chargerPort", RuleScene.Shed + "/bay-01");
        var other = scene.Device("q", "chargerPort", RuleScene.Shed + "/bay-02");
        for (var i = 0; i < 3; i++)
        {
            for (var s = 0; s < 9; s++)
            {
                scene.Say(port, ("power", 700));
                if (i < 2) scene.Say(other, ("power", 700));
                scene.Wait(10);
            }

            scene.Say(port, ("power", 0));
            scene.Say(other, ("power", 0));
            scene.Wait(125);
            scene.Say(port, ("power", 0));
            scene.Say(other, ("power", 0));
            for (var h = 0; h < 30; h++) scene.Skip(3_600);
        }

        Assert.Equal(["p"], scene.Alerts.Where(a => a is { Rule: "A4-port-repeated", Signal: AlertSignal.Raised }).Select(a => a.DeviceId));
    }

    [Fact]
    public void The_fifth_car_outside_the_bays_in_a_month_is_an_item_for_the_meeting()
    {
        var scene = new RuleScene();
        var camera = scene.Device("c", "aiCamera", "leshan/estate-1/gate-1");
        for (var i = 0; i < 5; i++)
        {
            for (var m = 0; m < 40; m++)
            {
                scene.Event(camera, "vehicle", 0.9, "no-parking");
                scene.Wait(30);
            }

            for (var h = 0; h < 24; h++) scene.Skip(3_600);
        }

        Assert.Equal("EstateSpecialist", Assert.Single(scene.Alerts, a => a is { Rule: "A13-parking-repeated", Signal: AlertSignal.Raised }).FirstReceivers[0]);
    }

    [Fact]
    public void What_is_only_on_trial_counts_for_nothing_in_force()
    {
        var scene = new RuleScene(RuleScene.Parse(Counting("    shadow: true")));
        Fire(scene);
        Assert.DoesNotContain(scene.Alerts, a => a.Rule == "again");

        scene = new RuleScene(RuleScene.Parse(Counting("")));
        Fire(scene);
        Assert.Single(scene.Alerts, a => a.Rule == "again");
    }

    [Fact]
    public void A_rule_that_counts_alerts_explains_its_count()
    {
        var book = RuleScene.Parse(Counting(""));
        Fire(new RuleScene(book));
        var part = Assert.Single(book.TraceOf("again", null, 9)!.First(t => t.Outcome == "raised").Steps[0].Parts);
        Assert.Equal(("raised", 2.0, 2.0, true), (part.Kind, part.Has, part.Wants, part.Holds));
    }

    [Theory]
    [InlineData("{raised: P4, at_least: 2, within: 1 d}", "types")]
    [InlineData("{raised: P9, types: [X], at_least: 2, within: 1 d}", "P1, P2, P3 or P4")]
    [InlineData("{count: event(a), by: track, of: 3, at_least: 2, within: 1 d}", "one of the two")]
    [InlineData("{regulars: event(a), on: 20, at_least: 6, within: 60 d}", "1 d to 31 d")]
    [InlineData("power > number_of(\"rated\", 600)", "W")]
    public void A_wrong_operator_is_named(string when, string allowed) =>
        Assert.Contains(allowed, Assert.Throws<RulePackException>(() => RuleScene.Parse(Counting("").Replace("{raised: P4, types: [X], at_least: 2, within: 1 h}", when, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    private static void Fire(RuleScene scene)
    {
        var port = scene.Device("p", "chargerPort", RuleScene.Shed);
        for (var i = 0; i < 4; i++)
        {
            scene.Send(port, MessageKind.Telemetry, null, [("power", i % 2 == 0 ? 700 : 0)]);
            scene.Wait(300);
        }
    }

    private static string Counting(string more) => $$"""
        pack: test
        rules:
          - id: one
            version: 1.0.0
            type: X
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [chargerPort]}
            dedupe: {family: X, window: 1 s}
            steps: [{name: a, severity: P4, when: power > 600 W, explain: {zh: a, en: a} }]
            clear: {when: power < 100 W}
            firstReceivers: []
        {{more}}
          - id: again
            version: 1.0.0
            type: Y
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [any]}
            key: {level: [shed]}
            steps: [{name: a, severity: P3, when: {raised: P4, types: [X], at_least: 2, within: 1 h}, explain: {zh: a, en: a} }]
            firstReceivers: []
        """;
}
