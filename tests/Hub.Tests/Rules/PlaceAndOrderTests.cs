using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>Who was where, in which order, how near and how fast.</summary>
public sealed class PlaceAndOrderTests
{
    [Fact]
    public void A_sequence_holds_in_its_order_in_its_time_and_with_nothing_forbidden_in_between()
    {
        var scene = new RuleScene(RuleScene.Parse(Pack("{sequence: [event(cut), event(opened), event(left)], within: 10 min, without: event(guard)}")));
        var door = scene.Device("d", "shedDoor", RuleScene.Shed);
        Say("opened", "cut", "left");
        Assert.Empty(scene.Alerts);
        scene.Wait(700);
        Say("cut", "opened", "guard", "left");
        Assert.Empty(scene.Alerts);
        scene.Wait(700);
        scene.Event(door, "cut");
        scene.Wait(400);
        scene.Event(door, "opened");
        scene.Wait(400);
        scene.Event(door, "left");
        Assert.Empty(scene.Alerts);
        scene.Wait(700);
        Say("cut", "cut", "opened", "other", "left");
        Assert.Single(scene.Alerts);

        void Say(params string[] types)
        {
            foreach (var type in types)
            {
                scene.Event(door, type);
                scene.Wait(20);
            }
        }
    }

    [Fact]
    public void A_sequence_needs_a_message_for_each_step_and_survives_a_restart()
    {
        var book = RuleScene.Parse(Pack("{sequence: [power > 100 W, power > 50 W], within: 1 min}"));
        var scene = new RuleScene(book) { RestartEvery = 1 };
        var port = scene.Device("p", "shedDoor", RuleScene.Shed);
        scene.Say(port, ("power", 200));
        Assert.Empty(scene.Alerts);
        scene.Wait(5);
        scene.Say(port, ("power", 60));
        Assert.Single(scene.Alerts);
    }

