using Hub.Core.Alerts;
using Hub.Core.Devices;

namespace Hub.Tests.Rules;

/// <summary>The detectors of the shipped detectors.yaml, and the rules on trial that listen to them.</summary>
public sealed class LearnedTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_charge_whose_power_steps_up_is_told_and_one_that_runs_its_course_is_not(bool stepsUp)
    {
        var scene = new RuleScene { KeepTrials = true };
        var port = scene.Device("port-1", "chargerPort", RuleScene.Shed + "/port-1");
        for (var minute = 0; minute < 240; minute++)
        {
            var watts = (170 + (minute * 0.12)) * (stepsUp && minute > 120 ? 1.2 : 1);
            scene.Say(port, ("power", watts), ("port_temp", 24 + Math.Min(6, minute / 8.0)), ("state", "charging"));
            scene.Wait(60);
        }

        Assert.Equal(stepsUp ? 1 : 0, Raised(scene, "A4-charge-course"));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 1)]
    public void A_charger_on_the_public_circuit_is_told_when_it_comes_back_night_after_night(int nights, int expected)
    {
        var scene = new RuleScene { KeepTrials = true };
        var line = scene.Device("line-1", "lineMonitor", RuleScene.Stairwell);
        for (var minute = 0; minute < 6 * 1_440; minute++)
        {
            // The scene begins at two in the afternoon; charging from nine to one.
            var (night, into) = (minute / 1_440, (minute % 1_440) - (7 * 60));
            var load = night < nights && into is >= 0 and < 240 ? 150 * (0.85 + (into * 0.0006)) : 0;
            scene.Say(line, ("power", 14 + load + (minute % 3 * 0.4)));
            scene.Skip(60);
        }

        var told = scene.Alerts.Where(a => a.Rule == "A1-line-nights" && a.Signal == AlertSignal.Raised).ToList();
        Assert.Equal(expected, told.Count);
        if (expected > 0) Assert.Contains("nights", told[0].Explanation.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_charge_that_never_tapers_is_told_as_such_and_one_that_does_is_not()
    {
        var scene = new RuleScene { KeepTrials = true };
        var (port, other) = (scene.Device("port-1", "chargerPort", RuleScene.Shed + "/port-1"), scene.Device("port-2", "chargerPort", RuleScene.Shed + "/port-2"));
        for (var minute = 0; minute < 570; minute++)
        {
            scene.Say(port, ("power", 170 + (minute * 0.02)), ("port_temp", 24.0));
            scene.Say(other, ("power", minute < 240 ? 170 + (minute * 0.02) : 175 * Math.Exp(-(minute - 240) / 40.0)), ("port_temp", 24.0));
            scene.Wait(60);
        }

        var alert = Assert.Single(scene.Alerts, a => a.Rule == "A4-no-taper" && a.Signal == AlertSignal.Raised);
        Assert.Equal("port-1", alert.DeviceId);
        Assert.Contains("no proper taper", alert.Explanation.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(7, true)]
    public void A_shed_that_grows_warm_in_minutes_is_told_before_any_head_alarms(double kelvinPerMinute, bool told)
    {
        var scene = new RuleScene { KeepTrials = true };
        var head = scene.Device("heat-1", "shedHeat", RuleScene.Shed);
        for (var s = 0; s < 1_200; s += 10)
        {
            var celsius = 12 + (s > 600 ? Math.Min(25, (s - 600) / 60.0 * kelvinPerMinute) : 0);
            scene.Say(head, ("temperature", celsius));
            scene.Wait(10);
        }

        Assert.Equal(told ? 1 : 0, Raised(scene, "A5-fire-early"));
        Assert.DoesNotContain(scene.Alerts, a => a.Rule == "A5-fire");
    }

    private static int Raised(RuleScene scene, string rule) => scene.Alerts.Count(a => a.Rule == rule && a.Signal == AlertSignal.Raised && a.Shadow);
}
