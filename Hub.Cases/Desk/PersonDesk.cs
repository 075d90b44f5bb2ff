using System.Text.Json.Nodes;
using Hub.Cases.Grids;
using Hub.Cases.Lifecycle;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;

namespace Hub.Cases.Desk;

/// <summary>What people do with cases: checks the table, the post and the guards, then writes the event.</summary>
internal sealed class PersonDesk(CasePolicy policy, LimitClock limits, AlertIntake intake, Func<GridTree> grids)
{
    private const int MaxEvidence = 100, MaxNotes = 2000;

    /// <summary>What the account may do with the case now.</summary>
    public IReadOnlyList<AllowedAction> ActionsFor(GridCase c, Account account)
    {
        var actions = new List<AllowedAction>();
        if (!Posts.MaySee(c, account, grids())) return actions;
        foreach (var step in Transitions.Table)
        {
            if (!step.From.Contains(c.State) || Posts.For(step, c, account, "") is not { } found) continue;
            if (IsIdle(step, c, account)) continue;
            var needs = step.Needs.Where(n => IsNeeded(n, step, c, found.AsksOnly)).ToArray();
            actions.Add(new AllowedAction(step.Action, step.Title, step.Number, found.AsksOnly ? c.State : step.To ?? c.State, found.Post, found.AsksOnly, needs));
        }

        return actions;
    }

    /// <summary>Checks and writes one action; returns the case after it.</summary>
    public GridCase Take(GridCase c, GridCase? target, TransitionRequest r, long nowMs, CaseWork work)
    {
        Guards.Shape(r);
        if (!Posts.MaySee(c, r.Actor, grids())) throw new CaseRefusedException(Refusal.NotFound, $"there is no case {c.Id} for {r.Actor.Id}");
        var allowed = ActionsFor(c, r.Actor).Select(a => a.Action).ToArray();
        if (r.ExpectedVersion is { } seen && seen != c.Version)
            throw new CaseRefusedException(Refusal.Outdated, $"case {c.Id} is at version {c.Version}, the request saw {seen}; read it again", allowed);
        if (Transitions.Find(r.Action, c.State) is not { } step)
            throw new CaseRefusedException(Refusal.IllegalTransition, $"case {c.Id} is {c.State}; it cannot be told to '{r.Action}'. Allowed now: {List(allowed)}", allowed);
        if (Posts.For(step, c, r.Actor, r.Post) is not { } found)
            throw new CaseRefusedException(Refusal.Forbidden, $"{r.Actor.Id} ({(r.Post.Length > 0 ? r.Post : string.Join(", ", r.Actor.Roles))}) may not '{r.Action}' case {c.Id}; that is for {Who(step, c)}. Allowed now: {List(allowed)}", allowed);
        Guards.Check(step, c, r, found.AsksOnly, policy.Routes.WantsPhotos(c), nowMs);
        if (step.Action == CaseActions.Merge) CheckTarget(c, target, r);
        var at = Math.Max(nowMs, c.UpdatedAtMs);
        return Write(step, WithEvidence(c, r, at), c, r, found.Post, found.AsksOnly, at, work);
    }

    /// <summary>Opens a case for a person's report (T1).</summary>
    public GridCase Report(ManualReport r, string post, long nowMs, CaseWork work)
    {
        var (place, lon, lat, grid, dedicated) = intake.Locate(r.PlaceId, r.Type, r.Longitude, r.Latitude);
        var key = r.Type + "|" + r.PlaceId + (r.Zone is null ? "" : "|" + r.Zone);
        string id;
        for (var attempt = 0; ; attempt++)
            if (work.Book.Find(id = CaseId.Make(policy.Calendar, nowMs, key, $"{r.Actor.Id}/{nowMs}", attempt)) is null) break;
        var c = new GridCase
        {
            Id = id, Type = r.Type, Severity = r.Severity, State = CaseState.Reported, Title = AnomalyTypes.TitleOf(r.Type), Explanation = new LocalText(r.Note, r.Note),
            PlaceId = r.PlaceId, PlaceTitle = place.Title, Zone = r.Zone, Longitude = lon, Latitude = lat, GridCode = grid, GridChain = intake.ChainOf(grid), DedicatedGrids = dedicated, OpenedAtMs = nowMs,
            OccurredAtMs = r.OccurredAtMs == 0 ? nowMs : r.OccurredAtMs, UpdatedAtMs = nowMs, Version = 0, Sim = r.Sim, DedupeKey = key, Source = r.Source, Policy = policy.Version,
            LastAlertAtMs = nowMs, ConfirmAtMs = limits.ConfirmAt(r.Type, nowMs), Evidence = [.. r.Evidence.Select(e => e with { AtMs = nowMs, By = r.Actor.Id })], Receivers = dedicated.Count > 0 ? [Roles.GridHead] : [],
        };
        c = work.Record(null, limits.StartForState(c, nowMs), "reported", nowMs, r.Actor.Id, post, new JsonObject { ["source"] = r.Source, ["note"] = r.Note });
        return r.Severity <= Severity.P2 ? intake.FileAndDispatch(c, [], nowMs, work) : c;
    }

