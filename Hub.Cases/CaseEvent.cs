using System.Text.Json.Nodes;

namespace Hub.Cases;

/// <summary>One entry of a case's append-only record.</summary>
/// <remarks>
/// <see cref="Hash"/> = lower-case hex SHA-256 over the canonical JSON of the event with <see cref="PreviousHash"/> (that of the case's
/// event before; empty for the first) and without <see cref="Sequence"/>: the same journal gives the same bytes, however lanes interleave.
/// The store chains the whole log once more by sequence, so that no event or case can be taken out unseen.
/// </remarks>
public sealed record CaseEvent
{
    /// <summary>Place in the log of all cases, dense from 1; given by the store on commit, 0 before.</summary>
    public long Sequence { get; init; }

    /// <summary>The case.</summary>
    public required string CaseId { get; init; }

    /// <summary>Counts the events of the case from 1.</summary>
    public required int Version { get; init; }

    /// <summary>
    /// What happened: <c>reported</c>, <c>verifying</c>, <c>filed</c>, <c>notFiled</c>, <c>dispatched</c>, <c>accepted</c>, <c>returned</c>, <c>handling</c>,
    /// <c>suspended</c>, <c>resumed</c>, <c>handled</c>, <c>verified</c>, <c>closed</c>, <c>rework</c>, <c>fedBack</c>, <c>rated</c>, <c>transferred</c>,
    /// <c>cancelled</c>, <c>dismissed</c>, <c>merged</c>, <c>alertJoined</c>, <c>severityRaised</c>, <c>confirmed</c>, <c>informed</c>, <c>cleared</c>, <c>overdue</c>, <c>escalated</c>,
    /// <c>whistle</c>, <c>checkedIn</c>, <c>checkedOut</c>, <c>urged</c>, <c>filingAsked</c>, <c>suspensionAsked</c>, <c>commandRequested</c>,
    /// <c>commandAcknowledged</c>, <c>note</c>, <c>evidence</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>When, milliseconds since 1970-01-01 UTC, by the journal's clock for the system's events and by the hub's clock for people's.</summary>
    public required long AtMs { get; init; }

    /// <summary>Account id, or <c>system</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The post the actor acted in (a role name), or <c>system</c>.</summary>
    public required string Post { get; init; }

    /// <summary>State after the event.</summary>
    public required CaseState State { get; init; }

    /// <summary>
    /// What belongs to this kind of event; members in a fixed order. The member <c>set</c> holds the fields of the case that changed
    /// (JSON merge, null removes), so that the case table can be rebuilt from the events alone.
    /// </summary>
    public required JsonObject Data { get; init; }

    /// <summary>Hash of the case's event before; empty for the first.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>Hash of this event.</summary>
    public required string Hash { get; init; }
}
