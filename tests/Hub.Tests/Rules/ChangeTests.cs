using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>A change of rules keeps what did not change where it lies. What it keeps must be what a restart under the new rules would have read.</summary>
public class ChangeTests
{
    [Theory]
    [InlineData("a text")]
    [InlineData("a parameter")]
    [InlineData("a rule more, before all others")]
    [InlineData("a rule less")]
    [InlineData("other channels and spans")]
    [InlineData("a budget of a detector")]
    [InlineData("a detector less")]
    [InlineData("the watch for outages")]
    [InlineData("a rule that compares neighbours")]
    public void A_change_of_rules_gives_the_bytes_and_alerts_of_a_restart_under_them(string what)
    {
        var (kept, read) = (new AnyLife(7), new AnyLife(7));
        var (first, second) = (EngineOf(kept), EngineOf(read));
        kept.Go(first, 8_000);
        read.Go(second, 8_000);
        first = first.Under(kept.Book(Changed(what)));
        var again = new RuleEngine(read.Book(Changed(what)), read.Directory, 0, new EngineOptions());
        again.Restore(AnyLife.StateOf(second));
        Assert.Equal(AnyLife.StateOf(again), AnyLife.StateOf(first));

        var before = kept.Told.Count;
        kept.Go(first, 8_000);
        read.Go(again, 8_000);
        Assert.True(kept.Told.Count > before + 10, "alerts go on");
        Assert.Equal(read.Told, kept.Told);
        Assert.Equal(AnyLife.StateOf(again), AnyLife.StateOf(first));
    }

    [Fact]
    public void A_change_there_and_back_is_judged_as_a_change_too()
    {
        var life = new AnyLife(3);
        var engine = EngineOf(life);
        life.Go(engine, 10_000);
        var (keys, open) = (engine.Figures.Keys, engine.Figures.Open);
        engine = engine.Under(life.Book(Changed("a rule less")));
        Assert.True(engine.Figures.Keys < keys);
        Assert.True(engine.Figures.Open <= open);
        engine = engine.Under(life.Book(Changed("")));
        life.Go(engine, 5_000);
        Assert.Equal(engine.Fingerprint, life.Book(Changed("")).Fingerprint);
    }

    private static RuleEngine EngineOf(AnyLife life) => new(life.Book(Changed("")), life.Directory, 0, new EngineOptions());

    private static List<(string File, string Text)> Changed(string what)
    {
        var files = Directory.EnumerateFiles(RuleScene.RulesFolder, "*.yaml").Order(StringComparer.Ordinal).Select(f => (File: Path.GetFileName(f), Text: File.ReadAllText(f))).ToList();
        switch (what)
        {
            case "a text": Edit("a07-line-fault.yaml", "Electrical line fault", "Line fault"); break;
            case "a parameter": Edit("a03-battery-thermal.yaml", "warm: 60 °C, hot: 65 °C, rise: 2 °C/min, above", "warm: 55 °C, hot: 65 °C, rise: 2 °C/min, above"); break;
            case "a rule more, before all others": files.Insert(0, ("a00.yaml", Extra("power > 100 W and rate(smoke, 5 min) > 0.1 dB/m/min"))); break;
            case "a rule less": files.RemoveAll(f => f.File == "a06-gas.yaml"); break;
            case "other channels and spans": files.Add(("z.yaml", Extra("mean(port_temp, 7 min) > 30 °C or voltage < 3 V"))); break;
            case "a budget of a detector": Edit("detectors.yaml", "budget: 0.5", "budget: 2"); break;
            case "a detector less": files[files.FindIndex(f => f.File == "detectors.yaml")] = ("detectors.yaml", NoFire(files.Find(f => f.File == "detectors.yaml").Text)); files.RemoveAll(f => f.File == "learned.yaml"); break;
            case "the watch for outages": Edit("a17-outage.yaml", "Device outage", "Outage of a device"); break;
            case "a rule that compares neighbours": files.Add(("z.yaml", Extra("above_neighbours(smoke, stairwell) > 0.01 dB/m"))); break;
        }

        return files;

        void Edit(string file, string from, string to)
        {
            var at = files.FindIndex(f => f.File == file);
            Assert.Contains(from, files[at].Text, StringComparison.Ordinal);
            files[at] = (file, files[at].Text.Replace(from, to, StringComparison.Ordinal));
        }
    }

    private static string NoFire(string text) => text[..text.IndexOf("  - id: fire", StringComparison.Ordinal)];

    private static string Extra(string when) => $$"""
        pack: extra
        rules:
          - id: X1
            version: 1.0.0
            type: Extra
            description: {zh: 试, en: trial}
            owner: test
            basis: test
            watch: {kinds: [any]}
            key: {level: [device]}
            firstReceivers: []
            steps:
              - {name: a, severity: P3, when: "{{when}}", explain: {zh: a, en: a} }
            clear: {quiet: 5 min}
        """;
}