    private GridCase Write(Step step, GridCase after, GridCase c, TransitionRequest r, string post, bool asksOnly, long at, CaseWork work)
    {
        var facts = FactsOf(r);
        if (asksOnly)
            return work.Record(c, after with { Asked = step.Action, AskedBy = r.Actor.Id }, step.Asked, at, r.Actor.Id, post, facts);
        if (step.Action == CaseActions.Dispatch)
            return intake.Dispatch(after, r.Assignee, [], at, work, r.Actor.Id, post, facts);

        var moved = step.To is { } to ? after with { State = to, Asked = "", AskedBy = "" } : after;
        moved = Change(step, moved, c, r, at);
        var confirmed = step.Action == CaseActions.Confirm && limits.UnansweredOf(c.Type) is { } rule
            ? LimitClock.Confirmed(moved, rule.Becomes) with { Receivers = LimitClock.With(moved.Receivers, rule.Inform) }
            : moved;
        return work.Record(c, confirmed, step.Event, at, r.Actor.Id, post, facts);
    }

    private GridCase Change(Step step, GridCase c, GridCase before, TransitionRequest r, long at) => step.Action switch
    {
        CaseActions.Verify => c,
        CaseActions.File => limits.StartForState(c with { FiledAtMs = at, Policy = policy.Version }, at),
        CaseActions.Decline => Ended(c, at, r.Reason),
        CaseActions.Accept => limits.StartForState(Answered(c, at) with { Handler = r.Actor.Id, Handlers = LimitClock.With(c.Handlers, r.Actor.Id), AcceptedAtMs = at }, at),
        CaseActions.Return => limits.StartForState(c with { Returns = c.Returns + 1, Assignee = "" }, at),
        CaseActions.Arrive => limits.StartForState(Answered(c, at) with { Handler = r.Actor.Id, Handlers = LimitClock.With(c.Handlers, r.Actor.Id), ArrivedAtMs = at }, at),
        CaseActions.Suspend => LimitClock.Suspend(c, at, r.UntilMs),
        CaseActions.Resume => limits.Resume(c, at),
        CaseActions.Finish => limits.StartForState(c with { Handler = r.Actor.Id, Handlers = LimitClock.With(c.Handlers, r.Actor.Id), HandledAtMs = at, ActionCode = r.ActionCode }, at),
        CaseActions.Close or CaseActions.CloseReceipt => Ended(c, at, c.Outcome.Length == 0 ? "done" : c.Outcome),
        CaseActions.Rework => limits.StartForState(c with { Reworks = c.Reworks + 1 }, at),
        CaseActions.Rate => c with { Rating = r.Rating },
        CaseActions.Transfer => LimitClock.Stop(Answered(c, at)) with { TransferredTo = r.Target, Receipt = r.Receipt, Outcome = "transferred" },
        CaseActions.Escalate => Escalated(c),
        CaseActions.Whistle => c with { Whistles = [.. c.Whistles, new Whistle(r.Target, at)] },
        CaseActions.CheckIn => c with { Whistles = [.. c.Whistles.Select(w => w.Department == r.Target && w.CheckedInAtMs == 0 ? w with { CheckedInAtMs = at } : w)] },
        CaseActions.CheckOut => c with { Whistles = [.. c.Whistles.Select(w => w.Department == r.Target && w.CheckedInAtMs > 0 && w.CheckedOutAtMs == 0 ? w with { CheckedOutAtMs = at, Result = r.Note } : w)] },
        CaseActions.Cancel => Ended(Answered(c, at), at, r.Reason),
        CaseActions.Dismiss => Ended(Answered(c, at), at, "falseAlarm"),
        CaseActions.Merge => Ended(Answered(c, at), at, "merged") with { MergedInto = r.Target },
        CaseActions.Confirm => Answered(c, at),
        CaseActions.FeedBack or CaseActions.Urge or CaseActions.Note or CaseActions.Evidence => c,
        _ => throw new System.Diagnostics.UnreachableException($"BUG: action {step.Action} from {before.State}"),
    };

