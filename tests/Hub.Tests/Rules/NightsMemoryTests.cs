namespace Hub.Tests.Rules;

public sealed class NightsMemoryTests
{
    [Fact]
    public void Nights_older_than_thirty_days_are_forgotten()
    {
        var scene = new RuleScene(RuleScene.Parse(pack));
        var door = scene.Device("d", "doorReader", RuleScene.Stairwell);
        var after = new List<int>();
        for (var day = 0; day < 70; day++)
        {
            for (var hour = 0; hour < 24; hour++)
            {
                scene.Say(door, ("in_count", 2));
                scene.Skip(3_600);
            }

            after.Add(scene.Save().Length);
        }

        Assert.True(after[20] > after[5]);
        Assert.Equal(after[31], after[69]);
    }

    private const string pack = """
        pack: test
        rules:
          - id: N
            version: 1.0.0
            type: X
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [doorReader]}
            key: {level: [stairwell]}
            steps: [{name: a, severity: P4, when: {nights: in_count, from: "20:00", to: "04:00", above_median: 8, on: 4, of: 14}, explain: {zh: a, en: a} }]
            firstReceivers: []
        """;
}
