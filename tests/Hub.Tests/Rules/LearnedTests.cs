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
    [InlineData(false)]
    [InlineData(true)]
    public void A_charger_on_the_public_circuit_is_told_and_a_lamp_that_stays_on_is_not(bool charger)
    {
        var scene = new RuleScene { KeepTrials = true };
        var line = scene.Device("line-1", "lineMonitor", RuleScene.Stairwell);
        for (var minute = 0; minute < 400; minute++)
        {
            var load = minute < 60 ? 0 : charger ? 150 + ((minute - 60) * 0.1) : 150;
            scene.Say(line, ("power", 14 + load + (minute % 3 * 0.4)), ("residual", 40));
            scene.Wait(60);
        }

        Assert.Equal(charger ? 1 : 0, Raised(scene, "A1-line-charger"));
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
