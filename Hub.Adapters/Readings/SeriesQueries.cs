using Hub.Core.Ports;

namespace Hub.Adapters.Readings;

/// <summary>What both stores ask of a question before they answer it.</summary>
internal static class SeriesQueries
{
    /// <summary>Throws when the question makes no sense.</summary>
    public static void Check(in SeriesQuery query)
    {
        if (query.StepMs < 0) throw new ArgumentException($"the step is {query.StepMs} ms; expected 0 for raw points or a positive width");
        if (query.Limit < 0) throw new ArgumentException($"the limit is {query.Limit}; expected 0 or more");
    }

    /// <summary>Start of the step that an instant falls into; steps are aligned to the epoch, also before it.</summary>
    public static long StepOf(long atMs, long stepMs)
    {
        var past = atMs % stepMs;
        return past < 0 ? atMs - past - stepMs : atMs - past;
    }
}
