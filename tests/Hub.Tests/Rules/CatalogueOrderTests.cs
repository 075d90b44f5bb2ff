using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Readings;

namespace Hub.Tests.Rules;

/// <summary>The clauses of the catalogue on people, doors, ground and devices (A8 to A17): what raises each, and what must not.</summary>
public sealed class CatalogueOrderTests
{
    private const string Flat = RuleScene.Stairwell + "/flat-301";
    private const string Gate = "leshan/estate-1/gate-1";

    private static readonly DateTimeOffset night = new(2026, 11, 22, 23, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData("unregistered", true)]
    [InlineData("registered", false)]
    public void A_registered_room_is_no_lead_however_crowded_and_complained_of(string state, bool raises)
    {
        var scene = new RuleScene();
        Room(scene, state);
        Crowd(scene, nights: 5);
        Assert.Equal(raises, scene.Of("ChessRoomLead").Any());
    }

    [Fact]
    public void A_registered_room_that_was_closed_since_is_a_lead_again()
    {
        var scene = new RuleScene();
        Room(scene, "registered");
        scene.Wait(60);
        Room(scene, "closed");
        Crowd(scene, nights: 5);
        Assert.NotEmpty(scene.Of("ChessRoomLead"));
    }

    [Fact]
    public void Nights_around_a_holiday_are_feasts_and_not_counted()
    {
        var scene = new RuleScene(start: new DateTimeOffset(2026, 9, 29, 14, 0, 0, TimeSpan.FromHours(8)));
        Room(scene, "unregistered");
        Crowd(scene, nights: 6);
        Assert.Empty(scene.Of("ChessRoomLead"));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Load_and_a_watcher_at_the_door_complete_the_score(bool load, bool watcher, bool raises)
    {
        var scene = new RuleScene();
        Room(scene, "unregistered");
        var line = scene.Device("line", "lineMonitor", RuleScene.Stairwell);
        var camera = scene.Device("camera", "corridorCamera", RuleScene.Stairwell);
        for (var minute = 0; minute < 6 * 1440; minute += 5)
        {
            var hour = DateTimeOffset.FromUnixTimeMilliseconds(scene.NowMs).ToOffset(TimeSpan.FromHours(8)).Hour;
            scene.Say(line, ("power", load && hour is >= 21 or < 3 ? 900 : 150));
            for (var i = 0; watcher && hour == 21 && i < 5; i++) scene.Event(camera, "watcher", 0.9);
            scene.Skip(300);
        }

        Assert.Equal(raises, scene.Of("ChessRoomLead").Any());
    }

    [Theory]
    [InlineData(7, 22, "3", true)]
    [InlineData(7, 15, "3", false)]
    [InlineData(7, 22, "4", false)]
    [InlineData(9, 22, "4", true)]
    [InlineData(5, 30, "2", false)]
    public void A_flat_is_crowded_by_regular_credentials_against_its_bedrooms(int credentials, int days, string bedrooms, bool raises)
    {
        var scene = new RuleScene { KeepTrials = true };
        var door = scene.Device("door", "doorReader", Flat, null, ("bedrooms", bedrooms));
        for (var day = 0; day < 30; day++)
        {
            for (var c = 0; c < credentials; c++)
                if (day < days) scene.Send(door, MessageKind.Event, "granted", [], track: "k" + c);
            if (day == 29) for (var i = 0; i < 3; i++) scene.Send(door, MessageKind.Event, "expired", [], track: "x" + i);
            scene.Skip(day == 29 ? 60 : 86_400);
        }

        Assert.Equal(raises, scene.Of("MassTenancyLead").Any(a => a is { Severity: Severity.P4, Restricted: true }));
    }

    [Fact]
    public void Five_refusals_of_one_credential_are_odd_and_five_people_refused_once_are_not()
    {
        var scene = new RuleScene();
        var gate = scene.Device("g", "gateReader", Gate);
        for (var i = 0; i < 6; i++) scene.Send(gate, MessageKind.Event, "denied", [], track: "k" + i);
        Assert.Empty(scene.Alerts);
        for (var i = 0; i < 4; i++) scene.Send(gate, MessageKind.Event, "denied", [], track: "k5");
        Assert.Equal((Severity.P4, "GateAnomaly"), (Assert.Single(scene.Alerts).Severity, scene.Alerts[0].Type));
    }

    [Fact]
    public void One_tailgater_after_midnight_is_told_and_by_day_it_takes_five_in_an_hour()
    {
        var dark = new RuleScene(start: night.AddHours(2));
        dark.Event(dark.Device("g", "gateReader", Gate), "tailgating");
        Assert.Equal(Severity.P4, Assert.Single(dark.Alerts).Severity);

        var day = new RuleScene();
        var gate = day.Device("g", "gateReader", Gate);
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(day.Alerts);
            day.Event(gate, "tailgating");
            day.Wait(300);
        }

        Assert.Single(day.Alerts, a => a.Signal == AlertSignal.Raised);
    }

