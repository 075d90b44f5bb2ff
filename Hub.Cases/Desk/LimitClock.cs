using System.Text.Json.Nodes;
using Hub.Cases.Grids;
using Hub.Cases.Limits;
using Hub.Core.Alerts;

namespace Hub.Cases.Desk;

/// <summary>Runs the time limits of cases: starts and stops them, and writes what happens when one runs out, stamped with the time it was due.</summary>
internal sealed class LimitClock(CasePolicy policy, Func<GridTree> grids)
{
    /// <summary>When something is next due on a case; 0 when nothing is.</summary>
    public static long NextAt(GridCase c)
    {
        if (!c.IsOpen) return 0;
        if (c.State == CaseState.Suspended) return c.SuspendUntilMs;
        var next = long.MaxValue;
        if (c.DueAtMs > 0 && !c.LimitOver) next = c.DueAtMs;
        if (c.EscalationStep < c.EscalateAtMs.Count) next = Math.Min(next, c.EscalateAtMs[c.EscalationStep]);
        if (c.ConfirmAtMs > 0) next = Math.Min(next, c.ConfirmAtMs);
        return next == long.MaxValue ? 0 : next;
    }

    /// <summary>Starts the limit of a phase; when the table has none for it, no clock runs.</summary>
    public GridCase Start(GridCase c, string phase, long startMs, double share = 1)
    {
        var limit = policy.Limits.For(c.Type, c.Severity, above => grids().IsWithin(c.GridCode, above), phase, startMs, share);
        return c with
        {
            Limit = limit.Phase, LimitStartMs = limit.StartMs, DueAtMs = limit.DueAtMs, EscalateAtMs = limit.EscalateAtMs, EscalationStep = 0, LimitOver = false,
        };
    }

    /// <summary>Starts the limit that belongs to the state the case is in.</summary>
    public GridCase StartForState(GridCase c, long atMs) => c.State switch
    {
        CaseState.Reported or CaseState.Verifying or CaseState.Filed => Start(c, "acknowledge", atMs),
        CaseState.Dispatched => Dispatched(c, atMs),
        CaseState.Accepted => Running(Start(c, "onSite", c.DispatchedAtMs), atMs),
        CaseState.Handling => Handling(c, atMs),
        CaseState.Rework => Start(c, "handle", atMs, policy.Limits.ReworkShare),
        CaseState.Handled => Start(c, "verify", atMs),
        _ => Stop(c),
    };

    /// <summary>No clock runs any more.</summary>
    public static GridCase Stop(GridCase c) =>
        c with { Limit = "", LimitStartMs = 0, DueAtMs = 0, EscalateAtMs = [], EscalationStep = 0, LimitOver = false, ConfirmAtMs = 0, SuspendUntilMs = 0 };

    /// <summary>Stops the clock until a date; only here a clock stops.</summary>
    public static GridCase Suspend(GridCase c, long atMs, long untilMs) =>
        c with { State = CaseState.Suspended, SuspendedAtMs = atMs, SuspendUntilMs = untilMs };

    /// <summary>Goes on with what was left of the limit: working time for limits that count working time, clock time for the others.</summary>
    public GridCase Resume(GridCase c, long atMs)
    {
        var paused = Math.Max(atMs - c.SuspendedAtMs, 0);
        return c with
        {
            State = CaseState.Handling, SuspendedAtMs = 0, SuspendUntilMs = 0,
            DueAtMs = c.DueAtMs == 0 ? 0 : Shift(c, c.DueAtMs, paused, atMs),
            HandleDueAtMs = c.HandleDueAtMs == 0 ? 0 : Shift(c, c.HandleDueAtMs, paused, atMs),
            EscalateAtMs = [.. c.EscalateAtMs.Select((at, i) => i < c.EscalationStep ? at : Shift(c, at, paused, atMs))],
        };
    }

    /// <summary>When an unanswered suspicion of this type counts as confirmed; 0 when it never does.</summary>
    public long ConfirmAt(string type, long openedAtMs) => UnansweredOf(type) is { } rule ? openedAtMs + rule.AfterMs : 0;

    /// <summary>The type that confirms another; null when there is none.</summary>
    public string? ConfirmationOf(string type) => UnansweredOf(type)?.Becomes;

    /// <summary>Writes everything that ran out in a lane at or before an instant, in the order of due time, then id.</summary>
    public void RunUntil(int lane, long untilMs, CaseWork work)
    {
        while (work.Book.NextDue(lane, untilMs) is { } due) Fire(due.Case, due.AtMs, work);
    }

