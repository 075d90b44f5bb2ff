using Hub.Simulators.Engine;

namespace Hub.Simulators.Drivers;

/// <summary>One act of a demonstration's staff on a case.</summary>
/// <param name="Action">Name of the transition (<c>accept</c>, <c>arrive</c>, <c>finish</c>, <c>close</c>, …).</param>
/// <param name="Account">Who acts: id of one of <see cref="StaffScript.Members"/>.</param>
/// <param name="Role">The post to act in; empty: whichever of the account's posts may.</param>
/// <param name="Note">What is written down; may be empty.</param>
/// <param name="Reason">Why; for dismissals.</param>
/// <param name="ActionCode">What was done; for <c>finish</c>.</param>
/// <param name="Rating">1 to 5 for <c>rate</c>, else 0.</param>
public sealed record StaffStep(string Action, string Account, string Role = "", string Note = "", string Reason = "", string ActionCode = "", int Rating = 0);

/// <summary>An invented person of the demonstration.</summary>
/// <param name="Account">Account id.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Roles">Posts.</param>
public sealed record StaffMember(string Account, string Name, IReadOnlyList<string> Roles);

/// <summary>What the people of the demonstration do with their cases: most are worked through, some are left for whoever watches.</summary>
/// <remarks>Pure: the same case id and state give the same step after the same time. Handler and verifier are never the same person.</remarks>
public static class StaffScript
{
    private const string Leader = "demo-shift-leader";
    private const string Clerk = "demo-intake";
    private const string Inspector = "demo-inspector";
    private const string Crew = "demo-crew";

    /// <summary>The accounts to create.</summary>
    public static IReadOnlyList<StaffMember> Members { get; } =
    [
        new(Leader, "周值班长 / Shift leader Zhou", ["ShiftLeader", "StreetCentre"]),
        new(Clerk, "林受理员 / Intake clerk Lin", ["IntakeClerk", "Dispatcher"]),
        new(Inspector, "何监督员 / Inspector He", ["Inspector", "EstateSpecialist"]),
        new(Crew, "街坊处置组 / Field crew", ["PropertyOperator", "GridWorker", "MicroFireCrew", "CommunityPolice", "GridHead", "Maintainer", "HandlingUnit", "StairSteward"]),
    ];

    /// <summary>The next step on a case, when its time has come.</summary>
    /// <param name="caseId">Case id; decides whether and how fast the case is worked.</param>
    /// <param name="type">English id of the anomaly type.</param>
    /// <param name="severity">1 to 4.</param>
    /// <param name="state">Name of the case's state (<c>Dispatched</c>).</param>
    /// <param name="closeAsked">The inspector has verified and asked for closing.</param>
    /// <param name="active">The rule's condition still holds.</param>
    /// <param name="sinceLast">Time since the case came into its state.</param>
    /// <returns>The step, or null while nobody does anything.</returns>
    public static StaffStep? Next(string caseId, string type, int severity, string state, bool closeAsked, bool active, TimeSpan sinceLast)
    {
        var luck = Rng.Hash(17, caseId, state.Length + severity) % 1_000 / 1_000.0;
        if (sinceLast < Patience(severity, luck)) return null;

        // One case in three stops half-way, so that a watcher finds work at every stage; where lives are at stake somebody always comes.
        var stop = Rng.Hash(23, caseId) % 12;
        if (type == "FireSuspected" && !active && state is "Dispatched" or "Accepted" or "Filed" && stop > 1)
            return new StaffStep("dismiss", Leader, "ShiftLeader", Reason: "到场查看：做饭油烟 / seen on site: cooking");
        return state switch
        {
            "Reported" => new StaffStep("verify", Clerk, "IntakeClerk"),
            "Verifying" => new StaffStep("file", Leader, "ShiftLeader"),
            "Filed" => new StaffStep("dispatch", Clerk, "Dispatcher"),
            "Dispatched" when stop != 0 || severity == 1 => new StaffStep("accept", Crew),
            "Accepted" or "Rework" when stop != 1 || severity == 1 => new StaffStep("arrive", Crew, Note: "已到场 / on site"),
            "Handling" when stop != 2 && (!active || luck > 0.5) => new StaffStep("finish", Crew, Note: "隐患已排除 / hazard removed", ActionCode: "removed"),
            "Handled" when closeAsked => new StaffStep("close", Leader, "ShiftLeader"),
            "Handled" when stop != 3 => new StaffStep("close", Inspector, "Inspector", Note: "同视角复核 / same view checked"),
            "Closed" when luck < 0.7 => new StaffStep("feedBack", Inspector, "EstateSpecialist", Note: "已反馈居民 / residents told"),
            "FedBack" when luck < 0.6 => new StaffStep("rate", Inspector, "EstateSpecialist", Rating: luck < 0.1 ? 3 : luck < 0.3 ? 4 : 5),
            _ => null,
        };
    }

    // Minutes by urgency; the demonstration's staff is quick, so that its past hours hold closed cases.
    private static TimeSpan Patience(int severity, double luck) => severity switch
    {
        1 => TimeSpan.FromSeconds(25 + (65 * luck)),
        2 => TimeSpan.FromMinutes(1 + (4 * luck)),
        3 => TimeSpan.FromMinutes(3 + (9 * luck)),
        _ => TimeSpan.FromMinutes(8 + (30 * luck)),
    };
}
