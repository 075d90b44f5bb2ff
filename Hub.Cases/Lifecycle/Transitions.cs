using Hub.Core;
using Hub.Core.Ports;
using static Hub.Cases.CaseState;

namespace Hub.Cases.Lifecycle;

/// <summary>The life of a case as one table: what is not in it cannot happen. T1 (opening) and T14 (recurrence) make new cases and are not steps of an old one.</summary>
internal static class Transitions
{
    /// <summary>Stands for the roles told of the case, and the role or account that has to act.</summary>
    public const string Unit = "(unit)";

    /// <summary>Stands for the role or account that has to act.</summary>
    public const string Lead = "(lead)";

    private static readonly CaseState[] Open = [Reported, Verifying, Filed, Dispatched, Accepted, Handling, Suspended, Handled, Rework];
    private static readonly CaseState[] Working = [Reported, Verifying, Filed, Dispatched, Accepted, Handling];
    private static readonly CaseState[] Any = Enum.GetValues<CaseState>();

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Step> Table { get; } =
    [
        Row("T2", CaseActions.Verify, "核实", "Verify on site", [Reported], Verifying, "verifying", [Roles.IntakeClerk, Roles.ShiftLeader]),
        Row("T3", CaseActions.File, "立案", "File", [Reported, Verifying], Filed, "filed", [Roles.ShiftLeader]) with { Askers = [Roles.IntakeClerk], Asked = "filingAsked" },
        Row("T4", CaseActions.Decline, "不予立案", "Do not file", [Reported, Verifying], NotFiled, "notFiled", [Roles.ShiftLeader], "reason"),
        Row("T5", CaseActions.Dispatch, "派遣", "Dispatch", [Filed], Dispatched, "dispatched", [Roles.Dispatcher, Roles.ShiftLeader]),
        Row("T6", CaseActions.Accept, "签收", "Accept", [Dispatched], Accepted, "accepted", [Unit]),
        Row("T7", CaseActions.Return, "退回", "Return", [Dispatched], Filed, "returned", [Lead, Roles.ShiftLeader], "reason"),
        Row("T8", CaseActions.Arrive, "到场", "Arrived", [Accepted, Rework], Handling, "handling", [Unit], "arrival"),
        Row("T9", CaseActions.Suspend, "缓办", "Suspend", [Handling], Suspended, "suspended", [Roles.ShiftLeader], "reason", "untilMs") with { Askers = [Unit], Asked = "suspensionAsked" },
        Row("T9", CaseActions.Resume, "恢复办理", "Resume", [Suspended], Handling, "resumed", [Roles.ShiftLeader, Unit]),
        Row("T10", CaseActions.Finish, "办结", "Done", [Handling], Handled, "handled", [Unit], "actionCode", "note", "photos"),
        Row("T11", CaseActions.Close, "结案销号", "Close", [Handled], Closed, "closed", [Roles.Inspector, Roles.ShiftLeader], "photo") with { Asked = "verified" },
        Row("T12", CaseActions.Rework, "返工", "Send back", [Handled], Rework, "rework", [Roles.Inspector], "reason"),
        Row("T13", CaseActions.FeedBack, "反馈", "Feed back", [Closed], FedBack, "fedBack", [Roles.IntakeClerk, Roles.Dispatcher, Roles.ShiftLeader, Roles.EstateSpecialist], "note"),
        Row("T13", CaseActions.Rate, "评价", "Rate", [FedBack], Rated, "rated", [Roles.IntakeClerk, Roles.EstateSpecialist, Roles.StairSteward], "rating"),
        Row("T15", CaseActions.Transfer, "移交", "Transfer", Open, Transferred, "transferred", [Roles.ShiftLeader], "target", "receipt", "reason"),
        Row("T15", CaseActions.CloseReceipt, "回执办结", "Receipt closed", [Transferred], Closed, "closed", [Roles.ShiftLeader], "note"),
        Row("T16", CaseActions.Escalate, "升级", "Escalate", Open, null, "escalated", [Roles.GridHead, Roles.ShiftLeader, Roles.StreetCentre], "reason"),
        Row("T16", CaseActions.Whistle, "吹哨", "Whistle", Open, null, "whistle", [Roles.StreetCentre], "target", "reason"),
        Row("T16", CaseActions.CheckIn, "报到", "Check in", Open, null, "checkedIn", [Roles.HandlingUnit, Roles.CommunityPolice, Roles.StreetCentre, Unit], "target"),
        Row("T16", CaseActions.CheckOut, "离场", "Check out", Open, null, "checkedOut", [Roles.HandlingUnit, Roles.CommunityPolice, Roles.StreetCentre, Unit], "target", "note"),
        Row("T17", CaseActions.Cancel, "作废", "Cancel", Open, Cancelled, "cancelled", [Roles.ShiftLeader], "reason"),
        Row("T17", CaseActions.Dismiss, "误报解除", "False alarm", Working, Cancelled, "dismissed", [Roles.ShiftLeader, Roles.StreetCentre], "reason"),
        Row("T17", CaseActions.Merge, "并案", "Merge", Open, Merged, "merged", [Roles.ShiftLeader], "target", "reason"),
        Row("–", CaseActions.Confirm, "确认属实", "Confirm", Working, null, "confirmed", [Unit, Roles.ShiftLeader, Roles.StreetCentre, Roles.Inspector]),
        Row("–", CaseActions.Urge, "督办", "Urge", Open, null, "urged", [Roles.ShiftLeader, Roles.GridHead, Roles.StreetCentre], "note"),
        Row("–", CaseActions.Note, "备注", "Note", Any, null, "note", [.. Roles.All.Where(r => r != Roles.Viewer)], "note"),
        Row("–", CaseActions.Evidence, "补充证据", "Add evidence", Any, null, "evidence", [.. Roles.All.Where(r => r is not (Roles.Viewer or Roles.Auditor or Roles.PrivacyOfficer))], "evidence"),
    ];

    /// <summary>The row of an action from a state; null when there is none.</summary>
    public static Step? Find(string action, CaseState from)
    {
        foreach (var step in Table)
            if (step.Action == action && step.From.Contains(from)) return step;
        return null;
    }

    private static Step Row(string number, string action, string zh, string en, CaseState[] from, CaseState? to, string kind, string[] posts, params string[] needs) =>
        new(number, action, new LocalText(zh, en), from, to, kind, posts, [], "", needs);
}