    // Of one instant: first the limit, then its escalation, then the confirmation, then the end of a suspension.
    private void Fire(GridCase c, long atMs, CaseWork work)
    {
        if (c.State == CaseState.Suspended)
            work.Record(c, Resume(c, atMs), "resumed", atMs, facts: new JsonObject { ["because"] = "date reached" });
        else if (c.DueAtMs == atMs && !c.LimitOver)
            work.Record(c, c with { LimitOver = true, Overdue = true }, "overdue", atMs, facts: new JsonObject { ["limit"] = c.Limit, ["startMs"] = c.LimitStartMs });
        else if (c.EscalationStep < c.EscalateAtMs.Count && c.EscalateAtMs[c.EscalationStep] == atMs)
            Escalate(c with { EscalationStep = c.EscalationStep + 1 }, c, atMs, work);
        else
            Confirm(c, atMs, work);
    }

    private void Escalate(GridCase after, GridCase before, long atMs, CaseWork work)
    {
        var level = Math.Min(before.EscalationLevel + 1, Math.Max(policy.Limits.Ladder.Count, 1));
        var role = policy.Limits.RoleAt(level);
        after = after with { EscalationLevel = level, Receivers = With(before.Receivers, role) };
        work.Record(before, after, "escalated", atMs, facts: new JsonObject { ["limit"] = before.Limit, ["level"] = level, ["to"] = role });
    }

    private void Confirm(GridCase c, long atMs, CaseWork work)
    {
        var rule = UnansweredOf(c.Type);
        if (rule is null)
        {
            work.Record(c, c with { ConfirmAtMs = 0 }, "note", atMs, facts: new JsonObject { ["note"] = "the limits no longer name a confirmation" });
            return;
        }

        var after = Confirmed(c, rule.Becomes) with { Receivers = With(c.Receivers, rule.Inform) };
        work.Record(c, after, "confirmed", atMs, facts: new JsonObject { ["because"] = "unanswered", ["afterMs"] = rule.AfterMs, ["was"] = c.Type, ["informed"] = rule.Inform });
    }

    /// <summary>The case as its confirmed type.</summary>
    public static GridCase Confirmed(GridCase c, string type) => c with { Type = type, ConfirmAtMs = 0, Title = AnomalyTypes.TitleOf(type), Confidence = Math.Max(c.Confidence, 0.99) };

    /// <summary>The list with one more role, if it is not there yet.</summary>
    public static IReadOnlyList<string> With(IReadOnlyList<string> roles, string role) => role.Length == 0 || roles.Contains(role) ? roles : [.. roles, role];

    private GridCase Dispatched(GridCase c, long atMs)
    {
        var handle = policy.Limits.For(c.Type, c.Severity, above => grids().IsWithin(c.GridCode, above), "handle", atMs);
        return Start(c, "acknowledge", atMs) with { HandleDueAtMs = handle.DueAtMs };
    }

    private GridCase Handling(GridCase c, long atMs)
    {
        var start = c.Reworks > 0 ? c.LimitStartMs : c.DispatchedAtMs;
        return Running(Start(c, "handle", start, c.Reworks > 0 ? policy.Limits.ReworkShare : 1), atMs) with { HandleDueAtMs = c.HandleDueAtMs };
    }

    // Limits of later phases count from the dispatch: what ran out before the phase began is marked, and not written with a stamp in the past.
    private static GridCase Running(GridCase c, long atMs)
    {
        if (c.DueAtMs > 0 && c.DueAtMs <= atMs) c = c with { LimitOver = true, Overdue = true };
        var step = 0;
        while (step < c.EscalateAtMs.Count && c.EscalateAtMs[step] <= atMs) step++;
        return c with { EscalationStep = step };
    }

    private long Shift(GridCase c, long dueMs, long pausedMs, long atMs)
    {
        if (c.Severity <= Hub.Core.Severity.P2) return dueMs + pausedMs;
        var left = policy.Calendar.WorkBetween(c.SuspendedAtMs, dueMs);
        return left == 0 ? dueMs + pausedMs : policy.Calendar.AddWork(atMs, left);
    }

    /// <summary>What becomes of a suspicion of this type; null when it is none.</summary>
    public Unanswered? UnansweredOf(string type)
    {
        foreach (var rule in policy.Limits.Unanswered)
            if (rule.Type == type) return rule;
        return null;
    }
}
