using Hub.Simulators.Engine;

namespace Hub.Simulators.Scoring;

/// <summary>The result of scoring, by anomaly type.</summary>
internal sealed class ScoreCard(IReadOnlyList<Verdict> verdicts, IReadOnlyList<FoundCase> doubles, IReadOnlyList<FoundCase> unexplained)
{
    /// <summary>One type. Precision = found ÷ (found + false); recall = found ÷ injected; NaN where nothing was asked. Seconds count from when it was due.</summary>
    public sealed record Row(
        string Type, int Injected, int Found, int Joined, int Missed, int False, int Doubles, double Precision, double Recall, double MedianSeconds, double P95Seconds);

    public IReadOnlyList<Verdict> Verdicts => verdicts;

    /// <summary>Cases that no line of truth explains.</summary>
    public IReadOnlyList<FoundCase> Unexplained => unexplained;

    /// <summary>Lines that must have been found and were not.</summary>
    public IEnumerable<Truth> Missed => verdicts.Where(v => v.Truth.Expected == "case" && v.Case is null).Select(v => v.Truth);

    /// <summary>One row a type, then the total.</summary>
    public IReadOnlyList<Row> Rows()
    {
        var types = verdicts.Select(v => Scorer.Family(v.Truth.Type)).Concat(unexplained.Select(c => Scorer.Family(c.Type))).Distinct().Order(StringComparer.Ordinal);
        return [.. types.Select(t => RowOf(t, v => Scorer.Family(v.Truth.Type) == t, c => Scorer.Family(c.Type) == t)), RowOf("all", _ => true, _ => true)];
    }

    /// <summary>Recall over the lines of a severity or worse (P1, P2).</summary>
    public double RecallOf(params string[] severities)
    {
        var asked = verdicts.Where(v => v.Truth.Expected == "case" && severities.Contains(v.Truth.Severity)).ToList();
        return asked.Count == 0 ? double.NaN : (double)asked.Count(v => v.Case is not null) / asked.Count;
    }

    private Row RowOf(string type, Func<Verdict, bool> mine, Func<FoundCase, bool> ours)
    {
        var asked = verdicts.Where(v => mine(v) && v.Truth.Expected == "case").ToList();
        var found = asked.Count(v => v.Case is not null);
        var wrong = unexplained.Count(ours) + verdicts.Count(v => mine(v) && v.Truth.Expected == "none" && v.Case is not null && !v.Joined);
        var delays = asked.Where(v => v.Case is not null && !v.Joined).Select(v => (v.Case!.OpenedMs - v.Truth.Due) / 1000.0).Order().ToList();
        return new Row(
            type, asked.Count, found, asked.Count(v => v.Joined), asked.Count - found, wrong, doubles.Count(ours),
            Share(found, found + wrong), Share(found, asked.Count), At(delays, 0.5), At(delays, 0.95));
    }

    private static double Share(int part, int whole) => whole == 0 ? double.NaN : (double)part / whole;

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
}
