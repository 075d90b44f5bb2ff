using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>The evidence operator, and the shipped rule that adds up the signs of a flying wire.</summary>
public sealed class EvidenceTests
{
    private const string Pack = """
        pack: signs
        rules:
          - id: E1
            version: 1.0.0
            type: X
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [any]}
            key: {level: [building, place]}
            let:
              signs:
                evidence:
                  - {name: cable, title: {zh: 线缆, en: a cable}, when: event(cable), nats: 3, half_life: 7 d}
                  - {name: bike, title: {zh: 车, en: a bike}, when: event(eBike), nats: "2 * confidence", half_life: 12 h}
                  - {name: clean, title: {zh: 无, en: nothing found}, when: event(inspected), nats: -9, half_life: 1 d}
                  - {name: warm, title: {zh: 热, en: warmth}, when: temperature >= 40 °C, nats: 9, weight: 0.5, half_life: 1 d}
                prior: -4
                at_least: 0
            steps:
              - {name: lead, severity: P4, when: signs, explain: {zh: "{signs}：{signs.terms}", en: "{signs}: {signs.terms}"} }
              - {name: urgent, severity: P3, when: {figure: signs, at_least: 1.5}, explain: {zh: "{signs}", en: "{signs}"} }
            clear: {quiet: 1 h}
            firstReceivers: []
        """;

    private readonly RuleScene scene = new(RuleScene.Parse(Pack));
    private readonly Device camera;
    private readonly Device lift;
    private readonly Device head;

    public EvidenceTests()
    {
        camera = scene.Device("cam", "aiCamera", RuleScene.Stairwell);
        lift = scene.Device("lift", "liftCamera", RuleScene.Stairwell);
        head = scene.Device("head", "shedHeat", "leshan/estate-1/building-01/stairwell-2");
    }

    [Fact]
    public void No_single_sign_is_enough_and_two_from_different_devices_are()
    {
        scene.Event(camera, "cable");
        Assert.Empty(scene.Alerts);
        scene.Wait(3_600);
        scene.Event(lift, "eBike", 0.9);
        var alert = Assert.Single(scene.Alerts);
        Assert.Equal("0.788: a cable +3 (cam, 1 h ago), a bike +1.8 (lift)", alert.Explanation.En);
        Assert.Equal("0.788：线缆 +3（cam，1 小时前），车 +1.8（lift）", alert.Explanation.Zh);
        Assert.Contains(alert.Inputs, i => i is { DeviceId: "cam", Channel: "evidence.cable", Unit: "nat" } && Math.Abs(i.Value - 2.9877) < 0.001);
    }

