using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;

namespace Hub.Tests.Rules;

/// <summary>A1-flying-wire-evidence of the shipped rules: signs that are each too weak for a case.</summary>
public sealed class FlyingWireEvidenceTests
{
    private readonly RuleScene scene = new();
    private readonly Device wall;
    private readonly Device corridor;
    private readonly Device lift;
    private readonly Device line;

    public FlyingWireEvidenceTests()
    {
        wall = scene.Device("wall", "aiCamera", RuleScene.Stairwell);
        corridor = scene.Device("corridor", "corridorCamera", RuleScene.Stairwell);
        lift = scene.Device("lift", "liftCamera", RuleScene.Stairwell);
        line = scene.Device("line", "lineMonitor", RuleScene.Stairwell);
    }

    private IEnumerable<Alert> Raised => scene.Alerts.Where(a => a.Rule == "A1-flying-wire-evidence");

    [Fact]
    public void A_cable_on_the_wall_an_e_bike_left_in_the_corridor_and_one_in_the_lift_make_a_case_together()
    {
        Cable();
        scene.Skip(86_400);
        Parked(40);
        Assert.Empty(Raised);
        scene.Event(lift, "eBike", 0.9, "car");
        var alert = Assert.Single(Raised);
        Assert.Equal(Severity.P3, alert.Severity);
        Assert.Equal("leshan/estate-1/building-01", alert.PlaceId);
        Assert.EndsWith("e-bike left in the corridor +2 (corridor), cable seen +1.8 (wall, 25 h ago), e-bike in the lift +1.5 (lift).", alert.Explanation.En, StringComparison.Ordinal);
        Assert.Contains("线缆目击", alert.Explanation.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cable_for_weeks_or_bikes_in_the_lift_every_day_are_no_case()
    {
        for (var day = 0; day < 14; day++)
        {
            if (day % 2 == 0) Cable();
            else scene.Event(lift, "eBike", 0.95, "car");
            scene.Skip(86_400);
        }

        Assert.Empty(Raised);
    }

    [Fact]
    public void A_bike_that_is_only_pushed_through_the_corridor_is_no_sign()
    {
        Cable();
        Parked(10);
        scene.Event(lift, "eBike", 0.9, "car");
        Assert.Empty(Raised);
    }

    [Fact]
    public void With_a_warm_line_it_is_urgent()
    {
        Cable();
        Parked(40);
        for (var minute = 0; minute < 6; minute++)
        {
            scene.Say(line, ("power", 200), ("cable_temp_a", 58));
            scene.Wait(60);
        }

        Assert.Equal([(AlertSignal.Raised, Severity.P2)], Raised.Select(a => (a.Signal, a.Severity)));
    }

    [Fact]
    public void Where_the_cameras_have_raised_a_case_already_the_signs_raise_no_second()
    {
        for (var i = 0; i < 25; i++)
        {
            scene.Event(wall, "cable", 0.9, "wall-1", ("x", 0.4), ("y", 0.5));
            scene.Event(wall, "eBike", 0.9, "wall-1", ("x", 0.45), ("y", 0.5));
            scene.Wait(30);
        }

        Assert.Contains(scene.Alerts, a => a.Rule == "A1-flying-wire-camera");
        Parked(40);
        scene.Event(lift, "eBike", 0.9, "car");
        scene.Skip(7_200);
        scene.Event(lift, "eBike", 0.9, "car");
        Assert.Empty(Raised);
    }

    // Five minutes of frames, not one.
    private void Cable()
    {
        for (var i = 0; i < 10; i++)
        {
            scene.Event(wall, "cable", 0.88, "wall-1");
            scene.Wait(30);
        }
    }

    private void Parked(int minutes)
    {
        for (var i = 0; i <= minutes; i++)
        {
            scene.Event(corridor, "eBike", 0.9, "floor");
            scene.Wait(60);
        }
    }
}
