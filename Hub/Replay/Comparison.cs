using Hub.Cases;
using Hub.Cases.Feedback;
using Hub.Core;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Replay;

/// <summary>Sets what two sets of rules raised beside each other, and beside what people said of the real cases.</summary>
internal sealed class Comparison(IReadOnlyList<RuleInfo> now, IReadOnlyList<RuleInfo> tried, IReadOnlyCollection<Grid> grids)
{
    private const int MostChanges = 400;
    private const double DayMs = 86_400_000;

    private readonly Dictionary<string, RuleInfo> before = now.ToDictionary(r => r.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, RuleInfo> after = tried.ToDictionary(r => r.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, Grid> byCode = grids.ToDictionary(g => g.Code, StringComparer.Ordinal);

    /// <param name="outcome">What the two made.</param>
    /// <param name="real">The cases of that time as they really were, with what people said of them.</param>
    /// <param name="days">Length of the span, for figures a day.</param>
    public (BacktestRow Total, IReadOnlyList<BacktestRow> Rules, IReadOnlyList<BacktestLoad> Workload, IReadOnlyList<BacktestChange> Changes, int LeftOut) Of(
        TwinOutcome outcome, IReadOnlyList<(GridCase Case, Verdict Verdict)> real, double days)
    {
        var alerts = Pairing.Match(outcome.Now.Alerts, outcome.Tried.Alerts);
        IReadOnlyList<Raised> casesNow = [.. outcome.Now.Cases.Select(Raised.Of)], casesTried = [.. outcome.Tried.Cases.Select(Raised.Of)];
        var cases = Pairing.Match(casesNow, casesTried);
        var said = real.Where(r => r.Verdict != Verdict.None && r.Case.Rule.Length > 0).Select(r => (Raised: Raised.Of(r.Case), r.Verdict)).ToList();

        // By alerts, not cases: people close cases, so that what was one case here may have been three in fact.
        var (foundNow, foundTried) = (Found(said, outcome.Now.Alerts), Found(said, outcome.Tried.Alerts));
        var changes = Changes(alerts, cases, VerdictOf(said, Found(said, casesNow), Found(said, casesTried)));
        return (
            Row("", "", new LocalText("合计", "Total"), alerts, cases, said, foundNow, foundTried),
            [.. Ids(alerts).Select(id => Row(
                id, (after.GetValueOrDefault(id) ?? before[id]).Type, (after.GetValueOrDefault(id) ?? before[id]).Title, Only(alerts, id), Only(cases, id),
                [.. said.Where(s => s.Raised.Rule == id)], foundNow, foundTried))],
            Workload(outcome, Math.Max(days, 1 / 24.0)),
            [.. changes.Take(MostChanges)],
            Math.Max(0, changes.Count - MostChanges));
    }

    /// <summary>Days between two instants.</summary>
    public static double Days(long fromMs, long toMs) => (toMs - fromMs) / DayMs;

    private IEnumerable<string> Ids(List<Pairing.Pair> alerts)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var pair in alerts) ids.Add((pair.Now ?? pair.Tried)!.Rule);
        foreach (var id in before.Keys.Concat(after.Keys)) if (Changed(id)) ids.Add(id);
        return ids.Where(id => before.ContainsKey(id) || after.ContainsKey(id)).OrderByDescending(Changed);
    }

    private bool Changed(string id)
    {
        var (was, becomes) = (before.GetValueOrDefault(id), after.GetValueOrDefault(id));
        if (was is null || becomes is null) return true;
        return was.Source != becomes.Source || was.Parameters.Any(p => becomes.Parameters.GetValueOrDefault(p.Key) != p.Value);
    }

    private static List<Pairing.Pair> Only(List<Pairing.Pair> pairs, string id) => [.. pairs.Where(p => (p.Now ?? p.Tried)!.Rule == id)];

    private BacktestRow Row(
        string id, string type, LocalText title, IReadOnlyList<Pairing.Pair> alerts, IReadOnlyList<Pairing.Pair> cases,
        IReadOnlyList<(Raised Raised, Verdict Verdict)> said, Dictionary<Raised, Raised> foundNow, Dictionary<Raised, Raised> foundTried) => new(
            id, type, title, before.GetValueOrDefault(id)?.Version ?? "", after.GetValueOrDefault(id)?.Version ?? "", id.Length > 0 && Changed(id),
            Pairing.FiguresOf(alerts), Pairing.FiguresOf(cases), VerdictsOf(said, foundNow), VerdictsOf(said, foundTried));