    private GridCase Escalated(GridCase c)
    {
        var level = Math.Min(c.EscalationLevel + 1, Math.Max(policy.Limits.Ladder.Count, 1));
        return c with { EscalationLevel = level, Receivers = LimitClock.With(c.Receivers, policy.Limits.RoleAt(level)) };
    }

    private static GridCase Answered(GridCase c, long at) => c with { AnsweredAtMs = c.AnsweredAtMs == 0 ? at : c.AnsweredAtMs, ConfirmAtMs = 0 };

    private static GridCase Ended(GridCase c, long at, string outcome) => LimitClock.Stop(c) with { ClosedAtMs = at, Outcome = outcome };

    private static GridCase WithEvidence(GridCase c, TransitionRequest r, long at)
    {
        if (r.Evidence.Count == 0) return c;
        if (c.Evidence.Count + r.Evidence.Count > MaxEvidence) throw Guards.Incomplete($"case {c.Id} holds {c.Evidence.Count} evidence items; no more than {MaxEvidence} are kept");
        return c with { Evidence = [.. c.Evidence, .. r.Evidence.Select(e => e with { AtMs = at, By = r.Actor.Id })] };
    }

    private void CheckTarget(GridCase c, GridCase? target, TransitionRequest r)
    {
        if (target is null || !Posts.MaySee(target, r.Actor, grids())) throw Guards.Incomplete($"case {r.Target}, into which {c.Id} shall be merged, is not there");
        if (target.Id == c.Id || !target.IsOpen) throw Guards.Incomplete($"case {c.Id} can only be merged into another open case; {target.Id} is {target.State}");
        if (c.Severity < target.Severity) throw Guards.Incomplete($"case {c.Id} is {c.Severity} and cannot vanish in {target.Id}, which is only {target.Severity}; merge the other way round");
    }

    private static bool IsIdle(Step step, GridCase c, Account account) => step.Action switch
    {
        CaseActions.Close or CaseActions.Rework when c.Handlers.Contains(account.Id) => true,
        CaseActions.CheckIn => !c.Whistles.Any(w => w.CheckedInAtMs == 0),
        CaseActions.CheckOut => !c.Whistles.Any(w => w.CheckedInAtMs > 0 && w.CheckedOutAtMs == 0),
        CaseActions.Confirm => c.AnsweredAtMs > 0 && c.ConfirmAtMs == 0 && !c.Type.EndsWith("Suspected", StringComparison.Ordinal),
        _ => false,
    };

    private bool IsNeeded(string need, Step step, GridCase c, bool asksOnly) => need switch
    {
        "photos" => policy.Routes.WantsPhotos(c),
        "photo" => c.Active && policy.Routes.WantsPhotos(c) && c.Asked != CaseActions.Close,
        "untilMs" => !asksOnly,
        _ => step.Needs.Count > 0,
    };

    private static string Who(Step step, GridCase c) =>
        string.Join(", ", Posts.Of(step, c).Concat(step.Askers).SelectMany(p => p switch
        {
            Transitions.Lead => [c.Assignee.Length == 0 ? "the unit in charge" : c.Assignee],
            Transitions.Unit => c.Receivers.Append(c.Assignee).Where(x => x.Length > 0),
            _ => (IEnumerable<string>)[p],
        }).Distinct());

    private static string List(string[] allowed) => allowed.Length == 0 ? "nothing" : string.Join(", ", allowed);

    private static JsonObject FactsOf(TransitionRequest r)
    {
        var facts = new JsonObject();
        void Add(string name, string text)
        {
            if (text.Length > 0) facts[name] = text;
        }

        Add("note", r.Note.Length > MaxNotes ? r.Note[..MaxNotes] : r.Note);
        Add("reason", r.Reason);
        Add("target", r.Target);
        Add("receipt", r.Receipt);
        Add("actionCode", r.ActionCode);
        if (r.UntilMs > 0) facts["untilMs"] = r.UntilMs;
        if (r.Rating > 0) facts["rating"] = r.Rating;
        if (r.Arrival?.Plate is { Length: > 0 } plate) facts["plate"] = plate;
        else if (r.Arrival is { Longitude: { } lon, Latitude: { } lat } && double.IsFinite(lon) && double.IsFinite(lat)) facts["position"] = new JsonArray(lon, lat);
        if (r.Evidence.Count > 0) facts["evidence"] = new JsonArray([.. r.Evidence.Select(e => new JsonObject { ["kind"] = e.Kind, ["ref"] = e.Ref, ["hash"] = e.Hash })]);
        return facts;
    }
}
