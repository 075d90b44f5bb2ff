using System.Text.Json.Serialization;
using Hub.Core;

namespace Hub.Cases;

/// <summary>A problem tracked to closure: the projection of its events.</summary>
public sealed record GridCase
{
    /// <summary>Deterministic id: <c>yyyyMMdd-XXXXX</c>, local date of opening and a short hash.</summary>
    public required string Id { get; init; }

    /// <summary>English id of the anomaly type.</summary>
    public required string Type { get; init; }

    /// <summary>How bad, now.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Where it stands.</summary>
    public required CaseState State { get; init; }

    /// <summary>One line.</summary>
    public required LocalText Title { get; init; }

    /// <summary>Why it was raised, with the figures.</summary>
    public required LocalText Explanation { get; init; }

    /// <summary>Path of the place.</summary>
    public required string PlaceId { get; init; }

    /// <summary>Name of the place.</summary>
    public required LocalText PlaceTitle { get; init; }

    /// <summary>Zone within the place, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>WGS 84 degrees; null when not known.</summary>
    public double? Longitude { get; init; }

    /// <summary>WGS 84 degrees; null when not known.</summary>
    public double? Latitude { get; init; }

    /// <summary>Code of the base grid; empty when none.</summary>
    public required string GridCode { get; init; }

    /// <summary>Codes of the base grid and of those above it at the time of opening, from the bottom up.</summary>
    public IReadOnlyList<string> GridChain { get; init; } = [];

    /// <summary>Codes of the dedicated grids informed or in charge.</summary>
    public IReadOnlyList<string> DedicatedGrids { get; init; } = [];

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public required long OpenedAtMs { get; init; }

