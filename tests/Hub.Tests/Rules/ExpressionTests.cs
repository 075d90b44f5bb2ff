using Hub.Core;

namespace Hub.Tests.Rules;

public class ExpressionTests
{
    [Theory]
    [InlineData("power > 25 W", true)]
    [InlineData("power > 0.025 kW", true)]
    [InlineData("power > 1 kW", false)]
    [InlineData("not power > 1 kW", true)]
    [InlineData("power > 25 W and not (voltage < 200 V or voltage > 240 V)", true)]
    [InlineData("power / voltage > 0 W", null)]
    [InlineData("voltage * current > 100 W", true)]
    [InlineData("power - voltage * current < 30 W", true)]
    [InlineData("abs(power - 200 W) <= 5 W", true)]
    [InlineData("power >= 100 W + 100 W", true)]
    [InlineData("state == \"charging\"", true)]
    [InlineData("state != \"charging\"", false)]
    [InlineData("one_of(state, \"idle\", \"charging\")", true)]
    [InlineData("power / 0 > 0 W", false)]
    [InlineData("not power / 0 > 0 W", false)]
    [InlineData("ambient > 10 °C", false)]
    [InlineData("not ambient > 10 °C", false)]
    [InlineData("ambient != 10 °C", false)]
    [InlineData("coalesce(ambient, port_temp) > 10 °C", true)]
    [InlineData("known(ambient)", false)]
    [InlineData("not known(ambient)", true)]
    [InlineData("between(\"13:00\", \"15:00\")", true)]
    [InlineData("between(\"22:00\", \"06:00\")", false)]
    [InlineData("workday()", false)]
    [InlineData("zone_like(\"stair\")", false)]
    [InlineData("attribute(\"row\") == \"A\"", true)]
    [InlineData("attribute(\"nothing\") == \"A\"", false)]
    [InlineData("place_kind == \"bay\"", true)]
    public void An_expression_is_what_it_says_and_what_is_missing_never_holds(string expression, bool? expected)
    {
        var yaml = $$"""
            pack: test
            channels: [state]
            rules:
              - id: T1
                version: 1.0.0
                type: X
                description: {zh: a, en: a}
                owner: a
                basis: a
                watch: {kinds: [chargerPort]}
                steps: [{name: a, severity: P1, when: 'power > 0 W and ({{expression}})', explain: {zh: a, en: a} }]
                firstReceivers: []
            """;
        if (expected is null)
        {
            Assert.Throws<Hub.Rules.RulePackException>(() => RuleScene.Parse(yaml));
            return;
        }

        var scene = new RuleScene(RuleScene.Parse(yaml));
        var port = scene.Device("p1", "chargerPort", RuleScene.Shed + "/bay-01", null, ("row", "A"));
        scene.Say(port, ("power", 200), ("voltage", 220), ("current", 0.8), ("port_temp", 30), ("state", "charging"));
        Assert.Equal(expected, scene.Alerts.Count == 1);
        Assert.Equal(expression.Contains("/ 0", StringComparison.Ordinal), scene.Engine.Figures.DivisionsByZero > 0);
    }
}
