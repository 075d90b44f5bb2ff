using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;

namespace Hub.Tests.Rules;

/// <summary>The clauses of the catalogue on fire, heat, gas and electricity (A1 to A7): what raises each, and what must not.</summary>
public sealed class CatalogueSafetyTests
{
    private const string Flat = RuleScene.Stairwell + "/flat-201";

    [Theory]
    [InlineData("corridor-2", 1, 20, Severity.P2)]
    [InlineData("yard", 3, 20, Severity.P2)]
    [InlineData("yard", 1, 36, Severity.P2)]
    [InlineData("yard", 1, 20, Severity.P3)]
    public void By_day_a_flying_wire_is_urgent_on_an_escape_route_with_three_bikes_or_in_heat(string zone, int bikes, double ambient, Severity expected)
    {
        var scene = new RuleScene();
        Wire(scene, "cam", zone, minutes: 12, bikes, ambient);
        Assert.Equal(expected, Assert.Single(scene.Of("FlyingWireCharging")).Severity);
    }

    [Fact]
    public void A_cable_that_hung_for_three_days_without_a_bike_is_a_fixture_and_says_nothing_for_a_week()
    {
        var scene = new RuleScene();
        var camera = scene.Device("cam", "aiCamera", RuleScene.Stairwell);
        for (var quarter = 0; quarter < 73 * 4; quarter++)
        {
            scene.Event(camera, "cable", 0.86, "wall", ("x", 0.41), ("y", 0.8));
            scene.Skip(900);
        }

        Wire(scene, "cam", "wall", minutes: 15);
        Wire(scene, "cam", "other-wall", minutes: 15);
        Assert.Equal("other-wall", Assert.Single(scene.Of("FlyingWireCharging")).Zone);

        for (var day = 0; day < 8 * 24; day++) scene.Skip(3_600);
        scene.Alerts.Clear();
        Wire(scene, "cam", "wall", minutes: 15);
        Assert.Contains(scene.Of("FlyingWireCharging"), a => a is { Zone: "wall", Signal: AlertSignal.Raised });
    }

