using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Readings;

namespace Hub.Tests.Rules;

/// <summary>The shipped rules about sensors and clocks that can no longer be believed.</summary>
public sealed class HealthRuleTests
{
    private readonly RuleScene scene = new() { KeepOutages = true };
    private readonly Random chance = new(7);

    private IEnumerable<Alert> Faults => scene.Alerts.Where(a => a.Type == "SensorFault" && a.Signal == AlertSignal.Raised);

    [Fact]
    public void A_heat_head_that_is_stuck_is_told_to_the_maintainer_with_what_is_wrong_and_its_neighbour_is_not()
    {
        var (stuck, well) = (scene.Device("h1", "shedHeat", RuleScene.Shed), scene.Device("h2", "shedHeat", RuleScene.Shed));
        for (var minute = 0; minute < 400; minute++)
        {
            scene.Say(stuck, ("temperature", minute < 240 ? Celsius() : 21.4));
            scene.Say(well, ("temperature", Celsius()));
            scene.Wait(60);
        }

        var alert = Assert.Single(Faults);
        Assert.Equal(("h1", Severity.P3), (alert.DeviceId, alert.Severity));
        Assert.Contains("stuck: ", alert.Explanation.En, StringComparison.Ordinal);
        Assert.Contains("传感器卡死", alert.Explanation.Zh, StringComparison.Ordinal);
        Assert.Contains("Maintainer", alert.FirstReceivers);
    }

    [Fact]
    public void A_device_that_says_nothing_at_all_is_one_outage_and_no_sensor_fault()
    {
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed);
        for (var minute = 0; minute < 200; minute++)
        {
            scene.Say(port, ("power", 0), ("port_temp", Celsius()));
            scene.Wait(60);
        }

        scene.Wait(3 * 3_600);
        Assert.Single(scene.Alerts, a => a.Type == "DeviceOutage" && a.Signal == AlertSignal.Raised);
        Assert.Empty(Faults);
    }

    [Fact]
    public void A_temperature_that_is_no_longer_told_by_a_device_that_speaks_is_a_sensor_fault()
    {
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed);
        for (var minute = 0; minute < 300; minute++)
        {
            if (minute < 200) scene.Say(port, ("power", 0), ("port_temp", Celsius()));
            else scene.Say(port, ("power", 0));
            scene.Wait(60);
        }

        var alert = Assert.Single(Faults);
        Assert.Contains("is no longer reported", alert.Explanation.En, StringComparison.Ordinal);
        Assert.Equal(Severity.P4, alert.Severity);
    }

    [Theory]
    [InlineData(-300, 1)]
    [InlineData(30, 0)]
    public void A_gas_detector_whose_clock_is_minutes_off_is_a_fault_once(int seconds, int expected)
    {
        var gas = scene.Device("g1", "gasDetector", RuleScene.Stairwell + "/flat-301");
        for (var minute = 0; minute < 90; minute++)
        {
            scene.Send(gas, MessageKind.Telemetry, null, [("lel", 0)], atMs: scene.NowMs + (seconds * 1_000), skewMs: seconds * 1_000);
            scene.Wait(60);
        }

        Assert.Equal(expected, Faults.Count());
        if (expected == 1) Assert.Contains("its clock is 300 s behind", Faults.Single().Explanation.En, StringComparison.Ordinal);
    }

    private double Celsius() => Math.Round(21 + (0.4 * chance.NextDouble()), 2);
}
