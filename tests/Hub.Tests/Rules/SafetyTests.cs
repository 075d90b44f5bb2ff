using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>No combination of anything can mute a P1 of smoke, heat, gas or a call for help.</summary>
public sealed class SafetyTests
{
    [Fact]
    public void The_shipped_rules_are_proven() => Assert.Empty(RuleScene.Shipped.SafetyGaps().Select(g => g.ToString()));

    [Theory]
    [InlineData("a05-fire.yaml", "    autoFile: true\n", "    autoFile: true\n    shadow: true\n", "on trial")]
    [InlineData("a05-fire.yaml", "        when: signal\n        confidence: 0.6", "        when: {all: [signal, 'not between(\"11:00\", \"13:00\")']}\n        confidence: 0.6", "no P1 step is true")]
    [InlineData("a05-fire.yaml", "        when: signal\n        confidence: 0.6", "        when: {all: [signal, {not: {alert: P4, types: [Tamper]}}]}\n        confidence: 0.6", "no P1 step is true")]
    [InlineData("a05-fire.yaml", "        when: signal\n        confidence: 0.6", "        when: {hold: signal, for: 10 s}\n        confidence: 0.6", "no P1 step is true")]
    [InlineData("a05-fire.yaml", "        when: signal\n        confidence: 0.6", "        when: {all: [signal, 'attribute(\"contaminated\") != \"yes\"']}\n        confidence: 0.6", "no P1 step is true")]
    [InlineData("a05-fire.yaml", "shedSmoke, shedHeat, shedGas, userTransmissionDevice", "shedSmoke, shedGas, userTransmissionDevice", "shedHeat")]
    [InlineData("a05-fire.yaml", "smoke: 0.5 dB/m", "smoke: 5 dB/m", "smoke = 1")]
    [InlineData("a06-gas.yaml", "alarm: 20 %LEL", "alarm: 60 %LEL", "lel = 25")]
    [InlineData("a06-gas.yaml", "watch: {kinds: [gasDetector]}", "watch: {kinds: [gasDetector], places: [flat]}", "'places:'")]
    [InlineData("a06-gas.yaml", "watch: {kinds: [gasDetector]}", "watch: {kinds: [gasDetector], attributes: {room: kitchen}}", "'attributes:'")]
    [InlineData("a03-battery-thermal.yaml", "    params: {warm: 60 °C, hot: 65 °C, rise: 2 °C/min, above: 15 °C, fire: 80 °C", "    params: {warm: 60 °C, hot: 65 °C, rise: 2 °C/min, above: 15 °C, fire: 88 °C", "port_temp = 85")]
    [InlineData("a03-battery-thermal.yaml", "any: [port_temp >= $fire, ", "any: [port_temp >= $fire and port_temp <= 90 °C, ", "port_temp = 95")]
    [InlineData("a05-fire.yaml", "temperature >= $heat\n        or co", "(temperature >= $heat and temperature < 500 °C)\n        or co", "temperature = 600")]
    [InlineData("a07-line-fault.yaml", "hot: 90 °C", "hot: 120 °C", "cable_temp = 95")]
    public void A_change_that_could_mute_one_is_found_and_named(string file, string old, string changed, string named)
    {
        var gaps = With(file, t => t.Replace(old, changed, StringComparison.Ordinal) is var after && after != t ? after : throw new InvalidOperationException($"{file} holds no '{old}'")).SafetyGaps();
        Assert.Contains(gaps, g => g.ToString().Contains(named, StringComparison.Ordinal) && (g.File == file || named == "shedHeat"));
    }

