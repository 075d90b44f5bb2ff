using Hub.Core.Alerts;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>Keys whose conditions rest are not judged by messages that cannot matter to them. Whoever asks a question has all judged, so the two can be compared.</summary>
public class SleepTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_sleeping_key_misses_nothing_and_changes_not_a_byte(int seed)
    {
        var (alerts, state) = Live(seed, sleepless: false);
        var (reference, wanted) = Live(seed, sleepless: true);
        Assert.True(reference.Select(a => a.Split(' ')[0]).Distinct().Count() > 8, "many rules should speak");
        Assert.Equal(reference, alerts);
        Assert.Equal(wanted, state);
    }

    [Fact]
    public void A_key_opened_by_what_went_silent_around_it_is_cleared_by_its_next_message()
    {
        const string yaml = """
            pack: test
            rules:
              - id: T
                version: 1.0.0
                type: Test
                description: {zh: 试, en: trial}
                owner: test
                basis: test
                watch: {kinds: [chargerPort]}
                key: {level: [device]}
                firstReceivers: []
                steps:
                  - {name: a, severity: P3, when: {all: [port_temp >= 60 °C, {lost: 1, level: shed, within: 1 h}]}, explain: {zh: a, en: a}}
                clear: {when: port_temp < 60 °C}
              - id: O
                version: 1.0.0
                type: DeviceOutage
                description: {zh: 试, en: trial}
                owner: test
                basis: test
                detector: outage
                watch: {kinds: [any]}
                firstReceivers: []
                steps:
                  - {name: device, severity: P4, explain: {zh: a, en: a}}
                  - {name: life, severity: P3, explain: {zh: a, en: a}}
                  - {name: group, severity: P3, explain: {zh: a, en: a}}
                  - {name: groupLife, severity: P2, explain: {zh: a, en: a}}
            """;
        var scene = new RuleScene(RuleScene.Parse(yaml)) { KeepOutages = true };
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-1");
        var other = scene.Device("p2", "chargerPort", RuleScene.Shed + "/bay-2");
        scene.Say(other, ("port_temp", 20));
        for (var i = 0; i < 60; i++)
        {
            scene.Say(port, ("port_temp", 61));
            scene.Wait(10);
        }

        scene.Say(port, ("port_temp", 30));
        Assert.Equal([AlertSignal.Raised, AlertSignal.Cleared], scene.Alerts.Where(a => a.Rule == "T").Select(a => a.Signal));
    }

    private static (List<string> Alerts, byte[] State) Live(int seed, bool sleepless)
    {
        var life = new AnyLife(seed);
        var asked = sleepless ? new RuleQuestion("no-such-rule", life.Directory.All[0], (_, _) => { }) : null;
        var engine = new RuleEngine(life.Book(RuleScene.RulesFolder), life.Directory, 0, new EngineOptions()) { Asked = asked };
        life.Go(engine, 20_000);
        return (life.Told, AnyLife.StateOf(engine));
    }
}
