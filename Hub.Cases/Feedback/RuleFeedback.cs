namespace Hub.Cases.Feedback;

/// <summary>What people said of the cases of one rule, or one version of it.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Version">Version; empty over all of them.</param>
/// <param name="Cases">Cases it opened.</param>
/// <param name="Confirmed">Of these, real.</param>
/// <param name="Dismissed">Of these, false alarms or not filed.</param>
/// <param name="Again">Of these, opened on a key within an hour after the case before it: a sign of a dead-band that is too narrow.</param>
public sealed record RuleVerdicts(string Rule, string Version, int Cases, int Confirmed, int Dismissed, int Again)
{
    /// <summary>Share of the answered cases that was real; null when none was answered.</summary>
    public double? Precision => Confirmed + Dismissed == 0 ? null : (double)Confirmed / (Confirmed + Dismissed);

    /// <summary>Cases nobody has answered.</summary>
    public int Open => Cases - Confirmed - Dismissed;
}

/// <summary>A device whose cases were dismissed more than once.</summary>
/// <param name="DeviceId">The device.</param>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Cases">Cases of that rule it took part in.</param>
/// <param name="Confirmed">Of these, real.</param>
/// <param name="Dismissed">Of these, false alarms.</param>
/// <param name="LastMs">When the last was opened, milliseconds since 1970-01-01 UTC.</param>
public sealed record RepeatOffender(string DeviceId, string Rule, int Cases, int Confirmed, int Dismissed, long LastMs);

/// <summary>Sums up what people said, by rule, version and device.</summary>
public static class RuleFeedback
{
    private const int LeastDismissals = 2;
    private const long AgainMs = 3_600_000;

    /// <summary>One row a rule and one a version of it, rules in the order of id, each rule before its versions.</summary>
    public static IReadOnlyList<RuleVerdicts> ByRule(IReadOnlyCollection<(GridCase Case, Verdict Verdict)> cases)
    {
        var again = Again(cases);
        var rows = new List<RuleVerdicts>();
        foreach (var rule in cases.Where(c => c.Case.Rule.Length > 0).GroupBy(c => c.Case.Rule).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            rows.Add(Row(rule.Key, "", rule, again));
            rows.AddRange(rule.GroupBy(c => c.Case.RuleVersion).OrderBy(g => g.Min(c => c.Case.OpenedAtMs)).Select(v => Row(rule.Key, v.Key, v, again)));
        }

        return rows;
    }

    /// <summary>Devices with at least two dismissals of one rule, the worst first.</summary>
    public static IReadOnlyList<RepeatOffender> Offenders(IEnumerable<(GridCase Case, Verdict Verdict)> cases, int most) =>
    [
        .. cases.Where(c => c.Case.Rule.Length > 0).SelectMany(c => c.Case.Devices.Distinct(StringComparer.Ordinal).Select(d => (Device: d, c.Case, c.Verdict)))
            .GroupBy(c => (c.Device, c.Case.Rule))
            .Select(g => new RepeatOffender(
                g.Key.Device, g.Key.Rule, g.Count(), g.Count(c => c.Verdict == Verdict.Confirmed), g.Count(c => c.Verdict == Verdict.Dismissed), g.Max(c => c.Case.OpenedAtMs)))
            .Where(o => o.Dismissed >= LeastDismissals)
            .OrderByDescending(o => o.Dismissed).ThenBy(o => o.Confirmed).ThenBy(o => o.DeviceId, StringComparer.Ordinal).Take(most),
    ];

    private static RuleVerdicts Row(string rule, string version, IEnumerable<(GridCase Case, Verdict Verdict)> cases, HashSet<string> again)
    {
        var all = cases.ToList();
        return new RuleVerdicts(
            rule, version, all.Count, all.Count(c => c.Verdict == Verdict.Confirmed), all.Count(c => c.Verdict == Verdict.Dismissed), all.Count(c => again.Contains(c.Case.Id)));
    }

    private static HashSet<string> Again(IEnumerable<(GridCase Case, Verdict Verdict)> cases)
    {
        var again = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in cases.Where(c => c.Case.Rule.Length > 0).GroupBy(c => (c.Case.Rule, c.Case.DedupeKey)))
        {
            GridCase? before = null;
            foreach (var (c, _) in key.OrderBy(c => c.Case.OpenedAtMs))
            {
                if (before is not null && c.OpenedAtMs - Math.Max(before.LastAlertAtMs, before.OpenedAtMs) <= AgainMs) again.Add(c.Id);
                before = c;
            }
        }

        return again;
    }
}