    /// <summary>Event time of the first reading, milliseconds since 1970-01-01 UTC.</summary>
    public required long OccurredAtMs { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public required long UpdatedAtMs { get; init; }

    /// <summary>Events so far; also what a writer must have seen (optimistic concurrency).</summary>
    public required int Version { get; init; }

    /// <summary>Simulated.</summary>
    public bool Sim { get; init; }

    /// <summary>Rule that opened it; empty when a person did.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Version of that rule.</summary>
    public string RuleVersion { get; init; } = "";

    /// <summary>Law, standard or source.</summary>
    public string Basis { get; init; } = "";

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>Key that further alerts join by.</summary>
    public required string DedupeKey { get; init; }

    /// <summary>Milliseconds; see <see cref="Hub.Core.Alerts.Alert.DedupeWindow"/>.</summary>
    public long DedupeWindowMs { get; init; }

    /// <summary>Whether the condition still holds; false after the rule cleared.</summary>
    public bool Active { get; init; }

    /// <summary>Last time a rule spoke about it, milliseconds since 1970-01-01 UTC.</summary>
    public long LastAlertAtMs { get; init; }

    /// <summary>How many alerts joined.</summary>
    public int AlertCount { get; init; }

    /// <summary>Restricted to police and the grid head.</summary>
    public bool Restricted { get; init; }

    /// <summary>Role or unit that has to act; empty before dispatch.</summary>
    public string Assignee { get; init; } = "";

    /// <summary>Account that accepted or handled it; empty before.</summary>
    public string Handler { get; init; } = "";

    /// <summary>Roles told, in order.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>The running time limit (<c>acknowledge</c>, <c>onSite</c>, <c>handle</c>, <c>verify</c>), or empty.</summary>
    public string Limit { get; init; } = "";

    /// <summary>When it runs out, milliseconds since 1970-01-01 UTC; 0 when no clock runs.</summary>
    public long DueAtMs { get; init; }

    /// <summary>How often it was escalated.</summary>
    public int EscalationLevel { get; init; }

    /// <summary>Some limit ran out, once or now.</summary>
    public bool Overdue { get; init; }

    /// <summary>Times returned by an assignee (T7).</summary>
    public int Returns { get; init; }

    /// <summary>Id of the closed case this one recurs from, or null.</summary>
    public string? ReopenOf { get; init; }

    /// <summary>Devices that took part.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The inputs of the alerts against their thresholds (see <see cref="Hub.Core.Alerts.AlertInput"/>), newest last, at most 50.</summary>
    public IReadOnlyList<Hub.Core.Alerts.AlertInput> Inputs { get; init; } = [];

    /// <summary>Orders sent to devices, with state <c>requested</c>, <c>acknowledged</c> or <c>failed</c>.</summary>
    public IReadOnlyList<CaseCommand> Commands { get; init; } = [];

    /// <summary>Evidence items, newest last, at most 100.</summary>
    public IReadOnlyList<EvidenceItem> Evidence { get; init; } = [];

    /// <summary>Departments called by whistle, with their check-in and check-out.</summary>
    public IReadOnlyList<Whistle> Whistles { get; init; } = [];

    /// <summary>Who brought it: <c>rule</c>, <c>person</c>, <c>resident</c>, <c>hotline</c>, <c>superior</c>.</summary>
    public string Source { get; init; } = "rule";

    /// <summary>Lane whose journal opened it and whose clock runs its limits; -1 when a person reported it.</summary>
    public int Lane { get; init; } = -1;

    /// <summary>Accounts that accepted, arrived or finished: none of them may verify.</summary>
    public IReadOnlyList<string> Handlers { get; init; } = [];

    /// <summary>A step that waits for the second post: <c>file</c>, <c>suspend</c>, <c>close</c>, or empty.</summary>
    public string Asked { get; init; } = "";

    /// <summary>Account that asked for it; empty when nothing is asked.</summary>
    public string AskedBy { get; init; } = "";

    /// <summary>When a person first took it up (accepted, confirmed, dismissed), milliseconds since 1970-01-01 UTC; 0 not yet.</summary>
    public long AnsweredAtMs { get; init; }

    /// <summary>When filed; 0 not yet.</summary>
    public long FiledAtMs { get; init; }

    /// <summary>When last dispatched; 0 not yet.</summary>
    public long DispatchedAtMs { get; init; }

    /// <summary>When accepted; 0 not yet.</summary>
    public long AcceptedAtMs { get; init; }

    /// <summary>When a worker arrived; 0 not yet.</summary>
    public long ArrivedAtMs { get; init; }

    /// <summary>When last reported as done; 0 not yet.</summary>
    public long HandledAtMs { get; init; }

    /// <summary>When it ended (closed, not filed, cancelled, merged); 0 not yet.</summary>
    public long ClosedAtMs { get; init; }

    /// <summary>When it has to be handled, whatever limit runs now; 0 when there is no such limit.</summary>
    public long HandleDueAtMs { get; init; }

    /// <summary>Start of the running limit.</summary>
    public long LimitStartMs { get; init; }

    /// <summary>The running limit has run out.</summary>
    public bool LimitOver { get; init; }

    /// <summary>When the running limit escalates, one entry a level, in order.</summary>
    public IReadOnlyList<long> EscalateAtMs { get; init; } = [];

    /// <summary>How many of <see cref="EscalateAtMs"/> have passed.</summary>
    public int EscalationStep { get; init; }

    /// <summary>When an unanswered suspicion counts as confirmed; 0 when none.</summary>
    public long ConfirmAtMs { get; init; }

    /// <summary>When it was suspended; 0 when it is not.</summary>
    public long SuspendedAtMs { get; init; }

    /// <summary>When the suspension ends by itself; 0 when it is not suspended.</summary>
    public long SuspendUntilMs { get; init; }

    /// <summary>Version of the limits and routes that were applied.</summary>
    public string Policy { get; init; } = "";

    /// <summary>Times dispatched.</summary>
    public int Dispatches { get; init; }

    /// <summary>Times sent back to work by the verifier.</summary>
    public int Reworks { get; init; }

    /// <summary>Why it ended, or was transferred; <c>falseAlarm</c> when dismissed.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>What was done (action code of T10); empty before.</summary>
    public string ActionCode { get; init; } = "";

    /// <summary>Case it was merged into, or null.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Authority it was transferred to; empty when it was not.</summary>
    public string TransferredTo { get; init; } = "";

    /// <summary>Receipt number of that authority.</summary>
    public string Receipt { get; init; } = "";

    /// <summary>1 to 5; 0 is unrated and never counted as a rating.</summary>
    public int Rating { get; init; }

    /// <summary>Hash of the newest event of the case.</summary>
    public string LastHash { get; init; } = "";

    /// <summary>Whether it was closed as done (and not refused, cancelled or merged).</summary>
    [JsonIgnore]
    public bool IsClosed => State is CaseState.Closed or CaseState.FedBack or CaseState.Rated;

    /// <summary>Whether work remains.</summary>
    [JsonIgnore]
    public bool IsOpen => State is not (CaseState.NotFiled or CaseState.Closed or CaseState.FedBack or CaseState.Rated or CaseState.Cancelled or CaseState.Merged);
}

/// <summary>An order to a device within a case.</summary>
/// <param name="Id">Id that the device repeats in its answer.</param>
/// <param name="DeviceId">Who shall obey.</param>
/// <param name="Name">What.</param>
/// <param name="State"><c>requested</c>, <c>acknowledged</c> or <c>failed</c>.</param>
/// <param name="RequestedAtMs">When it was given, milliseconds since 1970-01-01 UTC.</param>
/// <param name="AcknowledgedAtMs">When the device answered; 0 not yet.</param>
/// <param name="Arguments">Parameters in the order of name, or null.</param>
public sealed record CaseCommand(
    string Id, string DeviceId, string Name, string State, long RequestedAtMs, long AcknowledgedAtMs, IReadOnlyDictionary<string, string>? Arguments = null);

/// <summary>One item of evidence: what it is and where it is kept; the hub keeps its hash.</summary>
/// <param name="Kind"><c>photo</c>, <c>photoBefore</c>, <c>photoAfter</c>, <c>readings</c>, <c>clip</c>, <c>document</c>, <c>call</c>.</param>
/// <param name="Ref">Reference to the object, or the text itself when short; at most 500 characters.</param>
/// <param name="Hash">SHA-256 of the object, lower-case hex; empty when there is no object.</param>
/// <param name="AtMs">When it was added, milliseconds since 1970-01-01 UTC; set by the desk.</param>
/// <param name="By">Account that added it; set by the desk.</param>
public sealed record EvidenceItem(string Kind, string Ref, string Hash = "", long AtMs = 0, string By = "");

/// <summary>A department called by whistle (吹哨) and its report (报到). Times in milliseconds since 1970-01-01 UTC, 0 not yet.</summary>
public sealed record Whistle(string Department, long CalledAtMs, long CheckedInAtMs = 0, long CheckedOutAtMs = 0, string Result = "");