    [Fact]
    public void An_ambulance_in_the_lane_does_not_block_it()
    {
        var scene = new RuleScene();
        var lane = scene.Device("lane", "laneCamera", "leshan/estate-1/lane-1");
        for (var i = 0; i < 60; i++)
        {
            scene.Event(lane, i % 4 == 3 ? "emergencyVehicle" : "vehicle", 0.9, "l");
            scene.Wait(30);
        }

        Assert.Empty(scene.Alerts);
    }

    [Theory]
    [InlineData("corridor-1", 0.5, 31, "P3")]
    [InlineData("corridor-1", 0.2, 90, "")]
    [InlineData("corridor-1", null, 31, "P3")]
    [InlineData("exit", 0.1, 31, "P3")]
    [InlineData("exit", 0.1, 25, "")]
    [InlineData("yard", null, 300, "")]
    [InlineData("yard", null, 1_445, "P4")]
    public void Goods_are_judged_by_where_they_lie_how_wide_and_how_long(string zone, double? width, int minutes, string expected)
    {
        var scene = new RuleScene();
        var camera = scene.Device("c", "aiCamera", "leshan/estate-1/building-01");
        for (var i = 0; i <= minutes; i++)
        {
            scene.Event(camera, "object", 0.85, zone, width is { } share ? [("width_share", share)] : []);
            scene.Wait(60);
        }

        Assert.Equal(expected, scene.Of("PiledGoods").Select(a => a.Severity.ToString()).FirstOrDefault() ?? "");
    }

    [Fact]
    public void On_a_moving_day_with_a_permit_goods_are_held_back_until_it_ends()
    {
        var scene = new RuleScene();
        SuppressionTests.Hold(scene, SuppressionTests.Window(scene, minutes: 120, types: ["PiledGoods"]));
        var camera = scene.Device("c", "corridorCamera", RuleScene.Stairwell);
        for (var i = 0; i < 100; i++)
        {
            scene.Event(camera, "object", 0.85, "corridor");
            scene.Wait(60);
        }

        Assert.Empty(scene.Alerts);
    }

    [Theory]
    [InlineData(11, 31, true)]
    [InlineData(9, 60, false)]
    [InlineData(11, 25, false)]
    public void Ten_bikes_outside_the_racks_for_half_an_hour_are_a_case(int bikes, int minutes, bool raises)
    {
        var scene = new RuleScene();
        var camera = scene.Device("c", "aiCamera", Gate);
        for (var i = 0; i <= minutes; i++)
        {
            for (var b = 0; b < bikes; b++) scene.Send(camera, MessageKind.Event, "eBike", [], 0.9, "no-parking", track: "b" + b);
            scene.Wait(60);
        }

        Assert.Equal(raises, scene.Of("DisorderlyParking").Any());
    }

    [Fact]
    public void A_whole_day_with_less_than_ten_litres_is_P2_even_with_an_open_door_but_not_when_consent_was_withdrawn()
    {
        foreach (var consent in (string[])["given", "withdrawn"])
        {
            var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 6, 0, 0, TimeSpan.FromHours(8)));
            var kit = scene.Device("elder", "elderKit", Flat, null, ("consent", consent));
            for (var i = 0; i < 50; i++)
            {
                scene.Say(kit, ("water", 0.0001), ("door", i % 6 == 0 ? 1 : 0), ("motion", 0), ("sos", 0), ("away", 0));
                scene.Wait(1_800);
            }