    [Theory]
    [InlineData("{sequence: [event(a)], within: 1 min}", "2 to 8 under 'sequence:'")]
    [InlineData("{sequence: [event(a), event(b)]}", "a span of time")]
    [InlineData("{distinct: event(a), per: person, at_least: 2, within: 1 min}", "key or track")]
    public void A_wrong_operator_is_named(string when, string allowed) =>
        Assert.Contains(allowed, Assert.Throws<RulePackException>(() => RuleScene.Parse(Pack(when))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(8, true)]
    [InlineData(60, false)]
    public void A_second_alarm_confirms_a_fire_within_ten_metres_even_behind_another_stairwell(double metres, bool confirms)
    {
        var scene = new RuleScene();
        var a = Surveyed(scene, "a", "smokeAlarm", RuleScene.Stairwell, 0);
        var b = Surveyed(scene, "b", "smokeAlarm", "leshan/estate-1/building-01/stairwell-2", metres);
        scene.Event(a, "smoke");
        scene.Wait(30);
        scene.Event(b, "smoke");
        scene.Wait(25);
        Assert.Equal(confirms, scene.Of("FireConfirmed").Any());
    }

    [Theory]
    [InlineData(600, 60, true)]
    [InlineData(150, 60, false)]
    [InlineData(10, 1, false)]
    public void One_credential_cannot_be_at_two_gates_faster_than_it_walks(double metres, int seconds, bool raises)
    {
        var scene = new RuleScene();
        var north = Surveyed(scene, "north", "gateReader", "leshan/estate-1/gate-1", 0);
        var south = Surveyed(scene, "south", "gateReader", "leshan/estate-1/gate-2", metres);
        Pass(scene, north, "k1");
        scene.Wait(seconds);
        Pass(scene, south, "k2");
        Assert.Empty(scene.Alerts);
        Pass(scene, south, "k1");
        Assert.Equal(raises, scene.Alerts.Any(a => a is { Rule: "A10-credential-outruns", Severity: Severity.P3 }));
    }

    [Fact]
    public void A_counter_that_misses_one_way_is_found_in_a_week_and_an_even_one_is_not()
    {
        var scene = new RuleScene();
        var worn = scene.Device("worn", "gateReader", "leshan/estate-1/gate-1");
        var sound = scene.Device("sound", "gateReader", "leshan/estate-1/gate-2");
        for (var minute = 0; minute < 7 * 1440; minute++)
        {
            scene.Send(worn, MessageKind.Telemetry, null, [("in_count", 1), ("out_count", minute % 5 == 0 ? 0 : 1)]);
            scene.Send(sound, MessageKind.Telemetry, null, [("in_count", minute % 3 == 0 ? 0 : 1), ("out_count", minute % 3 == 1 ? 0 : 1)]);
            scene.Skip(60);
        }

        Assert.Equal(["worn"], scene.Alerts.Where(a => a.Rule == "A10-counter-imbalance").Select(a => a.DeviceId).Distinct());
    }

    [Fact]
    public void One_track_at_three_doors_is_a_lead_and_three_neighbours_at_three_doors_are_not()
    {
        var scene = new RuleScene();
        var doors = Enumerable.Range(1, 3).Select(i => scene.Device("door" + i, "doorReader", $"leshan/estate-1/building-0{i}/stairwell-1")).ToList();
        for (var i = 0; i < 3; i++) Denied(i, "neighbour" + i);
        Assert.Empty(scene.Alerts);
        for (var i = 0; i < 3; i++) Denied(i, "thief");
        var lead = Assert.Single(scene.Of("Loitering"));
        Assert.Equal((Severity.P4, true), (lead.Severity, lead.Restricted));

        void Denied(int door, string track)
        {
            scene.Send(doors[door], MessageKind.Event, "denied", [], track: track);
            scene.Wait(60);
        }
    }

    [Fact]
    public void Two_devices_of_a_place_lost_by_themselves_point_to_tampering_but_not_when_the_power_went()
    {
        foreach (var cut in (bool[])[false, true])
        {
            var scene = new RuleScene { KeepOutages = true };
            var rest = Enumerable.Range(0, 12).Select(i => scene.Device("r" + i, "doorReader", $"leshan/estate-1/building-01/stairwell-{i + 2}")).ToList();
            var here = (string[])["doorReader", "corridorCamera"];
            var lost = here.Select(kind => scene.Device("x-" + kind, kind, RuleScene.Stairwell)).ToList();
            var stays = Enumerable.Range(0, 6).Select(i => scene.Device("s" + i, "lineMonitor", RuleScene.Stairwell)).ToList();
            lost.ForEach(d => scene.Say(d, ("contact", 0)));
            if (cut) scene.Event(stays[0], "powerCut");
            for (var i = 0; i < 20; i++)
            {
                rest.Concat(stays).ToList().ForEach(d => scene.Say(d, ("voltage", 220)));
                scene.Wait(30);
            }

            Assert.Equal(2, scene.Alerts.Count(a => a.Rule == "A17-device-outage"));
            Assert.Equal(cut ? 0 : 1, scene.Alerts.Count(a => a is { Rule: "A16-lost-together", Severity: Severity.P3 }));
        }
    }

    [Fact]
    public void Two_devices_lost_beside_a_forced_door_are_urgent()
    {
        var scene = new RuleScene { KeepOutages = true };
        var rest = Enumerable.Range(0, 12).Select(i => scene.Device("r" + i, "doorReader", $"leshan/estate-1/building-01/stairwell-{i + 2}")).ToList();
        var lost = ((string[])["doorReader", "corridorCamera"]).Select(kind => scene.Device("x-" + kind, kind, RuleScene.Stairwell)).ToList();
        var stays = Enumerable.Range(0, 6).Select(i => scene.Device("s" + i, "lineMonitor", RuleScene.Stairwell)).ToList();
        lost.ForEach(d => scene.Say(d, ("contact", 0)));
        scene.Event(rest[0], "forced");
        for (var i = 0; i < 20; i++)
        {
            rest.Concat(stays).ToList().ForEach(d => scene.Say(d, ("voltage", 220)));
            scene.Wait(30);
        }

        Assert.Equal(Severity.P2, Assert.Single(scene.Alerts, a => a.Rule == "A16-lost-together").Severity);
    }

    [Fact]
    public void Devices_that_went_with_their_gateway_are_no_tampering()
    {
        var scene = new RuleScene { KeepOutages = true };
        var gone = Enumerable.Range(0, 6).Select(i => scene.Device("g" + i, "doorReader", RuleScene.Stairwell, "gw")).ToList();
        gone.ForEach(d => scene.Say(d, ("contact", 0)));
        scene.Wait(900);
        Assert.Contains(scene.Alerts, a => a.Rule == "A17-device-outage");
        Assert.DoesNotContain(scene.Alerts, a => a.Rule == "A16-lost-together");
    }

    [Fact]
    public void A_car_that_the_motion_test_sees_moving_does_not_block_the_lane()
    {
        var scene = new RuleScene();
        var lane = scene.Device("lane", "laneCamera", "leshan/estate-1/lane-1");
        for (var i = 0; i < 24; i++)
        {
            scene.Event(lane, "vehicle", 0.9, "l", ("moving", i % 4 == 0 ? 1 : 0));
            scene.Wait(30);
        }

        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void Rules_and_cases_keep_the_same_calendar()
    {
        var cases = CasePolicy.Default.Calendar;
        var days = RuleScene.Shipped.Workdays;
        for (var day = new DateOnly(2025, 1, 1); day.Year < 2027; day = day.AddDays(1))
        {
            var weekday = day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
            Assert.True((days.TryGetValue(day, out var works) ? works : weekday) == cases.IsWorkDay(day), day.ToString("O"));
        }
    }

    private static void Pass(RuleScene scene, Device gate, string credential) => scene.Send(gate, MessageKind.Event, "granted", [], track: credential);

    private static Device Surveyed(RuleScene scene, string id, string kind, string place, double metresNorth)
    {
        var device = scene.Device(id, kind, place);
        device.Place = device.Place with { Longitude = 121.43, Latitude = 31.19 + (metresNorth / 111_195) };
        return device;
    }

    private static string Pack(string when) => $$"""
        pack: test
        rules:
          - id: S1
            version: 1.0.0
            type: X
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [shedDoor]}
            steps: [{name: a, severity: P3, when: {{when}}, explain: {zh: a, en: a} }]
            firstReceivers: []
        """;
}
