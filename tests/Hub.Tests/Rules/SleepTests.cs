using System.Buffers;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>Keys whose conditions rest are not judged by messages that cannot matter to them. Whoever asks a question has all judged, so the two can be compared.</summary>
public class SleepTests
{
    private static readonly string[] events =
    [
        "smoke", "heat", "fire", "flame", "gas", "alarm", "eBike", "cable", "complaint", "register", "watcher", "loitering", "tailgate", "pass", "fall", "sos", "tamper", "goods", "vehicle", "person",
    ];

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
        var chance = new Random(seed);
        var channels = new ChannelTable();
        var book = RuleBook.Load(RuleScene.RulesFolder, channels, TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), null, null));
        var directory = new TestDirectory();
        foreach (var kind in DeviceKinds.All)
        {
            for (var i = 0; i < 3; i++)
            {
                var place = (i, chance.Next(2)) switch { (0, _) => RuleScene.Shed, (_, 0) => RuleScene.Stairwell, _ => RuleScene.Stairwell + "/flat-301" };
                directory.Add($"{kind.Id}{i}", kind.Id, place);
            }
        }

        var asked = sleepless ? new RuleQuestion("no-such-rule", directory.All[0], (_, _) => { }) : null;
        var engine = new RuleEngine(book, directory, 0, new EngineOptions()) { Asked = asked };
        var (alerts, told, observation) = (new List<Alert>(), new List<string>(), new Observation());
        var nowMs = new DateTimeOffset(2026, 11, 21, 19, 30, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();
        for (var position = 1L; position < 40_000; position++)
        {
            if (chance.Next(12) == 0) engine.Tick(nowMs += 1000 * chance.Next(1, 20), position, alerts);
            else
            {
                Compose(observation, directory, channels, chance, nowMs);
                observation.Position = position;
                engine.Judge(observation, alerts);
            }

            told.AddRange(alerts.Select(a => $"{a.Rule} {a.Position}.{a.Ordinal} {a.Signal} {a.Severity} {a.DedupeKey} {a.Explanation.En}"));
            alerts.Clear();
        }

        var state = new ArrayBufferWriter<byte>();
        engine.Save(state);
        return (told, state.WrittenSpan.ToArray());
    }

    // Mostly ordinary, now and then anything: old, late, suspect, beyond every limit.
    private static void Compose(Observation observation, TestDirectory directory, ChannelTable channels, Random chance, long nowMs)
    {
        observation.Clear();
        observation.Device = directory.All[chance.Next(directory.Count)];
        observation.Kind = MessageKind.Telemetry;
        observation.ArrivalMs = nowMs;
        observation.AtMs = chance.Next(20) == 0 ? nowMs - chance.Next(3_600_000) : nowMs;
        observation.Late = observation.AtMs < nowMs - 1_800_000;
        if (chance.Next(15) == 0)
        {
            observation.Kind = MessageKind.Event;
            observation.EventType = events[chance.Next(events.Length)];
            observation.Confidence = chance.NextDouble();
            observation.Zone = chance.Next(3) == 0 ? "lift" : null;
            observation.Track = chance.Next(2) == 0 ? "t" + chance.Next(5) : null;
        }

        for (var i = chance.Next(4); i >= 0; i--)
        {
            var row = ChannelCatalogue.All[chance.Next(ChannelCatalogue.All.Count)];
            var value = chance.Next(6) == 0 ? row.Min + ((row.Max - row.Min) * Math.Pow(chance.NextDouble(), 3)) : chance.Next(3);
            var text = chance.Next(30) == 0 ? "charging" : null;
            observation.Add(new Reading(channels.Find(row.Name)!, chance.Next(40) == 0 ? double.NaN : value, text, chance.Next(50) == 0));
        }
    }
}
