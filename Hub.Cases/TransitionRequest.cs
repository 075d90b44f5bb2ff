using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Cases;

/// <summary>What a person asks the desk to do with a case.</summary>
public sealed record TransitionRequest
{
    /// <summary>Name of the action (see <see cref="CaseActions"/>).</summary>
    public required string Action { get; init; }

    /// <summary>Who asks.</summary>
    public required Account Actor { get; init; }

    /// <summary>The post to act in; empty: the first of the actor's posts that may.</summary>
    public string Post { get; init; } = "";

    /// <summary>Free words; at most 2,000 characters.</summary>
    public string Note { get; init; } = "";

    /// <summary>Why; demanded by returns, refusals, suspensions, rework, cancelling.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Evidence brought along.</summary>
    public IReadOnlyList<EvidenceItem> Evidence { get; init; } = [];

    /// <summary>For <c>dispatch</c>: role name or account id that has to act; empty: by the routing table.</summary>
    public string Assignee { get; init; } = "";

    /// <summary>For <c>merge</c> the other case; for <c>transfer</c> the authority; for whistle actions the department.</summary>
    public string Target { get; init; } = "";

    /// <summary>For <c>transfer</c>: receipt number.</summary>
    public string Receipt { get; init; } = "";

    /// <summary>For <c>finish</c>: code of what was done.</summary>
    public string ActionCode { get; init; } = "";

    /// <summary>For <c>suspend</c>: until when, milliseconds since 1970-01-01 UTC.</summary>
    public long UntilMs { get; init; }

    /// <summary>For <c>arrive</c>: proof of presence.</summary>
    public ArrivalProof? Arrival { get; init; }

    /// <summary>For <c>rate</c>: 1 to 5.</summary>
    public int Rating { get; init; }

    /// <summary>Version the actor saw; when given and outdated the request is refused.</summary>
    public int? ExpectedVersion { get; init; }
}

/// <summary>Proof that a worker is on site: a position (WGS 84, degrees, at most 50 m off) or the place id read from the wall plate.</summary>
public sealed record ArrivalProof(double? Longitude = null, double? Latitude = null, string? Plate = null);

/// <summary>One button of the case page: what this account may do now.</summary>
/// <param name="Action">Name to send.</param>
/// <param name="Title">Words on the button.</param>
/// <param name="Transition">Number in the table of transitions (<c>T6</c>).</param>
/// <param name="State">State afterwards; the present one when the action leaves it or only asks for approval.</param>
/// <param name="Post">Post it would be done in.</param>
/// <param name="AsksOnly">The post may only ask; another has to grant it.</param>
/// <param name="Needs">Members of the request that must be filled: <c>reason</c>, <c>note</c>, <c>arrival</c>, <c>photos</c>, <c>photo</c>, <c>actionCode</c>, <c>untilMs</c>, <c>target</c>, <c>receipt</c>, <c>rating</c>, <c>evidence</c>.</param>
public sealed record AllowedAction(string Action, LocalText Title, string Transition, CaseState State, string Post, bool AsksOnly, IReadOnlyList<string> Needs);

/// <summary>A problem reported by a person, a resident or the hotline.</summary>
public sealed record ManualReport
{
    /// <summary>Who registers it.</summary>
    public required Account Actor { get; init; }

    /// <summary>The post; empty: the actor's first.</summary>
    public string Post { get; init; } = "";

    /// <summary><c>person</c>, <c>resident</c>, <c>hotline</c> or <c>superior</c>; the last three must be verified before filing.</summary>
    public string Source { get; init; } = "person";

    /// <summary>English id of the anomaly type.</summary>
    public required string Type { get; init; }

    /// <summary>How bad.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Path of the place.</summary>
    public required string PlaceId { get; init; }

    /// <summary>Zone within the place, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>WGS 84 degrees; null: that of the place.</summary>
    public double? Longitude { get; init; }

    /// <summary>WGS 84 degrees; null: that of the place.</summary>
    public double? Latitude { get; init; }

    /// <summary>What was seen; at most 2,000 characters.</summary>
    public required string Note { get; init; }

    /// <summary>When it happened, milliseconds since 1970-01-01 UTC; 0: now.</summary>
    public long OccurredAtMs { get; init; }

    /// <summary>At least one item, unless it comes by telephone.</summary>
    public IReadOnlyList<EvidenceItem> Evidence { get; init; } = [];

    /// <summary>Simulated.</summary>
    public bool Sim { get; init; }
}