    private static BacktestVerdicts VerdictsOf(IReadOnlyList<(Raised Raised, Verdict Verdict)> said, Dictionary<Raised, Raised> found) => new(
        said.Count(s => s.Verdict == Verdict.Confirmed && found.ContainsKey(s.Raised)),
        said.Count(s => s.Verdict == Verdict.Dismissed && found.ContainsKey(s.Raised)),
        said.Count(s => s.Verdict == Verdict.Confirmed && !found.ContainsKey(s.Raised)));

    // Which case of a side is the real one that people spoke about.
    private static Dictionary<Raised, Raised> Found(IEnumerable<(Raised Raised, Verdict Verdict)> said, IReadOnlyList<Raised> side)
    {
        var found = new Dictionary<Raised, Raised>(ReferenceEqualityComparer.Instance);
        foreach (var pair in Pairing.Match([.. said.Select(s => s.Raised)], side))
            if (pair is { Now: { } real, Tried: { } raised }) found[real] = raised;
        return found;
    }

    private static Func<Raised?, string> VerdictOf(IReadOnlyList<(Raised Raised, Verdict Verdict)> said, params Dictionary<Raised, Raised>[] found)
    {
        var words = new Dictionary<Raised, string>(ReferenceEqualityComparer.Instance);
        foreach (var (real, verdict) in said)
            foreach (var side in found)
                if (side.TryGetValue(real, out var raised)) words[raised] = verdict == Verdict.Confirmed ? "confirmed" : "dismissed";
        return raised => raised is null ? "" : words.GetValueOrDefault(raised, "");
    }

    // Cases, and alerts of rules on trial, which open none.
    private static List<BacktestChange> Changes(List<Pairing.Pair> alerts, List<Pairing.Pair> cases, Func<Raised?, string> verdictOf) =>
    [
        .. cases.Select(p => (Pair: p, Case: true)).Concat(alerts.Where(p => (p.Now ?? p.Tried)!.Shadow).Select(p => (Pair: p, Case: false)))
            .Where(p => p.Pair.Kind != "same")
            .Select(p => (p.Pair, p.Case, Shown: (p.Pair.Tried ?? p.Pair.Now)!))
            .Select(p => new BacktestChange(
                p.Pair.Kind, p.Shown.Rule, p.Case, p.Shown.Severity, p.Shown.Title, p.Shown.Place, p.Pair.Now?.AtMs ?? 0, p.Pair.Tried?.AtMs ?? 0,
                verdictOf(p.Pair.Tried) is { Length: > 0 } word ? word : verdictOf(p.Pair.Now)))
            .OrderBy(c => c.Severity).ThenBy(c => Math.Max(c.NowMs, c.TriedMs)).ThenBy(c => c.Place, StringComparer.Ordinal),
    ];

    private List<BacktestLoad> Workload(TwinOutcome outcome, double days)
    {
        var (counts, tries) = (outcome.Now.Cases.Where(c => !c.Restricted).CountBy(GridOf).ToDictionary(), outcome.Tried.Cases.Where(c => !c.Restricted).CountBy(GridOf).ToDictionary());
        return [.. counts.Keys.Union(tries.Keys).Select(code =>
        {
            var (n, t) = (counts.GetValueOrDefault(code), tries.GetValueOrDefault(code));
            var grid = byCode.GetValueOrDefault(code);
            return new BacktestLoad(code, grid?.Title ?? new LocalText(code, code), grid?.Worker ?? "", n, t, Math.Round(n / days, 2), Math.Round(t / days, 2));
        }).OrderByDescending(l => Math.Max(l.Now, l.Tried)).ThenBy(l => l.Grid, StringComparer.Ordinal)];
    }

    // The smallest grid that names a worker, then up as long as it is the same worker: a worker's stairwells are one workload.
    private string GridOf(GridCase c)
    {
        Grid? found = null;
        foreach (var code in c.GridChain.Prepend(c.GridCode))
        {
            if (!byCode.TryGetValue(code, out var grid)) continue;
            if (found is null ? grid.Worker.Length > 0 : grid.Worker == found.Worker) found = grid;
            else if (found is not null) break;
        }

        return found?.Code ?? c.GridCode;
    }
}