    [Fact]
    public void An_override_counts_like_the_pack_itself()
    {
        var book = RuleBook.Parse([.. Files(), ("overrides.yaml", "A6-gas-leak: {co: 900 ppm}")], new ChannelTable(), TimeZoneInfo.Utc);
        Assert.Contains(book.SafetyGaps(), g => g.Found.Contains("co = 200", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Any_combination_of_suppressions_gives_the_same_P1_as_none(int seed)
    {
        var free = Live(seed, suppress: false);
        var held = Live(seed, suppress: true);
        Assert.NotEmpty(free);
        Assert.Equal(free, held);
    }

    [Fact]
    public void A_fire_after_a_dismissed_alarm_in_the_same_stairwell_is_told_again()
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("kitchen", "smokeAlarm", RuleScene.Stairwell + "/flat-101"), "smoke");
        scene.Wait(600);
        scene.Event(scene.Device("upstairs", "smokeAlarm", RuleScene.Stairwell + "/flat-301"), "smoke");
        Assert.Equal(2, scene.Alerts.Count(a => a is { Signal: AlertSignal.Raised, Severity: Severity.P1, Type: "FireSuspected" }));
    }

    [Fact]
    public void An_alarm_that_goes_on_is_not_told_again_every_time()
    {
        var scene = new RuleScene();
        var alarm = scene.Device("s", "shedSmoke", RuleScene.Shed);
        for (var i = 0; i < 60; i++)
        {
            scene.Say(alarm, ("smoke", 3), ("temperature", 25));
            scene.Wait(10);
        }

        Assert.Single(scene.Alerts, a => a.Signal == AlertSignal.Raised);
    }

    private static RuleBook With(string file, Func<string, string> change) =>
        RuleBook.Parse([.. Files().Select(f => f.File == file ? (f.File, change(f.Text)) : f)], new ChannelTable(), TimeZoneInfo.Utc);

    private static IEnumerable<(string File, string Text)> Files() =>
        Directory.EnumerateFiles(RuleScene.RulesFolder, "*.yaml").Order(StringComparer.Ordinal).Select(p => (Path.GetFileName(p), File.ReadAllText(p).Replace("\r\n", "\n", StringComparison.Ordinal)));

    // Everything that can reach P1 happens, in a lane full of flapping and flooding, with any windows, silences, tests and inhibitors.
    private static List<string> Live(int seed, bool suppress)
    {
        var random = new Random(seed);
        var chance = new Random(seed + 1_000);
        var scene = new RuleScene(start: new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.FromHours(8))) { KeepOutages = true };
        var windows = new List<Suppression>();
        string[] kinds = ["smokeAlarm", "shedSmoke", "shedHeat", "gasDetector", "chargerPort", "batteryBms", "lineMonitor", "aiCamera", "elderKit", "doorReader", "corridorCamera"];
        for (var i = 0; i < 500; i++)
        {
            var kind = kinds[random.Next(kinds.Length)];
            var n = random.Next(1, 4);
            var device = scene.Device(kind + n, kind, kind.StartsWith("shed", StringComparison.Ordinal) || kind == "chargerPort" ? $"{RuleScene.Shed}/bay-{n:00}" : $"{RuleScene.Stairwell}/flat-{n}01");
            switch (kind)
            {
                case "smokeAlarm": if (random.Next(6) == 0) scene.Event(device, "smoke"); else scene.Event(device, "removed"); break;
                case "shedSmoke": scene.Say(device, ("smoke", random.Next(8) == 0 ? 2 : 0), ("temperature", 20)); break;
                case "shedHeat": scene.Say(device, ("temperature", random.Next(10) == 0 ? 70 : 20)); break;
                case "gasDetector": scene.Say(device, ("lel", random.Next(30)), ("co", random.Next(10) == 0 ? 180 : 2), ("valve", random.Next(2))); break;
                case "chargerPort": scene.Say(device, ("port_temp", random.Next(30, 88)), ("power", 200)); break;
                case "batteryBms": scene.Say(device, ("cell_temp", random.Next(30, 90))); break;
                case "lineMonitor": scene.Say(device, ("cable_temp_a", random.Next(40, 100)), ("residual", random.Next(600))); break;
                case "elderKit": if (random.Next(5) == 0) scene.Event(device, "sos"); break;
                case "aiCamera":
                    scene.Event(device, "cable", 0.9, "w", ("x", 0.4), ("y", 0.5));
                    scene.Event(device, "eBike", 0.9, "w", ("x", 0.41), ("y", 0.5));
                    break;
                default: scene.Event(device, random.Next(2) == 0 ? "forced" : "coveredLens"); break;
            }

            if (random.Next(30) == 0) scene.Send(scene.Device("late", "smokeAlarm", RuleScene.Stairwell), MessageKind.Event, "smoke", [], late: true, atMs: scene.NowMs - 5_000_000);
            if (suppress && chance.Next(12) == 0)
            {
                windows.RemoveAll(w => w.ToMs < scene.NowMs || chance.Next(5) == 0);
                windows.Add(SuppressionTests.Random(scene, chance, "s-" + i));
                SuppressionTests.Hold(scene, [.. windows]);
            }

            scene.Wait(random.Next(40) == 0 ? 700 : random.Next(20));
        }

        // The same places, at the same records, by the same step: told first or told as stronger depends on what people had heard before.
        return [.. scene.Alerts.Where(a => a.Severity == Severity.P1 && a.Signal != AlertSignal.Cleared).Select(a => $"{a.Position} {a.Rule} {a.Type} {a.DedupeKey} {string.Join(',', a.Commands.Select(c => c.Name + c.DeviceId))}")];
    }
}