    [Theory]
    [InlineData("pram")]
    [InlineData("wheelchair")]
    [InlineData("bicycle")]
    [InlineData("trolley")]
    public void What_else_has_wheels_may_ride_the_lift(string type)
    {
        var scene = new RuleScene();
        var lift = scene.Device("lift", "liftCamera", RuleScene.Stairwell + "/lift-1");
        for (var i = 0; i < 100; i++)
        {
            scene.Event(lift, type, 0.95, "car", ("moved", 1));
            scene.Wait(0.6);
        }

        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void A_warm_charger_body_is_no_alarm_and_a_pre_fire_sounds_the_siren()
    {
        var scene = new RuleScene();
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-01", null, ("row", "A"));
        scene.Device("sm", "shedSmoke", RuleScene.Shed);
        for (var i = 0; i < 60; i++)
        {
            scene.Say(port, ("port_temp", 57 + (i % 3)), ("power", 200), ("state", "charging"));
            scene.Wait(10);
        }

        Assert.Empty(scene.Alerts);
        for (var i = 0; i < 30; i++)
        {
            scene.Say(port, ("port_temp", 60 + (i * 0.5)), ("power", 200), ("state", "charging"));
            scene.Wait(10);
        }

        Assert.Contains(scene.Alerts.First(a => a.Severity == Severity.P1).Commands, c => c is { Name: "siren", DeviceId: "sm" });
    }

    [Fact]
    public void Full_but_drawing_is_a_P3_without_a_cut_and_a_trickle_is_none()
    {
        var scene = Ports(31, ("power", 18), ("state", "full"));
        var alert = Assert.Single(scene.Of("OverlongCharge"));
        Assert.Equal((Severity.P3, 0), (alert.Severity, alert.Commands.Count));
        Assert.Empty(Ports(60, ("power", 12), ("state", "full")).Alerts);
    }

    [Theory]
    [InlineData(610, "", true)]
    [InlineData(590, "", false)]
    [InlineData(320, "300", true)]
    [InlineData(290, "300", false)]
    [InlineData(320, "much", false)]
    public void A_port_beyond_its_rating_or_600_W_for_a_minute_is_cut_and_P3(double power, string rated, bool raises)
    {
        var scene = new RuleScene();
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-01", null, rated.Length > 0 ? [("ratedPower", rated)] : []);
        for (var i = 0; i < 9; i++)
        {
            scene.Say(port, ("power", power), ("state", "charging"));
            scene.Wait(10);
        }

        Assert.Equal(raises, scene.Of("OverlongCharge").Any(a => a.Severity == Severity.P3 && a.Commands is [{ Name: "cut" }]));
    }

    [Theory]
    [InlineData("userTransmissionDevice", "manualAlarm")]
    [InlineData("userTransmissionDevice", "fire")]
    [InlineData("shedHeat", "heat")]
    [InlineData("smokeAlarm", "alarm")]
    public void Every_manual_point_panel_and_head_raises_a_suspected_fire_at_once(string kind, string type)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("d", kind, RuleScene.Stairwell), type);
        Assert.Equal((Severity.P1, "FireSuspected"), (Assert.Single(scene.Alerts).Severity, scene.Alerts[0].Type));
    }

    [Fact]
    public void Power_lost_around_a_suspected_fire_confirms_it()
    {
        var scene = new RuleScene();
        for (var i = 0; i < 2; i++) scene.Say(scene.Device("line" + i, "lineMonitor", RuleScene.Stairwell), ("residual", 50));
        scene.Wait(100);
        scene.Event(scene.Device("s", "smokeAlarm", RuleScene.Stairwell), "smoke");
        scene.Wait(200);
        Assert.Single(scene.Of("FireConfirmed"));
    }

    [Fact]
    public void Cooking_hours_dirt_a_weak_battery_and_old_nuisance_change_the_wording_of_a_fire_and_hold_nothing_back()
    {
        var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 11, 30, 0, TimeSpan.FromHours(8)));
        var head = scene.Device("s", "smokeAlarm", Flat);
        scene.Event(head, "contaminated");
        scene.Send(head, Core.Readings.MessageKind.Status, null, [("battery", 9)]);
        scene.Wait(2);
        for (var i = 0; i < 3; i++)
        {
            scene.Event(head, "smoke");
            scene.Wait(2 * 3_600);
        }

        var fires = scene.Alerts.Where(a => a is { Type: "FireSuspected", Signal: AlertSignal.Raised }).ToList();
        Assert.Equal([Severity.P1, Severity.P1, Severity.P1], fires.Select(a => a.Severity));
        Assert.Contains("cooking hours", fires[0].Explanation.En, StringComparison.Ordinal);
        Assert.Contains("油烟", fires[0].Explanation.Zh, StringComparison.Ordinal);
        Assert.Contains("contaminated", fires[0].Explanation.En, StringComparison.Ordinal);
        Assert.Contains("low on battery", fires[0].Explanation.En, StringComparison.Ordinal);
        Assert.DoesNotContain("again and again", fires[0].Explanation.En, StringComparison.Ordinal);
        Assert.Contains("again and again", fires[2].Explanation.En, StringComparison.Ordinal);
        Assert.DoesNotContain("cooking", fires[1].Explanation.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_detectors_own_gas_alarm_is_P2_and_a_rise_of_five_a_minute_is_P1()
    {
        var scene = new RuleScene();
        var detector = scene.Device("g", "gasDetector", Flat, null, ("installedYear", "2019"));
        scene.Event(detector, "alarm");
        Assert.Equal(Severity.P2, Assert.Single(scene.Of("GasLeak")).Severity);
        Assert.Contains("five years", scene.Alerts[0].Explanation.En, StringComparison.Ordinal);
        for (var i = 0; i < 25; i++)
        {
            scene.Say(detector, ("lel", 2 + (i * 0.3)), ("valve", 0));
            scene.Wait(3);
        }

        Assert.Equal(Severity.P1, scene.Of("GasLeak").Last().Severity);
        Assert.All(scene.Of("GasLeak"), a => Assert.Empty(a.Commands));
    }

    [Theory]
    [InlineData(14, true)]
    [InlineData(9, false)]
    public void Fourteen_arc_half_cycles_a_second_are_P2_and_nine_are_none(double arc, bool raises)
    {
        var scene = new RuleScene();
        scene.Say(scene.Device("l", "lineMonitor", RuleScene.Stairwell), ("arc", arc));
        Assert.Equal(raises, scene.Alerts.Any(a => a is { Type: "LineFault", Severity: Severity.P2 }));
    }

    [Fact]
    public void In_wet_weather_all_stairwells_leak_and_none_is_a_fault_but_half_an_ampere_always_is()
    {
        var scene = new RuleScene();
        Device[] lines = [.. Enumerable.Range(1, 4).Select(i => scene.Device("l" + i, "lineMonitor", $"leshan/estate-1/building-01/stairwell-{i}"))];
        Leak(scene, lines, 60, _ => 90);
        Leak(scene, lines, 10, i => 340 + i);
        Assert.Empty(scene.Alerts);

        Leak(scene, lines, 30, _ => 90);
        Leak(scene, lines, 10, i => i == 2 ? 340 : 95);
        Assert.Equal((Severity.P3, "l3"), (Assert.Single(scene.Of("LineFault")).Severity, scene.Alerts[0].DeviceId));

        Leak(scene, lines, 5, _ => 520);
        Assert.Equal(4, scene.Of("LineFault").Count(a => a.Severity == Severity.P2));
    }

    private static void Leak(RuleScene scene, Device[] lines, int minutes, Func<int, double> milliamperes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            for (var i = 0; i < lines.Length; i++) scene.Say(lines[i], ("residual", milliamperes(i)), ("cable_temp_a", 30));
            scene.Wait(60);
        }
    }

    private static RuleScene Ports(int minutes, params (string, object)[] values)
    {
        var scene = new RuleScene();
        for (var i = 0; i <= minutes; i++)
        {
            scene.Say(scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-01"), values);
            scene.Wait(60);
        }

        return scene;
    }

    internal static void Wire(RuleScene scene, string camera, string zone, double minutes, int bikes = 1, double ambient = 20)
    {
        var device = scene.Device(camera, "aiCamera", RuleScene.Stairwell);
        for (var i = 0; i < minutes * 2; i++)
        {
            scene.Event(device, "cable", 0.86, zone, ("x", 0.41), ("y", 0.8), ("ambient", ambient));
            for (var b = 0; b < bikes; b++) scene.Send(device, Core.Readings.MessageKind.Event, "eBike", [("x", 0.45), ("y", 0.8)], 0.9, zone, track: "b" + b);
            scene.Wait(30);
        }
    }
}
