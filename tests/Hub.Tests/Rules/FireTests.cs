using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Tests.Rules;

public class FireTests
{
    [Fact]
    public void A_bare_smoke_event_is_a_P1_suspicion_at_once()
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell + "/flat-501"), "smoke");

        var alert = Assert.Single(scene.Alerts);
        Assert.Equal((Severity.P1, "FireSuspected", AlertSignal.Raised), (alert.Severity, alert.Type, alert.Signal));
        Assert.Equal(RuleScene.Stairwell, alert.PlaceId);
        Assert.Equal("Fire@" + RuleScene.Stairwell, alert.DedupeKey);
        Assert.Equal("s1", alert.DeviceId);
        Assert.Contains(alert.Inputs, i => i.Channel == "event.smoke");
        Assert.Equal((3, 1L, 0), (alert.Lane, alert.Position, alert.Ordinal));
    }

    [Fact]
    public void A_second_head_in_the_stairwell_within_two_minutes_confirms_under_the_same_key()
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell + "/flat-501"), "smoke");
        scene.Wait(100);
        scene.Event(scene.Device("s2", "smokeAlarm", RuleScene.Stairwell), "smoke");

        Assert.Equal(["FireSuspected", "FireConfirmed"], scene.Alerts.Select(a => a.Type));
        Assert.Equal(AlertSignal.Strengthened, scene.Alerts[1].Signal);
        Assert.Equal(scene.Alerts[0].DedupeKey, scene.Alerts[1].DedupeKey);
    }

    [Theory]
    [InlineData(RuleScene.Stairwell, 130)]
    [InlineData("leshan/estate-1/building-01/stairwell-2", 30)]
    public void A_second_head_too_late_or_in_another_stairwell_confirms_nothing(string place, double after)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell + "/flat-501"), "smoke");
        scene.Wait(after);
        scene.Event(scene.Device("s2", "smokeAlarm", place), "smoke");

        Assert.Empty(scene.Of("FireConfirmed"));
    }

    [Fact]
    public void The_same_head_twice_is_no_second_sensor()
    {
        var scene = new RuleScene();
        var head = scene.Device("s1", "smokeAlarm", RuleScene.Stairwell);
        scene.Event(head, "smoke");
        scene.Wait(30);
        scene.Event(head, "smoke");

        Assert.Single(scene.Alerts);
    }

    [Fact]
    public void An_alarm_that_goes_on_for_ninety_seconds_confirms_and_one_that_returns_to_normal_does_not()
    {
        var lasting = new RuleScene();
        Sound(lasting, 105);
        Assert.Single(lasting.Of("FireConfirmed"));

        var brief = new RuleScene();
        Sound(brief, 75);
        Assert.Empty(brief.Of("FireConfirmed"));
    }

    [Fact]
    public void Heat_in_the_flat_confirms()
    {
        var scene = new RuleScene();
        var head = scene.Device("s1", "smokeAlarm", RuleScene.Stairwell + "/flat-501");
        scene.Event(head, "smoke");
        scene.Wait(15);
        scene.Say(head, ("temperature", 61.0), ("state", "alarm"));

        Assert.Single(scene.Of("FireConfirmed"));
    }

    [Fact]
    public void A_camera_that_sees_smoke_confirms_what_a_head_suspected_and_a_doubtful_one_says_nothing()
    {
        var scene = new RuleScene();
        var camera = scene.Device("c1", "corridorCamera", RuleScene.Stairwell);
        scene.Event(camera, "smoke", 0.4);
        Assert.Empty(scene.Alerts);

        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), "smoke");
        scene.Wait(200);
        scene.Event(camera, "smoke", 0.82, "stairs");
        Assert.Single(scene.Of("FireConfirmed"));
    }

    [Fact]
    public void A_late_smoke_event_is_still_a_P1_and_marked_late()
    {
        var scene = new RuleScene();
        scene.Send(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), Core.Readings.MessageKind.Event, "smoke", [], late: true, atMs: scene.NowMs - 7_200_000);

        Assert.True(Assert.Single(scene.Alerts).Late);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("lowBattery")]
    [InlineData("normal")]
    public void Other_words_of_a_head_are_no_fire(string type)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), type);

        Assert.Empty(scene.Of("FireSuspected"));
    }

    [Fact]
    public void A_quiet_half_hour_clears_the_alarm_and_smoke_after_it_raises_again()
    {
        var scene = new RuleScene();
        var head = scene.Device("s1", "smokeAlarm", RuleScene.Stairwell);
        scene.Event(head, "smoke");
        scene.Wait(1_801);
        scene.Event(head, "smoke");

        Assert.Equal([AlertSignal.Raised, AlertSignal.Cleared, AlertSignal.Raised], scene.Alerts.Select(a => a.Signal));
    }

    private static void Sound(RuleScene scene, double seconds)
    {
        var head = scene.Device("s1", "smokeAlarm", RuleScene.Stairwell + "/flat-501");
        scene.Event(head, "smoke");
        for (var t = 0.0; t < seconds; t += 15)
        {
            scene.Say(head, ("smoke", 0.6), ("temperature", 27), ("state", "alarm"));
            scene.Wait(15);
        }

        scene.Say(head, ("smoke", 0.02), ("temperature", 22), ("state", "normal"));
    }
}
