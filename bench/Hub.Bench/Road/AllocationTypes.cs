using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace Hub.Bench.Road;

/// <summary>Samples what is allocated, about once in 100 kB, by type: tells where garbage comes from.</summary>
internal sealed class AllocationTypes : EventListener
{
    private const EventKeywords Collector = (EventKeywords)1;
    private readonly ConcurrentDictionary<string, int> samples = new(StringComparer.Ordinal);

    /// <summary>The types seen most, with the share of all samples in percent.</summary>
    public IEnumerable<string> Most(int count)
    {
        var all = Math.Max(1, samples.Values.Sum());
        return samples.OrderByDescending(s => s.Value).Take(count).Select(s => $"{s.Value * 100 / all,3} %  {s.Key}");
    }

    public void Clear() => samples.Clear();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (string.Equals(eventSource.Name, "Microsoft-Windows-DotNETRuntime", StringComparison.Ordinal)) EnableEvents(eventSource, EventLevel.Verbose, Collector);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) == true) samples.AddOrUpdate((string)eventData.Payload![5]!, 1, static (_, n) => n + 1);
    }
}
