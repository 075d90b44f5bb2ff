namespace Hub.Core.Ports;

/// <summary>What to try a rule pack on.</summary>
/// <param name="Pack">The rules as YAML text; empty tries the rules in force.</param>
/// <param name="FromMs">First arrival, inclusive, milliseconds since 1970-01-01 UTC.</param>
/// <param name="ToMs">Last arrival, exclusive.</param>
public sealed record Backtest(string Pack, long FromMs, long ToMs);

/// <summary>Alerts of one rule in a trial beside those it really raised in that time.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Type">Anomaly type.</param>
/// <param name="Tried">Alerts raised in the trial.</param>
/// <param name="Real">Alerts raised in fact.</param>
/// <param name="OnlyTried">Of the tried, without a counterpart in fact.</param>
/// <param name="OnlyReal">Of the real, without a counterpart in the trial.</param>
public sealed record BacktestRow(string Rule, string Type, int Tried, int Real, int OnlyTried, int OnlyReal);

/// <summary>Outcome of a trial.</summary>
/// <param name="Messages">Messages replayed.</param>
/// <param name="Rows">One a rule.</param>
/// <param name="Faults">Why the pack was refused; empty when it ran.</param>
public sealed record BacktestResult(long Messages, IReadOnlyList<BacktestRow> Rows, IReadOnlyList<string> Faults);

/// <summary>Tries rules on what the journal holds, without touching cases.</summary>
public interface IBacktester
{
    /// <summary>Replays a stretch of the journal through a rule pack.</summary>
    Task<BacktestResult> RunAsync(Backtest trial, CancellationToken stop);
}

/// <summary>Takes dead letters through the decoder once more, after it was mended or the device registered.</summary>
public interface IRedecoder
{
    /// <summary>Decodes these letters again (all that have the reason when <paramref name="ids"/> is empty).</summary>
    /// <returns>How many were tried, and how many could be decoded now and left the dead letters.</returns>
    Task<(int Tried, int Decoded)> RedecodeAsync(IReadOnlyCollection<long> ids, string? reason, CancellationToken stop);
}
