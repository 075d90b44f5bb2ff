using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>The watch over silent devices explains itself like a rule of conditions, also why it said nothing.</summary>
public sealed class OutageExplainTests
{
    private const string Rule = "A17-device-outage";

    private readonly List<RuleTrace> answers = [];

    [Fact]
    public void A_device_that_speaks_within_its_limit_says_how_long_it_was_silent_and_how_long_it_may_be()
    {
        var scene = Asking(out var port, out _);
        scene.Say(port, ("power", 0));
        scene.Wait(100);

        var last = answers[^1];
        Assert.Equal("false", last.Outcome);
        var silence = Part(last, "silence");
        Assert.Equal((180.0, "s", false), (silence.Wants, silence.Unit, silence.Holds));
        Assert.InRange(silence.Has!.Value, 70, 100);
    }

    [Fact]
    public void A_silence_goes_from_settling_to_raised_to_cleared()
    {
        var scene = Asking(out var port, out _);
        scene.Say(port, ("power", 0));
        scene.Wait(600);
        scene.Say(port, ("power", 0));

        Assert.Equal(["false", "held", "raised", "open", "cleared"], answers.Select(a => a.Outcome).Aggregate(new List<string>(), (all, o) => all.Count > 0 && all[^1] == o ? all : [.. all, o]));
        var held = answers.First(a => a.Outcome == "held");
        Assert.Equal((90.0, false), (Part(held, "settle").Wants, Part(held, "settle").Holds));
        Assert.True(answers.First(a => a.Outcome == "raised").Steps[0].Holds);
    }

    [Fact]
    public void A_child_names_the_parent_that_holds_it_back_with_its_count_and_share()
    {
        var scene = Asking(out var port, out var others);
        foreach (var device in (Device[])[port, .. others]) scene.Say(device, ("power", 0));
        scene.Wait(600);

        var last = answers[^1];
        Assert.Equal(("suppressed", RuleScene.Shed), (last.Outcome, last.HeldBy));
        Assert.False(last.Steps[0].Holds);
        Assert.True(last.Steps[1].Holds);
        Assert.Equal(RuleScene.Shed, Part(last, "parent").Text);
        var group = last.Steps[1].Parts.SkipWhile(p => p is not { Kind: "group", Holds: true }).ToList();
        Assert.Equal((RuleScene.Shed, 7.0, 5.0), (group[0].Text, group[1].Has, group[1].Wants));
        Assert.Equal(("share", 100.0, 30.0, "%"), (group[2].Kind, group[2].Has, group[2].Wants, group[2].Unit));
        Assert.Equal(7, group.Count(p => p.Kind == "member"));
    }

    [Fact]
    public void A_last_will_is_told_apart_from_silence_and_a_device_never_heard_from_both()
    {
        var scene = Asking(out var port, out _);
        scene.Wait(60);
        Assert.Contains(answers[^1].Steps[0].Parts, p => p.Kind == "neverHeard");

        scene.Say(port, ("power", 0));
        scene.Send(port, MessageKind.Status, null, [("online", 0)]);
        scene.Wait(30);
        Assert.Equal(("held", true, false), (answers[^1].Outcome, Part(answers[^1], "lastWill").Holds, Part(answers[^1], "silence").Holds));
    }

    [Fact]
    public void After_the_hub_itself_was_away_the_time_given_again_is_named()
    {
        var scene = Asking(out var port, out _);
        scene.Say(port, ("power", 0));
        scene.Wait(5);
        scene.Engine.Tick(scene.NowMs + 3_600_000, 1_000_000, scene.Alerts);

        Assert.Equal(("false", 0.0), (answers[^1].Outcome, Part(answers[^1], "silence").Has));
        Assert.Contains(answers[^1].Steps[0].Parts, p => p.Kind == "grace");
    }

    [Fact]
    public void The_rules_page_keeps_alerts_with_their_tree_and_samples_silences_that_came_to_nothing()
    {
        var scene = new RuleScene(RuleBook.Load(RuleScene.RulesFolder, RuleScene.Channels, TimeZoneInfo.Utc)) { KeepOutages = true };
        var port = scene.Device("p", "chargerPort", RuleScene.Shed);
        scene.Say(port, ("power", 0));
        scene.Wait(200);
        scene.Say(port, ("power", 0));
        scene.Wait(900);

        var kept = scene.Book.TraceOf(Rule, "p", 100)!;
        Assert.Equal(["held", "held", "raised"], kept.Select(t => t.Outcome).Order(StringComparer.Ordinal).Where(o => o is not "false"));
        Assert.Contains(kept.Single(t => t.Outcome == "raised").Steps[0].Parts, p => p is { Kind: "settle", Holds: true });
    }

    private RuleScene Asking(out Device port, out Device[] others)
    {
        var scene = new RuleScene { KeepOutages = true };
        port = scene.Device("p", "chargerPort", RuleScene.Shed);
        others = [.. Enumerable.Range(0, 6).Select(i => scene.Device("q" + i, "chargerPort", RuleScene.Shed))];
        scene.Ask(new RuleQuestion(Rule, port, (trace, _) => answers.Add(trace)));
        return scene;
    }

    private static TracePart Part(RuleTrace trace, string kind) => trace.Steps[0].Parts.Single(p => p.Kind == kind);
}
