using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Readings;

namespace Hub.Tests.Rules;

public class OutageTests
{
    [Fact]
    public void A_device_silent_beyond_the_limit_of_its_kind_is_reported_once_and_cleared_when_it_speaks()
    {
        var scene = new RuleScene { KeepOutages = true };
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-01");
        scene.Say(port, ("power", 0));
        scene.Wait(180);
        Assert.Empty(scene.Alerts);

        scene.Wait(600);
        var alert = Assert.Single(scene.Alerts);
        Assert.Equal((Severity.P4, "DeviceOutage", "p1"), (alert.Severity, alert.Type, alert.DeviceId));

        scene.Say(port, ("power", 0));
        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
        Assert.Equal(alert.DedupeKey, scene.Alerts[^1].DedupeKey);
    }

    [Fact]
    public void A_device_that_moved_to_a_site_of_another_lane_is_not_missed_in_this_one()
    {
        var scene = new RuleScene { KeepOutages = true };
        var port = scene.Device("p1", "chargerPort", "");
        scene.Say(port, ("power", 0));
        scene.Owns = device => device.Id != "p1";
        scene.Wait(3_600);
        Assert.Empty(scene.Alerts);

        scene.Owns = _ => true;
        scene.Say(port, ("power", 0));
        scene.Wait(3_600);
        Assert.Single(scene.Alerts);
    }

    [Fact]
    public void A_fire_device_is_a_P3_and_a_last_will_counts_at_once()
    {
        var scene = new RuleScene { KeepOutages = true };
        var head = scene.Device("s1", "smokeAlarm", RuleScene.Stairwell);
        scene.Send(head, MessageKind.Status, null, [("online", 0)]);
        scene.Wait(120);

        Assert.Equal(Severity.P3, Assert.Single(scene.Alerts).Severity);
    }

    [Fact]
    public void A_device_back_before_the_settling_time_is_no_case()
    {
        var scene = new RuleScene { KeepOutages = true };
        var head = scene.Device("s1", "smokeAlarm", RuleScene.Stairwell);
        scene.Send(head, MessageKind.Status, null, [("online", 0)]);
        scene.Wait(60);
        scene.Send(head, MessageKind.Status, null, [("online", 1)]);
        scene.Wait(600);

        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void A_hundred_devices_behind_one_gateway_are_one_parent_case()
    {
        var scene = new RuleScene { KeepOutages = true };
        scene.Device("gw", "gateway", "leshan/estate-1/building-01");
        Device[] lost = [.. Enumerable.Range(0, 100).Select(i => scene.Device($"d{i:00}", "lineMonitor", $"leshan/estate-1/building-01/stairwell-{i % 4}", "gw"))];
        Device[] others = [.. Enumerable.Range(0, 100).Select(i => scene.Device($"o{i:00}", "lineMonitor", $"leshan/estate-1/building-02/stairwell-{i % 4}"))];
        for (var i = 0; i < 40; i++)
        {
            foreach (var device in (Device[])[.. i < 5 ? lost : [], .. others]) scene.Say(device, ("residual", 50));
            scene.Wait(15);
        }

        for (var i = 0; i < 20; i++)
        {
            foreach (var device in others) scene.Say(device, ("residual", 50));
            scene.Wait(60);
        }

        var parent = Assert.Single(scene.Alerts, a => a.PlaceId.StartsWith("leshan/estate-1/building-01", StringComparison.Ordinal) && a.Signal == AlertSignal.Raised);
        Assert.Equal("gw", parent.Zone);
        Assert.True(scene.Engine.Figures.Suppressed >= 90);

        scene.Alerts.Clear();
        foreach (var device in lost) scene.Say(device, ("residual", 50));
        Assert.Single(scene.Alerts, a => a.Signal == AlertSignal.Cleared);
    }

    [Fact]
    public void An_area_outage_of_a_hundred_devices_is_one_case_and_the_smoke_alarm_in_it_is_a_P1_of_its_own()
    {
        var scene = new RuleScene { KeepOutages = true };
        const string building = "leshan/estate-1/building-01";
        Device[] lost = [.. Enumerable.Range(0, 100).Select(i => scene.Device($"d{i:00}", i % 10 == 0 ? "gasDetector" : "lineMonitor", $"{building}/stairwell-{i % 4}"))];
        Device[] others = [.. Enumerable.Range(0, 30).Select(i => scene.Device($"o{i:00}", "lineMonitor", $"leshan/estate-1/building-{(i % 5) + 2:00}/stairwell-1"))];
        var smoke = scene.Device("smoke", "smokeAlarm", building + "/stairwell-2/flat-301");
        foreach (var device in (Device[])[.. lost, .. others]) scene.Say(device, ("residual", 50));
        for (var i = 0; i < 12; i++)
        {
            scene.Wait(30);
            foreach (var device in others) scene.Say(device, ("residual", 50));
        }

        var parent = Assert.Single(scene.Alerts);
        Assert.Equal((building, AlertSignal.Raised, Severity.P3), (parent.PlaceId, parent.Signal, parent.Severity));
        Assert.Contains("100 of 101 devices", parent.Explanation.En, StringComparison.Ordinal);

        scene.Event(smoke, "smoke");
        scene.Event(lost[10], "alarm");
        scene.Say(lost[20], ("lel", 40));
        Assert.Equal(["FireSuspected P1", "GasLeak P2", "GasLeak P1"], scene.Alerts.Skip(1).Where(a => a.Type != "DeviceOutage").Select(a => $"{a.Type} {a.Severity}"));
        Assert.All(scene.Alerts.Skip(1), a => Assert.NotEqual(AlertSignal.Cleared, a.Signal));
        Assert.Single(scene.Alerts, a => a is { Type: "DeviceOutage", Signal: AlertSignal.Raised });
    }

    [Fact]
    public void When_the_hub_itself_was_away_nobody_is_blamed_for_its_silence()
    {
        var scene = new RuleScene { KeepOutages = true };
        for (var i = 0; i < 20; i++) scene.Say(scene.Device($"p{i}", "chargerPort", $"{RuleScene.Shed}/bay-{i:00}"), ("power", 0));
        scene.Wait(5);
        scene.Engine.Tick(scene.NowMs + 3_600_000, 1_000_000, scene.Alerts);

        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void An_outage_mutes_no_smoke()
    {
        var scene = new RuleScene { KeepOutages = true };
        for (var i = 0; i < 10; i++) scene.Say(scene.Device($"s{i}", "shedSmoke", RuleScene.Shed), ("smoke", 0));
        scene.Wait(600);
        scene.Event(scene.Device("s0", "shedSmoke", RuleScene.Shed), "smoke");

        Assert.Single(scene.Of("FireSuspected"), a => a.Severity == Severity.P1);
    }

    [Theory]
    [InlineData("chargerPort", Severity.P4)]
    [InlineData("smokeAlarm", Severity.P3)]
    public void A_device_that_the_front_door_shut_out_is_not_watched(string kind, Severity expected)
    {
        var scene = new RuleScene { KeepOutages = true };
        var device = scene.Device("d1", kind, RuleScene.Stairwell);
        scene.Event(device, "quarantined");
        var alert = Assert.Single(scene.Alerts);
        Assert.Equal((expected, "DeviceOutage", "d1", "A17-device-quarantine"), (alert.Severity, alert.Type, alert.DeviceId, alert.Rule));
        scene.Event(device, "quarantined");
        Assert.DoesNotContain(scene.Alerts, a => a.DedupeKey != alert.DedupeKey);
    }
}
