namespace Hub.SimulationTests;

public sealed class IngestSimulationTests
{
    private const int SeedsPerBlock = 20;
    private const int Steps = 2_000;

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 5)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Through_any_crash_the_ledger_balances_and_a_replay_sees_the_same(int block)
    {
        long crashes = 0, acknowledged = 0, refused = 0;
        for (var seed = block * SeedsPerBlock; seed < (block + 1) * SeedsPerBlock; seed++)
        {
            var life = new IngestSimulation(seed);
            try
            {
                life.Run(Steps);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }

            crashes += life.Crashes;
            acknowledged += life.Acknowledged;
            refused += life.Refused;
        }

        Assert.True(crashes > 100 && acknowledged > 5_000 && refused > 100, $"crashes {crashes}, acknowledged {acknowledged}, refused {refused}");
    }
}
