using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Rules.Engine;

/// <summary>What one rule did in this process: its counts, and its last outcomes. Lanes write, pages read.</summary>
internal sealed class RuleLedger
{
    private const int Size = 256;

    private readonly Lock gate = new();
    private readonly RuleTrace?[] alerts = new RuleTrace?[Size];
    private readonly RuleTrace?[] rest = new RuleTrace?[Size];
    private long alertCount;
    private long restCount;
    private long raised;
    private long shadowedMs;
    private long divisions;

    public long Raised => Volatile.Read(ref raised);

    /// <summary>Since when a lane takes the rule to match everything, milliseconds since 1970-01-01 UTC; 0 when none does.</summary>
    public long ShadowedMs => Volatile.Read(ref shadowedMs);

    /// <summary>Divisions by zero in its expressions.</summary>
    public long DivisionsByZero => Volatile.Read(ref divisions);

    public void Shadowed(long sinceMs) => Interlocked.CompareExchange(ref shadowedMs, sinceMs, 0);

    /// <summary>The rule was changed.</summary>
    public void Forgive() => Interlocked.Exchange(ref shadowedMs, 0);

    public void DividedByZero() => Interlocked.Increment(ref divisions);

    /// <summary>Keeps an outcome; alerts and rejections have rings of their own, so that the many do not push out the few.</summary>
    public void Note(RuleTrace trace, bool alert)
    {
        lock (gate)
        {
            if (alert) alerts[alertCount++ % Size] = trace;
            else rest[restCount++ % Size] = trace;
        }

        if (alert && string.Equals(trace.Outcome, "raised", StringComparison.Ordinal)) Interlocked.Increment(ref raised);
    }

    public IReadOnlyList<RuleTrace> Newest(string? deviceId, int limit)
    {
        lock (gate)
        {
            return [.. alerts.Concat(rest).OfType<RuleTrace>()
                .Where(t => deviceId is null || string.Equals(t.DeviceId, deviceId, StringComparison.Ordinal))
                .OrderByDescending(t => t.AtMs).Take(Math.Clamp(limit, 0, 2 * Size))];
        }
    }
}