    [Fact]
    public void A_sign_halves_with_its_half_life_and_old_ones_raise_nothing()
    {
        scene.Event(lift, "eBike", 1);
        scene.Skip(2 * 86_400); // four half-lives: 2 nats are an eighth
        scene.Event(camera, "cable");
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void A_second_sign_from_the_same_device_counts_half()
    {
        scene.Event(camera, "cable");
        scene.Event(camera, "eBike", 1);
        scene.Skip(60);
        Assert.Equal(0, Assert.Single(scene.Alerts).Inputs.Where(i => i.Channel == "evidence.bike").Sum(i => i.Value) - 1, 3);
        scene.Event(lift, "eBike", 0.3);
        Assert.Single(scene.Alerts);
    }

    [Fact]
    public void What_speaks_against_it_takes_evidence_off_and_no_piece_says_more_than_the_limits()
    {
        scene.Event(camera, "inspected");
        scene.Event(lift, "cable");
        scene.Say(head, ("temperature", 45));
        Assert.Empty(scene.Alerts);          // -4 - 2 (not -9) + 3 + 0.5 * 4 (not 4.5)
        scene.Skip(5 * 86_400);
        scene.Event(lift, "cable");
        scene.Say(head, ("temperature", 45));
        Assert.Single(scene.Alerts);
    }

    [Fact]
    public void A_stricter_step_may_ask_more_of_the_same_evidence()
    {
        scene.Event(camera, "cable");
        scene.Event(lift, "eBike", 1);
        scene.Say(head, ("temperature", 45));
        Assert.Equal([(AlertSignal.Raised, Severity.P4), (AlertSignal.Strengthened, Severity.P3)], scene.Alerts.Select(a => (a.Signal, a.Severity)));
    }

    [Fact]
    public void A_lead_clears_by_itself_when_its_evidence_has_faded()
    {
        scene.Event(camera, "cable");
        scene.Event(lift, "eBike", 0.9);
        scene.Wait(86_400);
        Assert.Equal([AlertSignal.Raised, AlertSignal.Cleared], scene.Alerts.Select(a => a.Signal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_restart_between_two_signs_changes_nothing(int every)
    {
        scene.RestartEvery = every;
        scene.Event(camera, "cable");
        scene.Skip(7_200);
        scene.Event(lift, "eBike", 1);
        Assert.Equal("0.975: a cable +3 (cam, 2 h ago), a bike +2 (lift)", Assert.Single(scene.Alerts).Explanation.En);
    }

    [Fact]
    public void Signs_that_come_in_the_wrong_order_of_time_add_up_to_the_same()
    {
        var now = scene.NowMs;
        scene.Send(lift, Hub.Core.Readings.MessageKind.Event, "eBike", [], atMs: now);
        scene.Send(lift, Hub.Core.Readings.MessageKind.Event, "eBike", [], confidence: 0.2, atMs: now - 60_000);
        scene.Send(camera, Hub.Core.Readings.MessageKind.Event, "cable", [], atMs: now);
        Assert.StartsWith("1: ", Assert.Single(scene.Alerts).Explanation.En, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trace_shows_the_prior_and_every_piece_with_its_device_and_age()
    {
        scene.Event(camera, "cable");
        scene.Skip(3_600);
        scene.Event(lift, "eBike", 1);
        var parts = scene.Book.TraceOf("E1", null, 5)![0].Steps[0].Parts;
        Assert.Equal("evidence", parts[0].Kind);
        Assert.Equal(0.9877, parts[0].Has!.Value, 3);
        Assert.Contains(parts, p => p is { Kind: "prior", Has: -4 });
        Assert.Contains(parts, p => p.Kind == "term" && p.Text == "cable (cam, 1 h)" && p.Holds);
        Assert.Contains(parts, p => p is { Kind: "term", Text: "clean", Holds: false });
    }

    [Fact]
    public void What_has_led_to_a_case_is_spent()
    {
        var lane = new RuleScene(RuleScene.Parse(Pack.Replace("prior: -4", "prior: -4\n        spent: event(handled)", StringComparison.Ordinal)));
        var (cam, other) = (lane.Device("cam", "aiCamera", RuleScene.Stairwell), lane.Device("lift", "liftCamera", RuleScene.Stairwell));
        lane.Event(cam, "cable");
        lane.Event(cam, "handled");
        lane.Event(other, "eBike", 1);
        Assert.Empty(lane.Alerts);
        lane.Event(cam, "cable");
        Assert.Single(lane.Alerts);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void An_alert_of_a_rule_on_trial_moves_no_rule_in_force(bool trial, int expected)
    {
        const string two = """
            pack: two
            rules:
              - {id: T1, version: 1.0.0, type: Smoke, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [shedSmoke]}, key: {level: [place]}, shadow: SHADOW, firstReceivers: [],
                 steps: [{name: s, severity: P3, when: smoke >= 0.1 dB/m, explain: {zh: a, en: a}}]}
              - {id: T2, version: 1.0.0, type: Near, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [aiCamera]}, firstReceivers: [],
                 steps: [{name: s, severity: P3, when: {all: [event(cable), {alert: P3, types: [Smoke], level: building}]}, explain: {zh: a, en: a}}]}
            """;
        var lane = new RuleScene(RuleScene.Parse(two.Replace("SHADOW", trial ? "true" : "false", StringComparison.Ordinal)));
        lane.Say(lane.Device("smoke", "shedSmoke", RuleScene.Stairwell), ("smoke", 0.3));
        lane.Event(lane.Device("near", "aiCamera", RuleScene.Stairwell), "cable");
        Assert.Equal(expected, lane.Alerts.Count(a => a.Rule == "T2"));
    }

    [Theory]
    [InlineData("half_life: 7 d", "half_life: 0 s", "half-life of 0")]
    [InlineData("prior: -4", "at_most: -4", "no 'prior:'")]
    [InlineData("weight: 0.5", "weight: 2", "a weight of 2")]
    [InlineData("figure: signs", "figure: sings", "the condition 'sings'")]
    [InlineData("name: bike", "name: cable", "a second term 'cable'")]
    public void A_fault_in_it_is_named(string right, string wrong, string found)
    {
        var fault = Assert.Throws<RulePackException>(() => RuleScene.Parse(Pack.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(fault.Faults, f => f.Found.Contains(found, StringComparison.Ordinal));
    }
}
