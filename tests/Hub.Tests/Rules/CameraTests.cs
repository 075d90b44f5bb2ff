using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;

namespace Hub.Tests.Rules;

public class CameraTests
{
    private const string Lane = "leshan/estate-1/lane-1";
    private const string Lift = RuleScene.Stairwell + "/lift-1";

    private static readonly DateTimeOffset night = new(2026, 11, 22, 23, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void A_cable_and_an_ebike_together_for_ten_minutes_are_a_P3_by_day_and_a_P2_at_night()
    {
        var day = new RuleScene();
        Wire(day, minutes: 12);
        var alert = Assert.Single(day.Of("FlyingWireCharging"));
        Assert.Equal((Severity.P3, "wall-1", RuleScene.Stairwell), (alert.Severity, alert.Zone, alert.PlaceId));
        Assert.True(alert.AutoFile);

        var dark = new RuleScene(start: night);
        Wire(dark, minutes: 12);
        Assert.Equal(Severity.P2, Assert.Single(dark.Of("FlyingWireCharging")).Severity);
    }

    [Fact]
    public void Eight_minutes_of_cable_and_bike_are_not_enough()
    {
        var scene = new RuleScene();
        Wire(scene, minutes: 8.5);
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void Every_fifth_sample_may_be_missed_and_every_third_may_not()
    {
        var good = new RuleScene();
        Wire(good, minutes: 15, skip: 6);
        Assert.Single(good.Alerts);

        var poor = new RuleScene();
        Wire(poor, minutes: 15, skip: 3);
        Assert.Empty(poor.Alerts);
    }

    [Fact]
    public void A_clothes_line_a_far_bike_or_two_zones_are_no_flying_wire()
    {
        var line = new RuleScene();
        Wire(line, minutes: 20, bike: false);
        Assert.Empty(line.Alerts);

        var far = new RuleScene();
        Wire(far, minutes: 20, bikeAt: 0.8);
        Assert.Empty(far.Alerts);

        var zones = new RuleScene();
        Wire(zones, minutes: 20, bikeZone: "wall-2");
        Assert.Empty(zones.Alerts);
    }

    [Fact]
    public void Smoke_beside_a_flying_wire_makes_it_P1()
    {
        var scene = new RuleScene();
        Wire(scene, minutes: 12);
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), "smoke");
        scene.Wait(15);

        var last = scene.Of("FlyingWireCharging").Last();
        Assert.Equal((Severity.P1, AlertSignal.Strengthened), (last.Severity, last.Signal));
    }

    [Fact]
    public void The_course_of_a_charger_on_the_public_circuit_is_a_P3_when_it_has_tapered()
    {
        var scene = new RuleScene();
        Power(scene, minute => minute < 5 ? 60 : minute < 100 ? 220 : minute < 140 ? 220 - ((minute - 100) * 4) : 62);
        Assert.Single(scene.Of("FlyingWireCharging"), a => a.Signal == AlertSignal.Raised);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(90)]
    [InlineData(5000)]
    public void A_short_a_never_ending_or_an_abruptly_ending_load_on_the_public_circuit_is_none(int minutes)
    {
        var scene = new RuleScene();
        Power(scene, minute => minute < 5 ? 60 : minute < 5 + minutes ? 220 : 60);
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void An_ebike_that_leaves_the_lift_is_no_case_and_one_that_rides_is()
    {
        var refused = new RuleScene();
        Ride(refused, 14);
        refused.Wait(60);
        Assert.Empty(refused.Alerts);

        var rides = new RuleScene();
        Ride(rides, 33);
        Assert.Equal(Severity.P3, Assert.Single(rides.Of("EbikeIndoors")).Severity);
    }

    [Fact]
    public void A_lift_that_moved_with_the_bike_need_not_wait_thirty_seconds()
    {
        var scene = new RuleScene();
        Ride(scene, 6);
        scene.Event(Cam(scene), "eBike", 0.94, "car", ("moved", 1));
        Assert.Contains(scene.Alerts[0].Commands, c => c.Name == "holdDoor");
    }

    [Fact]
    public void The_third_bike_in_a_week_is_a_case_even_if_refused()
    {
        var scene = new RuleScene();
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(scene.Alerts);
            Ride(scene, 10);
            scene.Wait(3_600);
        }

        Assert.Single(scene.Alerts, a => a.Signal == AlertSignal.Raised);
    }

    [Fact]
    public void A_charger_waveform_in_a_flat_for_a_quarter_of_an_hour_is_P2()
    {
        var scene = new RuleScene();
        var detector = scene.Device("w1", "chargeLoadDetector", RuleScene.Stairwell + "/flat-302");
        for (var minute = 0; minute <= 16; minute++)
        {
            Assert.True(minute > 14 || scene.Alerts.Count == 0);
            scene.Say(detector, ("waveform", 0.96));
            scene.Wait(60);
        }

        Assert.Equal(Severity.P2, Assert.Single(scene.Alerts).Severity);
        for (var minute = 0; minute <= 12; minute++)
        {
            scene.Say(detector, ("waveform", 0.1));
            scene.Wait(60);
        }

        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
    }

