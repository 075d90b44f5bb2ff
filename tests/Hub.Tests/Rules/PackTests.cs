using Hub.Core;
using Hub.Rules;

namespace Hub.Tests.Rules;

public class PackTests
{
    private const string Good = """
        pack: test
        rules:
          - id: T1
            version: 1.0.0
            type: BatteryThermal
            title: {zh: 热, en: Hot}
            description: {zh: 热, en: Hot}
            owner: PropertyOperator
            basis: none
            watch: {kinds: [chargerPort]}
            params: {limit: 60 °C, calm: 50 °C}
            steps:
              - name: hot
                severity: P2
                when: port_temp >= $limit
                explain: {zh: "{port_temp}", en: "{port_temp}"}
            clear: {when: port_temp < $calm, for: 1 min}
            firstReceivers: [PropertyOperator]
        """;

    [Fact]
    public void All_shipped_packs_are_sound_and_cover_the_catalogue()
    {
        var types = RuleScene.Shipped.Compiled.SelectMany(r => r.Steps.Select(s => s.Type)).ToHashSet();
        Assert.Empty(Core.Alerts.AnomalyTypes.All.Except(types));
        Assert.All(RuleScene.Shipped.Rules, r =>
        {
            Assert.NotEmpty(r.Owner);
            Assert.NotEmpty(r.Basis);
            Assert.NotEmpty(r.Description.Zh);
            Assert.StartsWith("- id: " + r.Id, r.Source.TrimStart(), StringComparison.Ordinal);
        });
        Assert.Equal(64, RuleScene.Shipped.Fingerprint.Length);
    }

