using System.Text;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Rules;

namespace Hub.Tests.Rules;

public sealed class SuppressionTests
{
    [Fact]
    public void What_still_holds_when_the_window_ends_is_raised_then()
    {
        var scene = new RuleScene();
        var lane = scene.Device("lane", "laneCamera", "leshan/estate-1/lane-1");
        Hold(scene, Window(scene, minutes: 30, place: "leshan/estate-1"));
        Block(minutes: 20);
        Assert.Empty(scene.Alerts);
        Assert.Equal(("FireLaneBlocked", "s-1"), Assert.Single(scene.Engine.Held) is var h ? (h.Type, h.By) : default);

        Block(minutes: 12);
        var raised = Assert.Single(scene.Alerts);
        Assert.Equal((AlertSignal.Raised, Severity.P2), (raised.Signal, raised.Severity));
        Assert.Empty(scene.Engine.Held);

        void Block(int minutes)
        {
            for (var i = 0; i < minutes * 2; i++)
            {
                scene.Event(lane, "vehicle", 0.9, "l");
                scene.Wait(30);
            }
        }
    }

    [Fact]
    public void What_is_over_before_the_window_ends_is_never_heard_of()
    {
        var scene = new RuleScene();
        Hold(scene, Window(scene, minutes: 60, types: ["GateAnomaly"]));
        scene.Event(scene.Device("d", "doorReader", RuleScene.Stairwell), "forced");
        scene.Wait(3600);
        Assert.Empty(scene.Alerts);
        Assert.Contains(RuleScene.Shipped.TraceOf("A10-gate-anomaly", "d", 50)!, t => t is { Outcome: "suppressed", Detail: "s-1" });
    }

    [Fact]
    public void Ended_early_it_lets_go_at_once()
    {
        var scene = new RuleScene();
        Hold(scene, Window(scene, minutes: 600));
        scene.Event(scene.Device("d", "doorReader", RuleScene.Stairwell), "forced");
        scene.Wait(60);
        Assert.Empty(scene.Alerts);
        Hold(scene);
        scene.Wait(2);
        Assert.Equal("GateAnomaly", Assert.Single(scene.Alerts).Type);
    }

    [Theory]
    [InlineData(SuppressionKind.Maintenance, "[In a maintenance window, confirm]")]
    [InlineData(SuppressionKind.Test, "[In a test window, confirm]")]
    [InlineData(SuppressionKind.Silence, "")]
    public void Smoke_goes_out_at_once_and_says_when_somebody_works_there(SuppressionKind kind, string mark)
    {
        var scene = new RuleScene();
        Hold(scene, Window(scene, minutes: 60, place: "leshan") with { Kind = kind });
        scene.Event(scene.Device("s", "smokeAlarm", RuleScene.Stairwell), "smoke");
        var raised = Assert.Single(scene.Alerts);
        Assert.Equal((Severity.P1, "FireSuspected"), (raised.Severity, raised.Type));
        Assert.StartsWith(mark, raised.Explanation.En, StringComparison.Ordinal);
        Assert.Equal(mark.Length > 0, raised.Explanation.En.Contains("Wang: lift works", StringComparison.Ordinal));
    }