    [Fact]
    public void A_vehicle_in_the_lane_is_P3_after_five_minutes_and_P2_after_fifteen()
    {
        var scene = new RuleScene();
        Block(scene, 4.5);
        Assert.Empty(scene.Alerts);
        Block(scene, 1);
        Assert.Equal([Severity.P3], scene.Alerts.Select(a => a.Severity));
        Block(scene, 10.5);
        Assert.Equal([Severity.P3, Severity.P2], scene.Alerts.Select(a => a.Severity));
        scene.Wait(300);
        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
    }

    [Fact]
    public void A_lane_blocked_while_something_burns_in_the_estate_is_P2()
    {
        var scene = new RuleScene();
        Block(scene, 6);
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), "smoke");
        scene.Wait(12);
        Assert.Equal(Severity.P2, scene.Of("FireLaneBlocked").Last().Severity);

        var elsewhere = new RuleScene();
        Block(elsewhere, 6);
        elsewhere.Event(elsewhere.Device("s1", "smokeAlarm", "leshan/estate-2/building-01/stairwell-1"), "smoke");
        elsewhere.Wait(12);
        Assert.Equal(Severity.P3, elsewhere.Of("FireLaneBlocked").Last().Severity);
    }

    [Fact]
    public void A_queue_that_moves_on_does_not_block_the_lane()
    {
        var scene = new RuleScene();
        Block(scene, 3);
        scene.Wait(120);
        Block(scene, 3);
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void A_lens_covered_for_a_minute_is_tampering_and_a_removed_fire_head_is_worse()
    {
        var scene = new RuleScene();
        var camera = scene.Device("c1", "aiCamera", RuleScene.Stairwell);
        for (var i = 0; i < 4; i++)
        {
            scene.Event(camera, "coveredLens", 0.97);
            scene.Wait(30);
        }

        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), "removed");
        Assert.Equal([Severity.P3, Severity.P2], scene.Of("Tamper").Select(a => a.Severity));
    }

    [Fact]
    public void Someone_who_lingers_in_a_shed_at_night_is_a_lead_and_by_day_is_not()
    {
        var scene = new RuleScene(start: night);
        Linger(scene);
        var alert = Assert.Single(scene.Of("Loitering"));
        Assert.Equal((Severity.P4, true), (alert.Severity, alert.Restricted));

        var day = new RuleScene();
        Linger(day);
        Assert.Empty(day.Alerts);
    }

    [Fact]
    public void Goods_in_an_exit_for_half_an_hour_and_a_car_outside_the_bays_for_a_quarter_are_cases()
    {
        var scene = new RuleScene();
        var camera = scene.Device("c1", "aiCamera", "leshan/estate-1/building-01");
        for (var i = 0; i <= 62; i++)
        {
            scene.Event(camera, "object", 0.85, "exit");
            if (i <= 31) scene.Event(camera, "vehicle", 0.9, "no-parking");
            scene.Wait(30);
        }

        Assert.Equal(["DisorderlyParking", "PiledGoods"], scene.Alerts.Where(a => a.Signal == AlertSignal.Raised).Select(a => a.Type));
    }

    private static void Wire(RuleScene scene, double minutes, bool bike = true, double bikeAt = 0.47, string bikeZone = "wall-1", int skip = 0)
    {
        var camera = scene.Device("wire", "aiCamera", RuleScene.Stairwell);
        for (var i = 0; i < minutes * 2; i++)
        {
            if (skip == 0 || i % skip != skip - 1)
            {
                scene.Event(camera, "cable", 0.86, "wall-1", ("x", 0.41), ("y", 0.8));
                if (bike) scene.Event(camera, "eBike", 0.91, bikeZone, ("x", bikeAt), ("y", 0.8));
            }

            scene.Wait(30);
        }
    }

    private static void Power(RuleScene scene, Func<int, double> watts)
    {
        var line = scene.Device("line", "lineMonitor", RuleScene.Stairwell);
        for (var minute = 0; minute < 300; minute++)
        {
            scene.Say(line, ("power", watts(minute)));
            scene.Wait(60);
        }
    }

    private static Device Cam(RuleScene scene) => scene.Device("lift", "liftCamera", Lift);

    private static void Ride(RuleScene scene, double seconds)
    {
        for (var t = 0.0; t < seconds; t += 0.6)
        {
            scene.Event(Cam(scene), "eBike", 0.92, "car");
            scene.Wait(0.6);
        }
    }

    private static void Block(RuleScene scene, double minutes)
    {
        var camera = scene.Device("lane", "laneCamera", Lane);
        for (var i = 0; i < minutes * 2; i++)
        {
            scene.Event(camera, "vehicle", 0.93, "lane");
            scene.Wait(30);
        }
    }

    private static void Linger(RuleScene scene)
    {
        var camera = scene.Device("cam", "aiCamera", RuleScene.Shed);
        for (var i = 0; i < 24; i++)
        {
            scene.Send(camera, Core.Readings.MessageKind.Event, "person", [], 0.9, "bays", track: "t1");
            scene.Wait(30);
        }
    }
}