            Assert.Equal(consent == "given", scene.Of("ElderInactive").Any(a => a.Severity == Severity.P2));
            scene.Event(kit, "sos");
            Assert.Single(scene.Of("ElderSos"));
        }
    }

    [Fact]
    public void More_than_two_cubic_metres_a_day_point_to_a_leak()
    {
        var scene = new RuleScene();
        var meter = scene.Device("m", "waterMeter", Flat);
        for (var i = 0; i < 48; i++)
        {
            scene.Say(meter, ("water", i % 4 == 0 ? 0.2 : 0));
            scene.Wait(1_800);
        }

        Assert.Equal(Severity.P3, Assert.Single(scene.Of("WaterLeak")).Severity);
    }

    [Fact]
    public void The_guard_who_checked_in_is_no_loiterer()
    {
        var scene = new RuleScene(start: night);
        var camera = scene.Device("cam", "aiCamera", RuleScene.Shed);
        var point = scene.Device("point", "patrolPoint", RuleScene.Shed);
        for (var i = 0; i < 30; i++)
        {
            if (i % 20 == 0) scene.Event(point, "patrolCheck");
            scene.Send(camera, MessageKind.Event, "person", [], 0.9, "bays", track: "t1");
            scene.Wait(30);
        }

        Assert.Empty(scene.Alerts);
        for (var i = 0; i < 40; i++)
        {
            scene.Send(camera, MessageKind.Event, "person", [], 0.9, "bays", track: "t1");
            scene.Wait(30);
        }

        Assert.Single(scene.Of("Loitering"));
    }

    [Theory]
    [InlineData("noCard")]
    [InlineData("bayCut")]
    [InlineData("forced")]
    public void A_bike_without_a_card_or_a_cut_bay_is_a_P2(string type)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("d", "shedDoor", RuleScene.Shed), type);
        Assert.Equal(Severity.P2, Assert.Single(scene.Of("ShedTheft")).Severity);
    }

    [Fact]
    public void Tampering_beside_another_alert_is_P2_and_in_a_maintenance_window_it_waits()
    {
        var scene = new RuleScene();
        scene.Say(scene.Device("far", "doorReader", "leshan/estate-1/building-02/stairwell-1"), ("tamper", 1));
        Assert.Equal(Severity.P3, Assert.Single(scene.Of("Tamper")).Severity);
        scene.Event(scene.Device("door", "doorReader", RuleScene.Stairwell), "forced");
        scene.Say(scene.Device("near", "lineMonitor", RuleScene.Stairwell), ("tamper", 1));
        Assert.Equal(Severity.P2, scene.Of("Tamper").Last().Severity);

        var works = new RuleScene();
        SuppressionTests.Hold(works, SuppressionTests.Window(works, minutes: 60, place: "leshan"));
        works.Say(works.Device("near", "lineMonitor", RuleScene.Stairwell), ("tamper", 1));
        Assert.Empty(works.Alerts);
    }

    [Fact]
    public void Three_of_eight_devices_of_a_place_lost_together_are_one_case()
    {
        var scene = new RuleScene { KeepOutages = true };
        Device[] all = [.. Enumerable.Range(0, 8).Select(i => scene.Device("d" + i, "doorReader", RuleScene.Stairwell))];
        Device[] rest = [.. Enumerable.Range(0, 12).Select(i => scene.Device("r" + i, "doorReader", $"leshan/estate-1/building-0{i % 3 + 2}/stairwell-1"))];
        foreach (var device in (Device[])[.. all, .. rest]) scene.Say(device, ("contact", 0));
        for (var i = 0; i < 12; i++)
        {
            scene.Wait(30);
            foreach (var device in (Device[])[.. all.Skip(3), .. rest]) scene.Say(device, ("contact", 0));
        }

        Assert.Single(scene.Alerts, a => a is { Rule: "A17-device-outage", PlaceId: RuleScene.Stairwell });
    }

    [Theory]
    [InlineData("parkingSensor", Severity.P4)]
    [InlineData("smokeAlarm", Severity.P3)]
    public void Ten_percent_of_a_battery_are_a_case_and_a_new_one_clears_it(string kind, Severity expected)
    {
        var scene = new RuleScene();
        var device = scene.Device("d", kind, RuleScene.Stairwell);
        scene.Send(device, MessageKind.Status, null, [("battery", 15)]);
        Assert.Empty(scene.Alerts);
        scene.Send(device, MessageKind.Status, null, [("battery", 10)]);
        Assert.Equal((expected, "LowBattery"), (Assert.Single(scene.Alerts).Severity, scene.Alerts[0].Type));
        scene.Send(device, MessageKind.Status, null, [("battery", 100)]);
        scene.Wait(70);
        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
    }

    [Theory]
    [InlineData("userTransmissionDevice", "fault", Severity.P3)]
    [InlineData("smokeAlarm", "contaminated", Severity.P3)]
    [InlineData("gateReader", "fault", Severity.P4)]
    public void A_fault_that_a_panel_or_device_reports_is_a_case_in_itself(string kind, string type, Severity expected)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("d", kind, RuleScene.Stairwell), type);
        Assert.Equal((expected, "DeviceFault"), (Assert.Single(scene.Alerts).Severity, scene.Alerts[0].Type));
    }

    [Fact]
    public void Three_drops_in_ten_minutes_are_flapping_and_two_are_not()
    {
        foreach (var drops in (int[])[2, 3])
        {
            var scene = new RuleScene { KeepOutages = true };
            var device = scene.Device("d", "doorReader", RuleScene.Stairwell);
            for (var i = 0; i < drops; i++)
            {
                scene.Send(device, MessageKind.Status, null, [("online", 0)]);
                scene.Wait(40);
                scene.Send(device, MessageKind.Status, null, [("online", 1)]);
                scene.Wait(40);
            }

            Assert.Equal(drops - 2, scene.Alerts.Count(a => a is { Rule: "A17-flapping", Signal: AlertSignal.Raised }));
        }
    }

    private static void Room(RuleScene scene, string state)
    {
        var register = scene.Device("register", "premisesRegister", RuleScene.Stairwell);
        scene.Event(register, "register", 1, null, ("state", state));
        scene.Event(register, "complaint");
        scene.Wait(60);
        scene.Event(register, "complaint");
    }

    private static void Crowd(RuleScene scene, int nights)
    {
        var door = scene.Device("door", "doorReader", RuleScene.Stairwell);
        for (var half = 0; half < 48 * (nights + 1); half++)
        {
            var hour = DateTimeOffset.FromUnixTimeMilliseconds(scene.NowMs).ToOffset(TimeSpan.FromHours(8)).Hour;
            var crowd = half / 48 < nights;
            scene.Say(door, ("in_count", crowd && hour == 20 ? 8 : 0), ("out_count", crowd && hour == 2 ? 8 : 0));
            scene.Skip(1_800);
        }
    }
}
