using System.Globalization;

namespace Hub.Tests.Mqtt;

/// <summary>How long chance is tried: the same few seeds in every run, or <c>HUB_FUZZ_ROUNDS</c> times as many new ones.</summary>
internal static class Fuzzing
{
    private static readonly int rounds = int.TryParse(Environment.GetEnvironmentVariable("HUB_FUZZ_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var found) ? found : 0;

    /// <summary>Stands in the name of each test case, so that a failure can be repeated.</summary>
    public static IEnumerable<int> Seeds(int usual) =>
        rounds == 0 ? Enumerable.Range(1, usual) : Enumerable.Range(Random.Shared.Next(1_000_000, 2_000_000_000), usual * rounds);
}
