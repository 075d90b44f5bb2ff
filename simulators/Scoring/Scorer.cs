using Hub.Simulators.Engine;

namespace Hub.Simulators.Scoring;

/// <summary>Holds cases against the truth.</summary>
/// <remarks>
/// A case and a line of truth belong together when their types are of one family, one's place lies within the other's, and the case was
/// opened (or grew) between the beginning and some time after the end. Each line takes its earliest free case. A line without a free case still counts as
/// found when it fell into a case of the same family and place that was opened within the last day: the hub joins such alerts.
/// </remarks>
internal static class Scorer
{
    /// <summary>Clock skew and the pace of ticks: a case may seem to open a little before its cause.</summary>
    private const long EarlyMs = 3 * LocalTime.Minute;

    /// <summary>How long after the end or the due time a case may still open.</summary>
    private const long LateMs = 20 * LocalTime.Minute;
    private const long JoinMs = LocalTime.Day;

    public static ScoreCard Score(IReadOnlyList<Truth> lines, IReadOnlyList<FoundCase> cases)
    {
        var truths = lines.Where(t => t.Type != Truth.EndOfRun).ToList();
        var end = lines.FirstOrDefault(t => t.Type == Truth.EndOfRun)?.To ?? long.MaxValue - LocalTime.Day;
        var free = cases.Where(c => c.OpenedMs <= end + LocalTime.Minute).OrderBy(c => c.OpenedMs).ThenBy(c => c.Id, StringComparer.Ordinal).ToList();
        var taken = new List<FoundCase>();
        var verdicts = new List<Verdict>();

        // What must be found chooses first; what may be found takes the rest; what must not be found what is left over.
        foreach (var truth in truths.OrderBy(t => t.Expected switch { "case" => 0, "joined" => 1, _ => 2 }).ThenBy(t => t.Due))
        {
            var mine = free.Find(c => Belongs(truth, c));
            if (mine is not null) taken.Add(mine);
            if (mine is not null) free.Remove(mine);
            verdicts.Add(new Verdict(truth, mine, Joined: false));
        }

        // Only now is it known which cases stand for something true: what was left without one may have joined such a case.
        for (var i = 0; i < verdicts.Count; i++)
        {
            var truth = verdicts[i].Truth;
            if (verdicts[i].Case is null && taken.Find(c => Joins(truth, c)) is { } earlier) verdicts[i] = new Verdict(truth, earlier, Joined: true);
        }

        // A second case of something true is a double, not a false one; it still costs someone's time and is counted.
        var doubles = free.Where(c => truths.Any(t => t.Expected != "none" && Belongs(t, c))).ToList();
        free.RemoveAll(doubles.Contains);
        return new ScoreCard(verdicts, doubles, free);
    }

    /// <summary>The word a type is matched by: suspicion and confirmation are one.</summary>
    public static string Family(string type) => type switch
    {
        "FireConfirmed" => "FireSuspected",
        "ElderSos" => "ElderInactive",
        _ => type,
    };

    private static bool Belongs(Truth truth, FoundCase found) =>
        SameGround(truth, found) && found.OpenedMs >= truth.From - EarlyMs && found.OpenedMs <= Math.Max(truth.To, truth.Due) + LateMs;

    private static bool Joins(Truth truth, FoundCase found) =>
        SameGround(truth, found) && found.OpenedMs <= truth.To + LateMs && truth.Due - Math.Max(found.OpenedMs, found.UpdatedMs) <= JoinMs;

    private static bool SameGround(Truth truth, FoundCase found) =>
        Family(truth.Type) == Family(found.Type) && (Within(truth.Place, found.Place) || Within(found.Place, truth.Place));

    private static bool Within(string inner, string outer) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || (outer.Length > 0 && inner[outer.Length] == '/'));
}

/// <summary>One line of truth with the case that answers it, if any.</summary>
internal sealed record Verdict(Truth Truth, FoundCase? Case, bool Joined);
