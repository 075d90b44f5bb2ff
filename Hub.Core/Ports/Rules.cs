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

    /// <summary><see cref="Basis"/> in English; the same text when it is the number of a standard.</summary>
    public string BasisEn { get; init; } = "";

    /// <summary>It can reach P1.</summary>
    public bool LifeSafety { get; init; }

    /// <summary>Its parameters as in force, overrides included: name → value with unit.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

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
public sealed record RuleTrace(long AtMs, string RuleVersion, string DeviceId, string PlaceId, string Outcome, string Detail)
{
    /// <summary>Zone within the place; empty when the key has none.</summary>
    public string Zone { get; init; } = "";

    /// <summary>What held it back: id of a suppression, <c>flapping</c> or <c>flood</c>; empty when nothing did.</summary>
    public string HeldBy { get; init; } = "";

    /// <summary>Each step of the rule with its conditions, their inputs, thresholds and clocks.</summary>
    public IReadOnlyList<TraceStep> Steps { get; init; } = [];
}

/// <summary>One step of a rule at the moment it was judged.</summary>
/// <param name="Name">Name of the step.</param>
/// <param name="Severity">What it would raise.</param>
/// <param name="Holds">Whether it held.</param>
/// <param name="Parts">Its conditions, a parent before its children.</param>
public sealed record TraceStep(string Name, Severity Severity, bool Holds, IReadOnlyList<TracePart> Parts);

/// <summary>One part of a condition at the moment it was judged.</summary>
/// <param name="Depth">How deep it lies, from 0.</param>
/// <param name="Kind"><c>test</c> (an expression), <c>value</c> (one comparison of it), <c>all</c>, <c>any</c>, <c>none</c>, <c>named</c>, or an operator of the pack such as <c>hold</c>.</param>
/// <param name="Text">The expression, the name a pack gave it, or the channel.</param>
/// <param name="Holds">Whether it held.</param>
/// <param name="Has">Its figure: the value, the seconds held, the count; null when it has none or was not measured.</param>
/// <param name="Wants">What that is compared with; null when with nothing.</param>
/// <param name="Unit">Unit of both.</param>
/// <param name="Comparison"><c>&gt;=</c>, <c>&lt;</c>, …; empty when it is none.</param>
public sealed record TracePart(int Depth, string Kind, string Text, bool Holds, double? Has = null, double? Wants = null, string Unit = "", string Comparison = "");

/// <summary>Asks how a rule came to its answers about one device.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Device">Id of the device.</param>
/// <param name="FromMs">First arrival, inclusive, milliseconds since 1970-01-01 UTC.</param>
/// <param name="ToMs">Last arrival, exclusive.</param>
/// <param name="WarmMs">How much before it is judged too, so that clocks and windows are full.</param>
/// <param name="Limit">Most answers given; the last ones.</param>
public sealed record RetraceQuery(string Rule, string Device, long FromMs, long ToMs, long WarmMs, int Limit);

/// <summary>What came of judging a stretch of the journal again for one device.</summary>
/// <param name="NotWatched">Why the rule never asks this device; empty when it does.</param>
/// <param name="WarmFromMs">Arrival of the first record judged; 0 when there was none.</param>
/// <param name="Heard">Messages of the device in the span.</param>
/// <param name="Judged">Of these and the ticks, how often the rule was asked.</param>
/// <param name="Answers">The last answers, the newest first.</param>
public sealed record Retrace(string NotWatched, long WarmFromMs, long Heard, long Judged, IReadOnlyList<RuleTrace> Answers);

/// <summary>Explains what raised nothing, by judging the journal again.</summary>
public interface IRetracer
{
    /// <summary>Judges a stretch again under the rules in force then. One at a time.</summary>
    /// <returns>Null when there is no such rule or device.</returns>
    Task<Retrace?> RunAsync(RetraceQuery query, CancellationToken stop);
}

/// <summary>The rules of the running hub.</summary>
public interface IRuleCatalogue
{
    /// <summary>Every rule in force.</summary>
    IReadOnlyList<RuleInfo> Rules { get; }

    /// <summary>Newest trace entries of a rule, at most <paramref name="limit"/>; null when there is no such rule.</summary>
    IReadOnlyList<RuleTrace>? TraceOf(string ruleId, string? deviceId, int limit);
}
