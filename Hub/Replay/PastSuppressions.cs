using System.Text;
using Hub.Core.Ports;
using Hub.Rules;

namespace Hub.Replay;

/// <summary>What was held back at an instant of the past.</summary>
internal static class PastSuppressions
{
    private const int Most = 10_000;

    /// <summary>The suppressions in force at an instant as the journal would have written them then; empty for none.</summary>
    public static async Task<string> AtAsync(ISuppressionStore store, long atMs, CancellationToken stop)
    {
        var all = await store.ListAsync(Most, stop);
        var then = all.Where(s => s.MadeMs <= atMs && s.ToMs > atMs && (s.EndedMs == 0 || s.EndedMs > atMs)).Select(s => s with { EndedMs = 0, EndedBy = "" }).ToList();
        return then.Count == 0 ? "" : Encoding.UTF8.GetString(RuleEngine.Write(then));
    }
}
