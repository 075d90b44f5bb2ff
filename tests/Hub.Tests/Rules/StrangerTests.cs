using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Tests.Rules;

/// <summary>An alarm counts whoever tells it and however it is spelt.</summary>
public class StrangerTests
{
    [Theory]
    [InlineData("waterMeter", "smoke")]
    [InlineData("unknown", "smoke")]
    [InlineData("toaster", "manualAlarm")]
    [InlineData("gasDetector", "fire")]
    public void Smoke_told_by_a_device_of_another_kind_is_P1_at_once(string kind, string type)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("x1", kind, RuleScene.Stairwell), type);
        var alert = Assert.Single(scene.Alerts, a => a.Type == "FireSuspected");
        Assert.Equal(("A5-fire-stranger", Severity.P1), (alert.Rule, alert.Severity));
    }

    [Theory]
    [InlineData("smokeAlarm", "smoke")]
    [InlineData("aiCamera", "smoke")]
    [InlineData("waterMeter", "leak")]
    public void Who_may_tell_it_and_who_tells_something_else_is_not_taken_for_a_stranger(string kind, string type)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("x1", kind, RuleScene.Stairwell), type, confidence: 0.3);
        Assert.DoesNotContain(scene.Alerts, a => a.Rule == "A5-fire-stranger");
    }

    [Theory]
    [InlineData("Smoke")]
    [InlineData("SMOKE")]
    [InlineData("ManualAlarm")]
    public void An_alarm_in_capitals_is_heard(string type)
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), type);
        Assert.Contains(scene.Alerts, a => a is { Rule: "A5-fire", Severity: Severity.P1 });
    }
}