    [Fact]
    public void A_window_is_told_of_though_a_silence_covers_the_same_place()
    {
        var scene = new RuleScene();
        Hold(scene, Window(scene, minutes: 60, place: "leshan") with { Id = "a", Kind = SuppressionKind.Silence }, Window(scene, minutes: 60, place: "leshan") with { Id = "b", Kind = SuppressionKind.Test });
        scene.Event(scene.Device("s", "smokeAlarm", RuleScene.Stairwell), "smoke");
        Assert.StartsWith("[In a test window, confirm]", Assert.Single(scene.Alerts).Explanation.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_held_hazard_that_becomes_a_fire_is_raised_as_a_fire()
    {
        var scene = new RuleScene();
        Hold(scene, Window(scene, minutes: 600, place: "leshan"));
        var camera = scene.Device("c", "aiCamera", RuleScene.Stairwell);
        for (var i = 0; i < 30; i++)
        {
            scene.Event(camera, "cable", 0.9, "w", ("x", 0.4), ("y", 0.5));
            scene.Event(camera, "eBike", 0.9, "w", ("x", 0.41), ("y", 0.5));
            scene.Wait(30);
        }

        Assert.Empty(scene.Alerts);
        scene.Event(scene.Device("s", "smokeAlarm", RuleScene.Stairwell), "smoke");
        scene.Wait(60);
        var wire = Assert.Single(scene.Of("FlyingWireCharging"));
        Assert.Equal((AlertSignal.Raised, Severity.P1), (wire.Signal, wire.Severity));
    }

    [Fact]
    public void A_port_that_overheats_in_a_window_is_cut_all_the_same()
    {
        var scene = new RuleScene();
        Hold(scene, Window(scene, minutes: 600, place: "leshan"));
        var port = scene.Device("p", "chargerPort", RuleScene.Shed + "/bay-01");
        for (var i = 0; i < 6; i++)
        {
            scene.Say(port, ("port_temp", 61), ("power", 200));
            scene.Wait(10);
        }

        var raised = Assert.Single(scene.Alerts);
        Assert.Equal((Severity.P2, "cut"), (raised.Severity, Assert.Single(raised.Commands).Name));
    }

    [Fact]
    public void Devices_switched_off_for_works_are_told_of_when_they_stay_away_after_it()
    {
        var scene = new RuleScene { KeepOutages = true };
        var doors = Enumerable.Range(0, 6).Select(i => scene.Device("d" + i, "doorReader", RuleScene.Stairwell)).ToList();
        var lone = scene.Device("lone", "doorReader", "leshan/estate-1/building-02/stairwell-1");
        Everybody();
        Hold(scene, Window(scene, minutes: 40, place: "leshan/estate-1"));
        scene.Wait(1200);
        Assert.Empty(scene.Alerts);
        Assert.Equal(2, scene.Engine.Held.Count);

        scene.Say(lone, ("contact", 0));
        scene.Wait(60);
        Assert.Empty(scene.Alerts);
        for (var i = 0; i < 80; i++)
        {
            scene.Say(lone, ("contact", 0));
            scene.Wait(15);
        }

        var group = Assert.Single(scene.Alerts);
        Assert.Contains("6 of", group.Explanation.En, StringComparison.Ordinal);
        doors.ForEach(d => scene.Say(d, ("contact", 0)));
        Assert.Equal(AlertSignal.Cleared, scene.Alerts[^1].Signal);
        Assert.Equal(2, scene.Alerts.Count);

        void Everybody()
        {
            doors.ForEach(d => scene.Say(d, ("contact", 0)));
            scene.Say(lone, ("contact", 0));
        }
    }

    [Fact]
    public void An_inhibitor_holds_back_what_follows_from_another_alert_and_no_longer()
    {
        var scene = new RuleScene();
        Hold(scene, Window(scene, minutes: 600, types: ["Tamper"]) with { Kind = SuppressionKind.Inhibitor, While = ["GateAnomaly"], WhileLevel = "building" });
        var door = scene.Device("d", "doorReader", RuleScene.Stairwell);
        var camera = scene.Device("c", "corridorCamera", RuleScene.Stairwell);
        scene.Event(door, "forced");
        scene.Wait(5);
        scene.Event(camera, "removed");
        scene.Wait(60);
        Assert.Equal(["GateAnomaly"], scene.Alerts.Select(a => a.Type));
        for (var i = 0; i < 40; i++)
        {
            scene.Event(camera, "removed");
            scene.Wait(30);
        }

        // The door's alert is over after 15 minutes; the camera is still broken.
        Assert.Equal(["GateAnomaly", "GateAnomaly", "Tamper"], scene.Alerts.Select(a => a.Type));
    }

    [Fact]
    public void A_key_that_flaps_goes_quiet_for_the_rest_of_its_hour_and_then_says_what_still_holds()
    {
        var scene = new RuleScene(RuleScene.Parse(Flat("power > 100 W", clear: "power < 50 W")));
        var port = scene.Device("p", "chargerPort", RuleScene.Shed);
        for (var i = 0; i < 10; i++)
        {
            scene.Say(port, ("power", 200));
            scene.Wait(5);
            if (i < 9) scene.Say(port, ("power", 20));
            scene.Wait(5);
        }

        Assert.Equal(6, scene.Alerts.Count(a => a.Signal == AlertSignal.Raised));
        for (var i = 0; i < 400; i++)
        {
            scene.Say(port, ("power", 200));
            scene.Wait(10);
        }

        Assert.Equal(7, scene.Alerts.Count(a => a.Signal == AlertSignal.Raised));
    }

    [Fact]
    public void A_rule_that_matches_everything_is_limited_then_makes_no_more_cases_until_it_is_changed()
    {
        var book = RuleScene.Parse(Flat("power > 1 W", clear: "power < 1 W"));
        var scene = new RuleScene(book);
        var ports = Enumerable.Range(0, 400).Select(i => scene.Device("p" + i, "chargerPort", RuleScene.Shed)).ToList();
        for (var minute = 0; minute < 14; minute++)
        {
            foreach (var port in ports)
            {
                scene.Say(port, ("power", minute % 2 == 0 ? 200 : 0));
            }

            scene.Wait(60);
        }

        var perMinute = scene.Alerts.Where(a => a.Signal == AlertSignal.Raised).GroupBy(a => a.ArrivalMs / 60_000).Max(g => g.Count());
        Assert.True(perMinute <= 120, $"{perMinute} alerts in one minute");
        Wave(11);
        Assert.True(scene.Book.Rules[0].ShadowedMs > 0, "it should be on trial by now");
        var before = scene.Alerts.Count;
        Wave(2);
        Assert.All(scene.Alerts.Skip(before).Where(a => a.Signal == AlertSignal.Raised), a => Assert.True(a.Shadow));
        scene.Restart();
        Wave(2);
        Assert.True(scene.Alerts[^1].Shadow || scene.Alerts[^1].Signal == AlertSignal.Cleared);

        var mended = RuleScene.Parse(Flat("power > 150 W", clear: "power < 1 W"));
        mended.Inherit(book);
        scene.Reload(mended);
        Assert.Equal(0, mended.Rules[0].ShadowedMs);
        scene.Wait(7200);
        before = scene.Alerts.Count;
        scene.Say(scene.Device("fresh", "chargerPort", RuleScene.Shed), ("power", 200));
        Assert.False(Assert.Single(scene.Alerts.Skip(before)).Shadow);

        void Wave(int minutes)
        {
            for (var minute = 0; minute < minutes * 2; minute++)
            {
                foreach (var port in ports) scene.Say(port, ("power", minute % 2 == 0 ? 200 : 0));
                scene.Wait(60);
                if (minute % 12 == 11) scene.Wait(1800); // keys flap; give them a new hour
            }
        }
    }

    [Fact]
    public void A_rule_that_divides_by_zero_fires_nothing_and_is_reported()
    {
        var scene = new RuleScene(RuleScene.Parse(Flat("power / (power - power) > 0 or power / (power - power) <= 0", clear: "power < 0 W")));
        var port = scene.Device("p", "chargerPort", RuleScene.Shed);
        for (var i = 0; i < 5; i++) scene.Say(port, ("power", 200));
        Assert.Empty(scene.Alerts);
        Assert.InRange(scene.Book.Rules[0].DivisionsByZero, 10, 20);
        Assert.Equal(scene.Book.Rules[0].DivisionsByZero, scene.Engine.Figures.DivisionsByZero);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Restarts_anywhere_hold_back_and_let_go_the_same(int seed) => Assert.Equal(Live(seed, 0), Live(seed, 13 + (seed * 7)));

    internal static Suppression Window(RuleScene scene, int minutes, string place = "", string[]? types = null, string id = "s-1") => new()
    {
        Id = id, Kind = SuppressionKind.Maintenance, Owner = "Wang", Reason = "lift works", FromMs = scene.NowMs, ToMs = scene.NowMs + (minutes * 60_000L), Place = place, Types = types ?? [],
    };

    internal static void Hold(RuleScene scene, params Suppression[] all) => scene.Engine.Suppress(Encoding.UTF8.GetString(RuleEngine.Write(all)), scene.NowMs);

    private static string Flat(string when, string clear) => $$"""
        pack: test
        rules:
          - id: F1
            version: 1.0.0
            type: X
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [chargerPort]}
            steps: [{name: a, severity: P3, when: {{when}}, explain: {zh: a, en: a} }]
            clear: {when: {{clear}}}
            firstReceivers: []
        """;

    private static string Live(int seed, int restartEvery)
    {
        var random = new Random(seed);
        var scene = new RuleScene { RestartEvery = restartEvery, KeepOutages = true };
        var windows = new List<Suppression>();
        for (var i = 0; i < 800; i++)
        {
            var bay = random.Next(1, 5);
            switch (random.Next(7))
            {
                case 0: scene.Say(scene.Device($"p{bay}", "chargerPort", $"{RuleScene.Shed}/bay-{bay:00}", "gw"), ("port_temp", 45.0 + random.Next(30)), ("power", random.Next(800))); break;
                case 1: scene.Event(scene.Device($"d{bay}", "doorReader", RuleScene.Stairwell), random.Next(2) == 0 ? "forced" : "denied"); break;
                case 2: scene.Event(scene.Device($"c{bay}", "corridorCamera", RuleScene.Stairwell), "removed"); break;
                case 3: scene.Say(scene.Device("line", "lineMonitor", RuleScene.Stairwell), ("residual", random.Next(100, 520))); break;
                case 4: scene.Event(scene.Device("lane", "laneCamera", "leshan/estate-1/lane-1"), "vehicle", 0.9, "l"); break;
                case 5 when random.Next(20) == 0: scene.Event(scene.Device("s", "smokeAlarm", RuleScene.Stairwell), "smoke"); break;
                case 6 when random.Next(8) == 0:
                    windows.RemoveAll(w => w.ToMs < scene.NowMs || random.Next(4) == 0);
                    windows.Add(Random(scene, random, "s-" + i));
                    Hold(scene, [.. windows]);
                    break;
            }

            scene.Wait(random.Next(30) == 0 ? 400 : random.Next(25));
        }

        Assert.Contains(scene.Alerts, a => a.Signal == AlertSignal.Raised);
        return string.Join('\n', scene.Alerts.Select(a => JsonSerializer.Serialize(a))) + JsonSerializer.Serialize(scene.Engine.Held);
    }

    internal static Suppression Random(RuleScene scene, Random random, string id) => new()
    {
        Id = id,
        Kind = (SuppressionKind)random.Next(1, 5),
        Owner = "o",
        Reason = "r",
        FromMs = scene.NowMs + (random.Next(3) * 30_000),
        ToMs = scene.NowMs + 60_000 + (random.Next(40) * 60_000),
        Place = random.Next(3) switch { 0 => "", 1 => "leshan/estate-1", _ => RuleScene.Stairwell },
        Types = random.Next(3) == 0 ? ["GateAnomaly", "Tamper", "FireSuspected", "DeviceOutage"] : [],
        Kinds = random.Next(4) == 0 ? ["doorReader", "smokeAlarm", "chargerPort"] : [],
        While = random.Next(4) == 0 ? ["GateAnomaly", "DeviceOutage"] : [],
        WhileLevel = random.Next(2) == 0 ? "building" : "",
    };
}
