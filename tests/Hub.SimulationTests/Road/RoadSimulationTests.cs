namespace Hub.SimulationTests.Road;

/// <summary>Hundreds of lives of the whole hub; a failure prints its seed, which tells the whole life again.</summary>
public sealed class RoadSimulationTests
{
    private const int SeedsPerBlock = 25;
    private const int Steps = 10_000;

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 10)];

    /// <summary>Lives again, by their seeds: <c>HUB_SIMULATION_SEED=102,103 dotnet run --project tests/Hub.SimulationTests -- -method "*Lives_again*"</c>.</summary>
    [Fact]
    public void Lives_again()
    {
        var seeds = Environment.GetEnvironmentVariable("HUB_SIMULATION_SEED") ?? "";
        Assert.SkipWhen(seeds.Length == 0, "set HUB_SIMULATION_SEED to the seeds of the lives to see again");
        foreach (var seed in seeds.Split(',').Select(int.Parse))
        {
            using var life = new RoadSimulation(seed);
            life.Run(Steps);
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: crashes {life.Crashes}, acknowledged {life.Acknowledged.Count}, case events {life.CaseEvents}: {life.CaseKinds}");
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Whatever_fails_acknowledged_messages_are_stored_once_and_a_replay_gives_the_same_cases(int block)
    {
        long crashes = 0, acknowledged = 0, lostAcks = 0, refused = 0, storeFailures = 0, caseFailures = 0, caseEvents = 0;
        for (var seed = block * SeedsPerBlock; seed < (block + 1) * SeedsPerBlock; seed++)
        {
            using var life = new RoadSimulation(seed);
            try
            {
                life.Run(Steps);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed} (again with HUB_SIMULATION_SEED={seed}): {e}");
            }

            crashes += life.Crashes;
            acknowledged += life.Acknowledged.Count;
            lostAcks += life.LostAcknowledgements;
            refused += life.Refused;
            storeFailures += life.StoreFailures;
            caseFailures += life.CaseStoreFailures;
            caseEvents += life.CaseEvents;
        }

        // A life in which nothing went wrong proves nothing.
        var told = $"crashes {crashes}, acknowledged {acknowledged}, acknowledgements lost {lostAcks}, refused {refused}, store failures {storeFailures}, case store failures {caseFailures}, case events {caseEvents}";
        Assert.True(crashes > 100 && acknowledged > 20_000 && lostAcks > 100 && refused > 100 && storeFailures > 100 && caseFailures > 100 && caseEvents > 20, told);
        TestContext.Current.TestOutputHelper?.WriteLine(told);
    }
}
