using System.Text.Json;
using Hub.Core.Alerts;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

public class RestartTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_restart_anywhere_changes_no_alert(int seed)
    {
        var reference = Live(seed, restartEvery: 0);
        Assert.True(reference.Split('\n').Length > 10, "the scene should raise alerts");
        var restarted = Live(seed, restartEvery: 37 + (seed * 11));
        var first = reference.Split('\n').Zip(restarted.Split('\n')).FirstOrDefault(p => p.First != p.Second);
        Assert.Equal(first.First, first.Second);
        Assert.Equal(reference, restarted);
    }

    [Fact]
    public void The_same_records_give_the_same_bytes() => Assert.Equal(Live(42, 0), Live(42, 0));

    [Fact]
    public void A_changed_rule_forgets_and_the_others_go_on()
    {
        var yaml = Pack("T1", "60 °C") + Pack("T2", "60 °C")[Pack("T2", "").IndexOf("  - id", StringComparison.Ordinal)..];
        var scene = new RuleScene(RuleScene.Parse(yaml));
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed);
        for (var i = 0; i < 3; i++)
        {
            scene.Say(port, ("port_temp", 65));
            scene.Wait(10);
        }

        scene.Reload(RuleScene.Parse(yaml.Replace("T2\n    version: 1.0.0", "T2\n    version: 1.0.1", StringComparison.Ordinal)));
        scene.Say(port, ("port_temp", 65));
        scene.Wait(10);
        scene.Say(port, ("port_temp", 65));

        // The hold of T1 goes on over the reload, that of T2 began anew.
        Assert.Equal(["T1"], scene.Alerts.Select(a => a.Rule));
    }

    [Fact]
    public void An_alert_that_was_open_when_its_rule_changed_can_still_be_cleared_and_is_not_raised_twice()
    {
        var yaml = Pack("T1", "60 °C");
        var scene = new RuleScene(RuleScene.Parse(yaml));
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed);
        Say(65, 6);
        Assert.Single(scene.Alerts);

        scene.Reload(RuleScene.Parse(yaml.Replace("60 °C", "62 °C", StringComparison.Ordinal)));
        Say(65, 6);
        Assert.Single(scene.Alerts);
        Say(40, 370);
        Assert.Equal([AlertSignal.Raised, AlertSignal.Cleared], scene.Alerts.Select(a => a.Signal));

        void Say(double temperature, int times)
        {
            for (var i = 0; i < times; i++)
            {
                scene.Say(port, ("port_temp", temperature));
                scene.Wait(10);
            }
        }
    }

    [Fact]
    public void Judging_allocates_nothing_while_nothing_fires()
    {
        var scene = new RuleScene();
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-01");
        var channels = new Core.ChannelTable();
        var observation = new Observation { Device = port, Kind = MessageKind.Telemetry };
        scene.Say(port, ("port_temp", 30), ("power", 200), ("state", "charging"));
        Judge(2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Judge(2_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Judge(int times)
        {
            for (var i = 0; i < times; i++)
            {
                observation.Clear();
                observation.Device = port;
                observation.Kind = MessageKind.Telemetry;
                observation.AtMs = observation.ArrivalMs = scene.NowMs + (i % 5);
                observation.Add(new Reading(channels.Find("port_temp")!, 30 + (i % 7)));
                observation.Add(new Reading(channels.Find("power")!, 200));
                scene.Engine.Judge(observation, scene.Alerts);
            }
        }
    }

    [Fact]
    public void Bytes_that_are_no_snapshot_are_refused_and_cut_ones_never_crash()
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("s1", "smokeAlarm", RuleScene.Stairwell), "smoke");
        var saved = scene.Save();
        Assert.Throws<InvalidDataException>(() => Fresh().Restore("no snapshot at all"u8));
        for (var length = 0; length < saved.Length; length++)
            Assert.Throws<InvalidDataException>(() => Fresh().Restore(saved.AsSpan(0, length)));
        Fresh().Restore(saved);

        RuleEngine Fresh() => new(scene.Book, scene.Directory, 3, new EngineOptions());
    }

    private static string Pack(string id, string limit) => $$"""
        pack: test
        rules:
          - id: {{id}}
            version: 1.0.0
            type: X
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [chargerPort]}
            steps: [{name: a, severity: P2, when: {hold: 'port_temp >= {{limit}}', for: 40 s}, explain: {zh: a, en: a} }]
            firstReceivers: []

        """;

    // A lively lane: everything that has state is touched, times come out of order, devices fall silent.
    private static string Live(int seed, int restartEvery)
    {
        var random = new Random(seed);
        var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 21, 30, 0, TimeSpan.FromHours(8))) { RestartEvery = restartEvery, KeepOutages = true };
        for (var i = 0; i < 1_200; i++)
        {
            var bay = random.Next(1, 7);
            switch (random.Next(12))
            {
                case <= 3:
                    var port = scene.Device($"p{bay}", "chargerPort", $"{RuleScene.Shed}/bay-{bay:00}", "gw", ("row", bay < 4 ? "A" : "B"));
                    scene.Send(port, MessageKind.Telemetry, null, [("port_temp", 45.0 + random.Next(30)), ("power", 200), ("state", "charging")], atMs: scene.NowMs - random.Next(3) * 4_000);
                    break;
                case 4: scene.Event(scene.Device("wire", "aiCamera", RuleScene.Stairwell), "cable", 0.9, "w", ("x", 0.4), ("y", 0.8)); break;
                case 5: scene.Event(scene.Device("wire", "aiCamera", RuleScene.Stairwell), "eBike", 0.9, "w", ("x", 0.45), ("y", 0.8)); break;
                case 6: scene.Event(scene.Device("lift", "liftCamera", RuleScene.Stairwell + "/lift-1"), "eBike", 0.9, "car"); break;
                case 7: scene.Event(scene.Device("lane", "laneCamera", "leshan/estate-1/lane-1"), "vehicle", 0.9, "lane"); break;
                case 8: scene.Say(scene.Device("gas", "gasDetector", RuleScene.Stairwell + "/flat-101"), ("lel", random.Next(12)), ("co", 3), ("valve", 1)); break;
                case 9: scene.Say(scene.Device("line", "lineMonitor", RuleScene.Stairwell), ("residual", random.Next(100, 420)), ("power", random.Next(400))); break;
                case 10: scene.Say(scene.Device("door", "doorReader", RuleScene.Stairwell), ("in_count", random.Next(4)), ("out_count", 1), ("contact", random.Next(2))); break;
                default:
                    if (random.Next(40) == 0) scene.Event(scene.Device("smoke" + random.Next(3), "smokeAlarm", RuleScene.Stairwell), "smoke");
                    if (random.Next(60) == 0) scene.Send(scene.Device("s9", "smokeAlarm", RuleScene.Shed), MessageKind.Event, "smoke", [], late: true, atMs: scene.NowMs - 5_000_000);
                    break;
            }

            scene.Wait(random.Next(25) == 0 ? 200 + random.Next(600) : random.Next(12));
        }

        return string.Join('\n', scene.Alerts.Select(a => JsonSerializer.Serialize(a)));
    }
}
