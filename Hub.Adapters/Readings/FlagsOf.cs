using Hub.Core.Readings;

namespace Hub.Adapters.Readings;

/// <summary>The flags of a reading as both stores keep them.</summary>
internal static class FlagsOf
{
    /// <summary>What holds for every reading of an observation.</summary>
    public static ReadingFlags All(Observation observation) =>
        (observation.Late ? ReadingFlags.Late : ReadingFlags.None) | (observation.ClockSkewed ? ReadingFlags.Skewed : ReadingFlags.None);

    /// <summary>What holds for one reading.</summary>
    public static ReadingFlags One(ReadingFlags all, in Reading reading) => reading.Suspect ? all | ReadingFlags.Suspect : all;
}
