using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Tests.Rules;

public class PeopleTests
{
    private const string Flat = RuleScene.Stairwell + "/flat-301";

    [Fact]
    public void Twelve_silent_hours_of_an_elder_are_P2_and_the_first_water_clears_it()
    {
        var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 6, 0, 0, TimeSpan.FromHours(8)));
        Live(scene, halfHours: 26, water: 0);
        var alert = Assert.Single(scene.Alerts);
        Assert.Equal((Severity.P2, "ElderInactive", Flat), (alert.Severity, alert.Type, alert.PlaceId));

        Live(scene, halfHours: 1, water: 0.012);
        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
    }

    [Theory]
    [InlineData(0.002, false, false)]
    [InlineData(0, true, false)]
    [InlineData(0, false, true)]
    public void Some_water_a_door_or_the_away_flag_keep_it_silent(double water, bool door, bool away)
    {
        var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 6, 0, 0, TimeSpan.FromHours(8)));
        for (var i = 0; i < 40; i++) Live(scene, 1, water, door && i % 10 == 0, away);
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void A_quiet_night_is_no_alarm_before_six_hours_of_the_day_have_passed()
    {
        var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.FromHours(8)));
        Live(scene, halfHours: 24, water: 0);
        Assert.Empty(scene.Alerts);

        Live(scene, halfHours: 9, water: 0);
        Assert.Single(scene.Alerts);
    }

    [Fact]
    public void Missing_uploads_are_not_silence()
    {
        var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 6, 0, 0, TimeSpan.FromHours(8)));
        Live(scene, halfHours: 10, water: 0);
        scene.Wait(5 * 3600);
        Live(scene, halfHours: 8, water: 0);
        Assert.Empty(scene.Of("ElderInactive"));
    }

    [Fact]
    public void The_button_is_P1_and_a_cistern_that_runs_all_day_is_a_leak()
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("elder", "elderKit", Flat), "sos", 1, null, ("sos", 1));
        Assert.Equal((Severity.P1, "ElderSos"), (scene.Alerts[0].Severity, scene.Alerts[0].Type));

        Live(scene, halfHours: 50, water: 0.05);
        Assert.Equal(Severity.P3, Assert.Single(scene.Of("WaterLeak")).Severity);
    }

    [Fact]
    public void Crowded_nights_alone_are_no_lead_and_with_a_human_source_they_are()
    {
        var sensors = new RuleScene();
        Nights(sensors, crowded: 5);
        Assert.Empty(sensors.Alerts);

        var told = new RuleScene();
        told.Event(told.Device("patrol", "patrolPoint", RuleScene.Stairwell), "patrolNote");
        told.Event(told.Device("register", "premisesRegister", RuleScene.Stairwell), "register", 1, null, ("state", "unregistered"));
        Nights(told, crowded: 5);
        var lead = told.Of("ChessRoomLead").First();
        Assert.Equal((Severity.P4, true, false), (lead.Severity, lead.Restricted, lead.AutoFile));
        Assert.Equal(RuleScene.Stairwell, lead.PlaceId);
    }

    [Fact]
    public void Complaints_and_the_register_alone_do_not_reach_the_score()
    {
        var scene = new RuleScene();
        var register = scene.Device("register", "premisesRegister", RuleScene.Stairwell);
        scene.Event(register, "register", 1, null, ("state", "closed"));
        scene.Event(register, "complaint");
        scene.Event(register, "complaint");
        Nights(scene, crowded: 0);
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void With_complaints_as_well_the_lead_is_P3()
    {
        var scene = new RuleScene();
        var register = scene.Device("register", "premisesRegister", RuleScene.Stairwell);
        scene.Event(register, "register", 1, null, ("state", "unregistered"));
        scene.Event(register, "complaint");
        scene.Wait(60);
        scene.Event(register, "complaint");
        Nights(scene, crowded: 5);
        Assert.Equal(Severity.P3, scene.Of("ChessRoomLead").Last().Severity);
    }

    [Fact]
    public void No_text_about_a_chess_room_speaks_of_a_finding_or_of_gambling()
    {
        var rule = RuleScene.Shipped.Rules.Single(r => r.Id == "A8-chess-room-lead");
        Assert.DoesNotContain("gambl", rule.Description.En, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("赌", rule.Title.Zh + rule.Description.Zh, StringComparison.Ordinal);
    }

    // Some come and go on any evening; on a crowded one fourteen more come after eight and leave after two.
    private static void Nights(RuleScene scene, int crowded)
    {
        var door = scene.Device("door", "doorReader", RuleScene.Stairwell);
        for (var half = 0; half < 48 * 6; half++)
        {
            var local = DateTimeOffset.FromUnixTimeMilliseconds(scene.NowMs).ToOffset(TimeSpan.FromHours(8));
            var crowd = half / 48 < crowded;
            var into = local.Hour is >= 18 and < 22 ? 1 : 0;
            var outOf = into;
            if (crowd && local.Hour == 20) into += 7;
            if (crowd && local.Hour == 2) outOf += 7;
            scene.Say(door, ("in_count", into), ("out_count", outOf));
            scene.Wait(1_800);
        }
    }

    private static void Live(RuleScene scene, int halfHours, double water, bool door = false, bool away = false)
    {
        var kit = scene.Device("elder", "elderKit", Flat);
        for (var i = 0; i < halfHours; i++)
        {
            scene.Say(kit, ("water", water), ("door", door ? 1 : 0), ("motion", 0), ("sos", 0), ("away", away ? 1 : 0));
            scene.Wait(1_800);
        }
    }
}
