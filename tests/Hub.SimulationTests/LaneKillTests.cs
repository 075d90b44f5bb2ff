namespace Hub.SimulationTests;

public sealed class LaneKillTests
{
    private const int SeedsPerBlock = 5;
    private const int Steps = 900;
    private static readonly Lazy<RuleVersions> versions = new(RuleVersions.Read);

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 4)];

    /// <summary>Hundreds of kills: each somewhere in a commit, each followed by a life that goes on from a snapshot of any age.</summary>
    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Killed_anywhere_the_same_journal_gives_the_same_alerts_and_cases(int block)
    {
        int kills = 0, alerts = 0;
        for (var seed = block * SeedsPerBlock; seed < (block + 1) * SeedsPerBlock; seed++)
        {
            await using var life = new LaneSimulation(seed, versions.Value);
            await life.WriteAsync(Steps);
            var whole = await life.LiveAsync(null);
            var pieces = await life.LiveAsync(new Random(seed));
            if (whole != pieces) Assert.Fail($"seed {seed}: {FirstDifference(whole, pieces)}");
            kills += life.Kills;
            alerts += whole.Split('\n').Length;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {alerts} alerts and case events");
        Assert.True(kills > 150 && alerts > 2_000, $"{kills} kills, {alerts} lines");
    }

    private static string FirstDifference(string a, string b)
    {
        var (x, y) = a.Split('\n').Zip(b.Split('\n')).FirstOrDefault(p => p.First != p.Second);
        return x is null ? $"{a.Split('\n').Length} lines and {b.Split('\n').Length}" : $"\n{x}\n{y}";
    }
}
