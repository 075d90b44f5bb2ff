using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Tests.Rules;

public class HomeTests
{
    [Fact]
    public void Gas_at_ten_percent_in_three_readings_is_P2_and_at_twenty_or_rising_is_P1()
    {
        var scene = new RuleScene();
        var detector = scene.Device("g1", "gasDetector", RuleScene.Stairwell + "/flat-201");
        foreach (var lel in new[] { 9.0, 11, 11, 11 })
        {
            scene.Say(detector, ("lel", lel), ("co", 1), ("valve", 0));
            scene.Wait(3);
        }

        Assert.Equal([Severity.P2], scene.Alerts.Select(a => a.Severity));
        scene.Say(detector, ("lel", 21), ("co", 1), ("valve", 0));
        Assert.Equal([Severity.P2, Severity.P1], scene.Alerts.Select(a => a.Severity));
    }

    [Fact]
    public void One_puff_of_alcohol_is_no_leak_and_a_valve_that_stays_open_is_P1()
    {
        var scene = new RuleScene();
        var detector = scene.Device("g1", "gasDetector", RuleScene.Stairwell + "/flat-201");
        scene.Say(detector, ("lel", 12), ("valve", 1));
        scene.Wait(60);
        Assert.Empty(scene.Alerts);

        for (var i = 0; i < 12; i++)
        {
            scene.Say(detector, ("lel", 12), ("valve", 1));
            scene.Wait(3);
        }

        Assert.Equal(Severity.P1, scene.Alerts[^1].Severity);
    }

    [Fact]
    public void Leakage_is_judged_against_the_lines_own_base()
    {
        var scene = new RuleScene();
        var line = scene.Device("l1", "lineMonitor", RuleScene.Stairwell);
        for (var i = 0; i < 60; i++) Say(90);
        for (var i = 0; i < 3; i++) Say(430);
        Assert.Equal(Severity.P3, Assert.Single(scene.Alerts).Severity);

        var wet = new RuleScene();
        scene = wet;
        line = scene.Device("l1", "lineMonitor", RuleScene.Stairwell);
        for (var i = 0; i < 10; i++) Say(310);
        Assert.Empty(scene.Alerts);

        void Say(double residual)
        {
            scene.Say(line, ("residual", residual), ("cable_temp_a", 30));
            scene.Wait(60);
        }
    }

    [Fact]
    public void A_warm_cable_is_P2_and_with_smoke_in_the_stairwell_P1()
    {
        var scene = new RuleScene();
        var line = scene.Device("l1", "lineMonitor", RuleScene.Stairwell);
        for (var i = 0; i < 3; i++)
        {
            scene.Say(line, ("residual", 80), ("cable_temp_b", 78));
            scene.Wait(60);
        }

        Assert.Equal(Severity.P2, Assert.Single(scene.Alerts).Severity);
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), "smoke");
        scene.Say(line, ("residual", 80), ("cable_temp_b", 78));
        Assert.Equal(Severity.P1, scene.Of("LineFault").Last().Severity);
    }

    [Fact]
    public void A_charge_of_more_than_eight_hours_is_cut_and_lead_acid_has_ten()
    {
        Assert.Single(Charge(hours: 8.2, null), a => a.Severity == Severity.P4 && a.Commands.Count == 1);
        Assert.Empty(Charge(hours: 7.9, null));
        Assert.DoesNotContain(Charge(hours: 9.5, "lead-acid"), a => a.Commands.Count > 0);
        Assert.Single(Charge(hours: 10.2, "lead-acid"), a => a.Commands.Count == 1);
    }

    [Fact]
    public void A_door_that_stands_open_or_is_forced_is_odd_and_five_denials_are_too()
    {
        var scene = new RuleScene();
        var door = scene.Device("d1", "doorReader", RuleScene.Stairwell);
        scene.Say(door, ("contact", 1));
        scene.Wait(605);
        Assert.Equal(Severity.P3, Assert.Single(scene.Alerts).Severity);

        var other = scene.Device("d2", "gateReader", "leshan/estate-1/gate-1");
        for (var i = 0; i < 5; i++) scene.Event(other, "denied");
        Assert.Equal(Severity.P4, scene.Alerts[^1].Severity);
        scene.Event(other, "forced");
        Assert.Equal((Severity.P2, AlertSignal.Strengthened), (scene.Alerts[^1].Severity, scene.Alerts[^1].Signal));
    }

    private static List<Alert> Charge(double hours, string? battery)
    {
        var scene = new RuleScene();
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-01", null, battery is null ? [] : [("battery", battery)]);
        for (var minute = 0; minute < hours * 60; minute++)
        {
            scene.Say(port, ("power", 120), ("port_temp", 30), ("state", "charging"));
            scene.Wait(60);
        }

        return scene.Alerts;
    }
}
