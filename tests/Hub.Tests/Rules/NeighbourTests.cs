namespace Hub.Tests.Rules;

public class NeighbourTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(60)]
    public void A_port_is_compared_with_the_median_of_the_others_however_many(int others)
    {
        const double Above = 15;
        var chance = new Random(others);
        for (var round = 0; round < 20; round++)
        {
            var values = Enumerable.Range(0, others).Select(_ => 20.0 + chance.Next(8)).ToArray();
            var sorted = values.Order().ToArray();
            var median = others % 2 == 1 ? sorted[others / 2] : (sorted[(others / 2) - 1] + sorted[others / 2]) / 2;
            Assert.Empty(Raised(values, median + Above - 0.01));
            Assert.Single(Raised(values, median + Above));
        }
    }

    private static List<Core.Alerts.Alert> Raised(double[] others, double own)
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
                watch: {kinds: [chargerPort], attributes: {hot: "yes"}}
                key: {level: [device]}
                firstReceivers: []
                steps:
                  - {name: a, severity: P3, when: "above_neighbours(port_temp, shed) >= 15 °C", explain: {zh: a, en: a}}
            """;
        var scene = new RuleScene(RuleScene.Parse(yaml));
        for (var i = 0; i < others.Length; i++) scene.Say(scene.Device($"p{i}", "chargerPort", $"{RuleScene.Shed}/bay-{i}"), ("port_temp", others[i]));
        scene.Say(scene.Device("own", "chargerPort", RuleScene.Shed + "/bay-own", null, ("hot", "yes")), ("port_temp", own));
        return scene.Alerts;
    }
}
