namespace Hub.Cases.Feedback;

/// <summary>What people said of a case.</summary>
public enum Verdict
{
    /// <summary>Nobody has said anything yet.</summary>
    None = 0,

    /// <summary>It was real: confirmed, handled, or closed as done.</summary>
    Confirmed = 1,

    /// <summary>It was a false alarm, or not worth filing.</summary>
    Dismissed = 2,
}

/// <summary>Reads verdicts out of cases.</summary>
public static class Verdicts
{
    /// <summary>Most cases looked at: a rule that floods must not fill memory.</summary>
    public const int MostCases = 200_000;

    private const int PageSize = 1_000;
    private const string FalseAlarm = "falseAlarm";

    /// <summary>What the case itself tells. An open case that a person confirmed is known by its events only: see <see cref="ReadAsync"/>.</summary>
    public static Verdict Of(GridCase c) => c switch
    {
        { Outcome: FalseAlarm } or { State: CaseState.NotFiled } => Verdict.Dismissed,
        { State: CaseState.Cancelled or CaseState.Merged } => Verdict.None,
        { IsClosed: true } or { HandledAtMs: > 0 } => Verdict.Confirmed,
        _ => Verdict.None,
    };

    /// <summary>The cases opened in a span with what people said of them, at most <see cref="MostCases"/>.</summary>
    /// <param name="store">The cases.</param>
    /// <param name="fromMs">First opening, inclusive, milliseconds since 1970-01-01 UTC.</param>
    /// <param name="toMs">Last opening, exclusive.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<IReadOnlyList<(GridCase Case, Verdict Verdict)>> ReadAsync(ICaseStore store, long fromMs, long toMs, CancellationToken stop)
    {
        var found = new List<(GridCase, Verdict)>();
        string? cursor = null;
        do
        {
            var (items, next) = await store.ListAsync(new CaseQuery(SinceMs: fromMs, UntilMs: toMs, IncludeRestricted: true, Cursor: cursor, Limit: PageSize), stop).ConfigureAwait(false);
            foreach (var c in items) found.Add((c, await OfAsync(store, c, stop).ConfigureAwait(false)));
            cursor = next;
        }
        while (cursor is not null && found.Count < MostCases);
        return found;
    }

    private static async Task<Verdict> OfAsync(ICaseStore store, GridCase c, CancellationToken stop)
    {
        var plain = Of(c);
        if (plain != Verdict.None || c.AnsweredAtMs == 0 || !c.IsOpen) return plain;
        var events = await store.EventsOfAsync(c.Id, stop).ConfigureAwait(false);
        return events.Any(e => e.Kind == "confirmed" && e.Actor != "system") ? Verdict.Confirmed : Verdict.None;
    }
}
