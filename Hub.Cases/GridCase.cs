using System.Text.Json.Nodes;
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

    /// <summary>Some limit ran out.</summary>
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

    /// <summary>Kind-specific extras for the page.</summary>
    public JsonObject? Extra { get; init; }

    /// <summary>Whether work remains.</summary>
    public bool IsOpen => State is not (CaseState.NotFiled or CaseState.Closed or CaseState.FedBack or CaseState.Rated or CaseState.Cancelled or CaseState.Merged);
}

/// <summary>An order to a device within a case.</summary>
public sealed record CaseCommand(string Id, string DeviceId, string Name, string State, long RequestedAtMs, long AcknowledgedAtMs);