    [Theory]
    [InlineData("port_temp >= $limit", "port_tmp >= $limit", "test.yaml:15:15: 'port_tmp', which is no known channel; did you mean 'port_temp'?")]
    [InlineData("port_temp >= $limit", "port_temp >= 60", "a number without a unit; a number in °C, such as 60 °C")]
    [InlineData("port_temp >= $limit", "port_temp >= 60 W", "a number in W; a number in °C, such as 60 °C")]
    [InlineData("port_temp >= $limit", "port_temp >= $limitt", "$limitt; one of $limit, $calm")]
    [InlineData("port_temp >= $limit", "port_temp", "a number in °C; a condition that is true or false")]
    [InlineData("port_temp >= $limit", "raet(port_temp, 2 min) > 2 °C/min", "the function 'raet'; did you mean 'rate'?")]
    [InlineData("port_temp >= $limit", "port_temp >= $limit and", "the end of the expression; a number, a channel, a $parameter or a function")]
    [InlineData("port_temp >= $limit", "{hold: port_temp >= $limit, for: soon}", "'soon'; a span of time such as 30 s, 10 min or 24 h")]
    [InlineData("port_temp >= $limit", "{hodl: port_temp >= $limit, for: 30 s}", "a condition 'hodl:'; did you mean 'hold:'?")]
    [InlineData("port_temp >= $limit", "{hold: port_temp >= $limit, for: 30 s, gpa: 1 min}", "the unknown key 'gpa'; did you mean 'gap'?")]
    [InlineData("severity: P2", "severity: P5", "the severity 'P5'; P1, P2, P3 or P4")]
    [InlineData("kinds: [chargerPort]", "kinds: [chargerPrt]", "the device kind 'chargerPrt'; did you mean 'chargerPort'?")]
    [InlineData("firstReceivers: [PropertyOperator]", "firstReceivers: [PropertyOperater]", "the role 'PropertyOperater'; did you mean 'PropertyOperator'?")]
    [InlineData("version: 1.0.0", "versoin: 1.0.0", "test.yaml:4:5: the unknown key 'versoin'; did you mean 'version'?")]
    [InlineData("en: \"{port_temp}\"", "en: \"{prt_temp}\"", "the placeholder '{prt_temp}' in step 'hot'")]
    [InlineData("owner: PropertyOperator", "owner: [a, b]", "a list; who answers for the rule")]
    [InlineData("rules:", "rules: [", "text that is no YAML")]
    public void A_broken_pack_is_refused_with_the_place_what_was_found_and_what_is_allowed(string from, string to, string message)
    {
        Assert.NotNull(RuleScene.Parse(Good));
        var fault = Assert.Throws<RulePackException>(() => RuleScene.Parse(Good.Replace(from, to, StringComparison.Ordinal)));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_named_in_one_go()
    {
        var broken = Good.Replace("P2", "P7", StringComparison.Ordinal).Replace("50 °C", "50 ppm", StringComparison.Ordinal).Replace("basis", "bases", StringComparison.Ordinal);
        Assert.Equal(4, Assert.Throws<RulePackException>(() => RuleScene.Parse(broken)).Faults.Count);
    }

    [Fact]
    public void A_second_rule_of_the_same_id_and_an_empty_folder_are_refused()
    {
        Assert.Contains("a second rule 'T1'", Assert.Throws<RulePackException>(() => RuleScene.Parse(Good + Good[Good.IndexOf("\n  - id", StringComparison.Ordinal)..])).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<RulePackException>(() => RuleBook.Load("/nowhere", new ChannelTable(), TimeZoneInfo.Utc)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_can_be_overridden_without_touching_the_pack()
    {
        var book = RuleBook.Parse([("test.yaml", Good), ("overrides.yaml", "T1: {limit: 40 °C, calm: 38 °C}")], new ChannelTable(), TimeZoneInfo.Utc);
        var scene = new RuleScene(book);
        scene.Say(scene.Device("p1", "chargerPort", RuleScene.Shed), ("port_temp", 45));
        Assert.Single(scene.Alerts);

        var fault = Assert.Throws<RulePackException>(() => RuleBook.Parse([("test.yaml", Good), ("overrides.yaml", "T1: {limmit: 40 °C}")], new ChannelTable(), TimeZoneInfo.Utc));
        Assert.Contains("no parameter of it", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_on_trial_is_marked_and_sends_no_commands()
    {
        var book = RuleScene.Parse(Good.Replace("    clear:", "    shadow: true\n    clear:", StringComparison.Ordinal).Replace("        explain:", "        commands: [{name: cut}]\n        explain:", StringComparison.Ordinal));
        var scene = new RuleScene(book);
        scene.Say(scene.Device("p1", "chargerPort", RuleScene.Shed), ("port_temp", 65));
        var alert = Assert.Single(scene.Alerts);
        Assert.True(alert.Shadow);
        Assert.Empty(alert.Commands);
    }

    [Fact]
    public void What_a_rule_did_is_kept_in_its_trace()
    {
        var scene = new RuleScene(RuleScene.Parse(Good));
        scene.Say(scene.Device("p1", "chargerPort", RuleScene.Shed), ("port_temp", 65));
        var trace = Assert.Single(scene.Book.TraceOf("T1", "p1", 10)!);
        Assert.Equal(("raised", "1.0.0", "65 °C"), (trace.Outcome, trace.RuleVersion, trace.Detail));
        Assert.Null(scene.Book.TraceOf("T9", null, 10));
        Assert.Equal(1, scene.Book.Rules[0].AlertsRaised);
    }

    [Fact]
    public void What_stands_in_for_a_channel_that_never_spoke_is_no_input_of_the_alert()
    {
        var scene = new RuleScene(RuleScene.Parse(Good.Replace("when: port_temp >= $limit", "when: port_temp >= $limit and coalesce(ambient, 20 °C) < 30 °C", StringComparison.Ordinal)));
        scene.Say(scene.Device("p1", "chargerPort", RuleScene.Shed), ("port_temp", 65));
        Assert.Equal("port_temp", Assert.Single(Assert.Single(scene.Alerts).Inputs).Channel);
        scene.Say(scene.Device("p2", "chargerPort", RuleScene.Shed), ("port_temp", 65), ("ambient", 25));
        Assert.Equal(["port_temp", "ambient"], scene.Alerts[^1].Inputs.Select(i => i.Channel));
        Assert.All(scene.Alerts.SelectMany(a => a.Inputs), i => Assert.Equal(scene.NowMs, i.AtMs));
    }

    [Fact]
    public void The_age_of_what_never_spoke_is_not_known()
    {
        var scene = new RuleScene(RuleScene.Parse(Good.Replace("when: port_temp >= $limit", "when: port_temp >= $limit and age(ambient) > 1 min", StringComparison.Ordinal)));
        scene.Say(scene.Device("p1", "chargerPort", RuleScene.Shed), ("port_temp", 65));
        Assert.Empty(scene.Alerts);
    }
}
