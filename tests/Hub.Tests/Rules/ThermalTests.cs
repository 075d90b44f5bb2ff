using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;

namespace Hub.Tests.Rules;

public class ThermalTests
{
    [Fact]
    public void Sixty_degrees_for_thirty_seconds_while_charging_cuts_the_port()
    {
        var scene = new RuleScene();
        var port = Port(scene, 1);
        Hold(scene, port, 61, 40);

        var alert = Assert.Single(scene.Alerts);
        Assert.Equal((Severity.P2, "BatteryThermal"), (alert.Severity, alert.Type));
        var command = Assert.Single(alert.Commands);
        Assert.Equal(("p01", "cut"), (command.DeviceId, command.Name));
        Assert.Contains(alert.Inputs, i => i is { Channel: "port_temp", Threshold: 60, Unit: "°C", Comparison: ">=" });
        Assert.Contains("61 °C", alert.Explanation.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dip_or_a_gap_starts_the_thirty_seconds_anew()
    {
        var scene = new RuleScene();
        var port = Port(scene, 1);
        Hold(scene, port, 61, 20);
        scene.Say(port, ("port_temp", 59.0), ("power", 200));
        scene.Wait(10);
        Hold(scene, port, 61, 20);
        scene.Wait(120);
        Hold(scene, port, 61, 20);

        Assert.Empty(scene.Of("BatteryThermal"));
    }

    [Fact]
    public void A_warm_port_that_does_not_charge_is_no_alarm()
    {
        var scene = new RuleScene();
        var port = Port(scene, 1);
        for (var i = 0; i < 10; i++)
        {
            scene.Say(port, ("port_temp", 61.0), ("power", 0), ("state", "idle"));
            scene.Wait(10);
        }

        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void A_rise_from_58_to_72_degrees_cuts_the_port_then_the_row()
    {
        var scene = new RuleScene();
        var port = Port(scene, 1, "A");
        Port(scene, 2, "A");
        Port(scene, 3, "B");
        for (var t = 0; t <= 336; t += 10)
        {
            scene.Say(port, ("port_temp", 58 + (t / 24.0)), ("power", 200), ("state", "charging"));
            scene.Wait(10);
        }

        Assert.Equal([Severity.P2, Severity.P1], scene.Alerts.Select(a => a.Severity));
        Assert.Equal(AlertSignal.Strengthened, scene.Alerts[1].Signal);
        Assert.Equal(["p01", "p02"], scene.Alerts[1].Commands.Where(c => c.Name == "cut").Select(c => c.DeviceId));
    }

    [Fact]
    public void Fifteen_degrees_above_the_neighbours_for_three_minutes_is_P1_and_sun_on_all_of_them_is_not()
    {
        var hot = Neighbours(own: 52, others: 30);
        Assert.Equal(Severity.P1, Assert.Single(hot.Of("BatteryThermal")).Severity);

        var sun = Neighbours(own: 52, others: 45);
        Assert.Empty(sun.Alerts);
    }

    [Fact]
    public void Eighty_degrees_cuts_the_whole_shed_and_opens_its_doors()
    {
        var scene = new RuleScene();
        var port = Port(scene, 1, "A");
        Port(scene, 2, "B");
        scene.Device("door", "shedDoor", RuleScene.Shed);
        scene.Say(port, ("port_temp", 81), ("power", 200));

        var alert = Assert.Single(scene.Alerts);
        Assert.Equal(Severity.P1, alert.Severity);
        Assert.Equal(["cut p01", "cut p02", "releaseDoor door"], alert.Commands.Select(c => $"{c.Name} {c.DeviceId}"));
        Assert.Equal(alert.Commands.Count, alert.Commands.Select(c => c.Id).Distinct().Count());
    }

    [Fact]
    public void Smoke_in_the_shed_with_a_hot_port_is_a_battery_fire_of_the_shed()
    {
        var scene = new RuleScene();
        scene.Say(Port(scene, 1), ("port_temp", 62), ("power", 0));
        scene.Wait(60);
        scene.Event(scene.Device("sm", "shedSmoke", RuleScene.Shed), "smoke");

        Assert.Contains(scene.Of("BatteryThermal"), a => a.Severity == Severity.P1 && a.PlaceId == RuleScene.Shed);
        Assert.Single(scene.Of("FireSuspected"));
    }

    [Fact]
    public void Carbon_monoxide_that_rises_thirty_ppm_in_a_minute_beside_a_hot_port_is_a_fire_and_without_one_is_not()
    {
        var scene = new RuleScene();
        var gas = scene.Device("co", "shedGas", RuleScene.Shed);
        Rise(scene, gas);
        Assert.Empty(scene.Alerts);

        scene.Say(Port(scene, 1), ("port_temp", 62), ("power", 0));
        Rise(scene, gas);
        Assert.Equal(Severity.P1, Assert.Single(scene.Alerts).Severity);
    }

    [Fact]
    public void A_reading_of_a_broken_sensor_never_meets_a_threshold()
    {
        var scene = new RuleScene();
        scene.Send(Port(scene, 1), Core.Readings.MessageKind.Telemetry, null, [("port_temp", 850.0)], suspect: true);
        scene.Say(Port(scene, 1), ("port_temp", double.NaN));

        Assert.Empty(scene.Alerts);
        Assert.Equal(1, scene.Engine.Figures.Suspect);
    }

    [Fact]
    public void It_clears_only_after_five_minutes_below_the_lower_threshold()
    {
        var scene = new RuleScene();
        var port = Port(scene, 1);
        Hold(scene, port, 61, 40);
        Hold(scene, port, 55, 600);
        Assert.Single(scene.Alerts);

        Hold(scene, port, 45, 200);
        Hold(scene, port, 52, 20);
        Hold(scene, port, 45, 290);
        Assert.Single(scene.Alerts);

        Hold(scene, port, 45, 20);
        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
        Assert.Equal(scene.Alerts[0].DedupeKey, scene.Alerts[^1].DedupeKey);
    }

    private static Device Port(RuleScene scene, int bay, string row = "A") =>
        scene.Device($"p{bay:00}", "chargerPort", $"{RuleScene.Shed}/bay-{bay:00}", null, ("row", row));

    private static void Hold(RuleScene scene, Device port, double temperature, double seconds)
    {
        for (var t = 0; t < seconds; t += 10)
        {
            scene.Say(port, ("port_temp", temperature), ("power", 200), ("state", "charging"));
            scene.Wait(10);
        }
    }

    private static void Rise(RuleScene scene, Device gas)
    {
        for (var i = 0; i <= 4; i++)
        {
            scene.Say(gas, ("co", 2.0 + (i * 9)));
            scene.Wait(10);
        }

        scene.Wait(120);
    }

    private static RuleScene Neighbours(double own, double others)
    {
        var scene = new RuleScene();
        for (var i = 1; i <= 5; i++) Port(scene, i);
        for (var t = 0; t < 250; t += 10)
        {
            for (var i = 1; i <= 5; i++) scene.Say(Port(scene, i), ("port_temp", i == 1 ? own : others + (i * 0.2)), ("power", 200), ("state", "charging"));
            scene.Wait(10);
        }

        return scene;
    }
}
