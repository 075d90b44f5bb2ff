namespace Hub.Core.Ports;

/// <summary>One rule as people see it.</summary>
/// <param name="Id">Stable id (<c>A3-battery-thermal</c>).</param>
/// <param name="Version">Version of the rule.</param>
/// <param name="Pack">File it came from.</param>
/// <param name="Type">Anomaly type it raises.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Severity">Least severity it raises.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Basis">Law, standard or source.</param>
/// <param name="Shadow">On trial: alerts are recorded but make no case.</param>
/// <param name="Description">What it watches and when it fires.</param>
/// <param name="Source">Its YAML text.</param>
/// <param name="AlertsRaised">Alerts since the start of this process.</param>
public sealed record RuleInfo(
    string Id, string Version, string Pack, string Type, LocalText Title, Severity Severity, string Owner, string Basis, bool Shadow,
    LocalText Description, string Source, long AlertsRaised)
{
    /// <summary>Since when its alerts below P1 make no cases because it matches nearly everything, milliseconds since 1970-01-01 UTC; 0 when they do.</summary>
    public long ShadowedMs { get; init; }

    /// <summary>Divisions by zero in its expressions; each made its condition false.</summary>
    public long DivisionsByZero { get; init; }
}

/// <summary>One step in how a rule came to its last answers about a key.</summary>
/// <param name="AtMs">Event time, milliseconds since 1970-01-01 UTC.</param>
/// <param name="RuleVersion">Version that judged.</param>
/// <param name="DeviceId">Device that spoke.</param>
/// <param name="PlaceId">Place it spoke of.</param>
/// <param name="Outcome"><c>raised</c>, <c>strengthened</c>, <c>cleared</c>, <c>held</c> (condition true, duration not yet reached), <c>suppressed</c>, <c>false</c>.</param>
/// <param name="Detail">The inputs against their thresholds, in words.</param>
public sealed record RuleTrace(long AtMs, string RuleVersion, string DeviceId, string PlaceId, string Outcome, string Detail);

/// <summary>The rules of the running hub.</summary>
public interface IRuleCatalogue
{
    /// <summary>Every rule in force.</summary>
    IReadOnlyList<RuleInfo> Rules { get; }

    /// <summary>Newest trace entries of a rule, at most <paramref name="limit"/>; null when there is no such rule.</summary>
    IReadOnlyList<RuleTrace>? TraceOf(string ruleId, string? deviceId, int limit);
}
