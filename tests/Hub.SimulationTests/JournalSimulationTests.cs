namespace Hub.SimulationTests;

public sealed class JournalSimulationTests
{
    private const int SeedsPerBlock = 25;
    private const int Steps = 3_000;

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Whatever_the_disk_does_an_acknowledged_record_is_recovered(int block)
    {
        long crashes = 0, refused = 0, failed = 0, acknowledged = 0;
        for (var seed = block * SeedsPerBlock; seed < (block + 1) * SeedsPerBlock; seed++)
        {
            var life = new JournalSimulation(seed);
            try
            {
                life.Run(Steps);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }

            crashes += life.Crashes;
            refused += life.Refused;
            failed += life.Failed;
            acknowledged += life.Acknowledged;
        }

        // A life in which nothing went wrong proves nothing.
        Assert.True(crashes > 100 && refused > 100 && failed > 100 && acknowledged > 10_000, $"crashes {crashes}, refused {refused}, failed {failed}, acknowledged {acknowledged}");
    }
}
