namespace Hub.Core.Ports;

/// <summary>Why alerts are held back. The numbers are in the journal: only add.</summary>
public enum SuppressionKind
{
    /// <summary>Somebody works there: what fires is expected. What goes out all the same is marked.</summary>
    Maintenance = 1,

    /// <summary>Known and not wanted for a while.</summary>
    Silence = 2,

    /// <summary>Devices are being tested. What goes out all the same is marked "in test, confirm".</summary>
    Test = 3,

    /// <summary>Follows from another alert that is open around it.</summary>
    Inhibitor = 4,
}

/// <summary>
/// Holds back alerts of a scope for a time. Never one of P1, and never one that sends a protective order of a rule that can reach P1.
/// Conditions are judged on meanwhile: what still holds at its end is raised then.
/// </summary>
public sealed record Suppression
{
    /// <summary>Short id, unique over all time.</summary>
    public required string Id { get; init; }

    /// <summary>Which kind.</summary>
    public required SuppressionKind Kind { get; init; }

    /// <summary>Who answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>First moment, milliseconds since 1970-01-01 UTC.</summary>
    public required long FromMs { get; init; }

    /// <summary>End, exclusive, milliseconds since 1970-01-01 UTC. There is always one.</summary>
    public required long ToMs { get; init; }

    /// <summary>Path of a place; it and all inside. Empty: everywhere.</summary>
    public string Place { get; init; } = "";

    /// <summary>Only these devices; empty: any.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Only devices of these kinds; empty: any.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Only alerts of these anomaly types; empty: any.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Only alerts of these rules; empty: any.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>For an inhibitor: while an alert of one of these types is open around.</summary>
    public IReadOnlyList<string> While { get; init; } = [];

    /// <summary>For an inhibitor: "around" is the nearest place of this kind (<c>building</c>); empty: the same place.</summary>
    public string WhileLevel { get; init; } = "";

    /// <summary>Who made it.</summary>
    public string By { get; init; } = "";

    /// <summary>When it was made, milliseconds since 1970-01-01 UTC.</summary>
    public long MadeMs { get; init; }

    /// <summary>When it was ended before its time, milliseconds since 1970-01-01 UTC; 0 when it was not.</summary>
    public long EndedMs { get; init; }

    /// <summary>Who ended it; empty when nobody did.</summary>
    public string EndedBy { get; init; } = "";

    /// <summary>Whether it holds back at that moment.</summary>
    public bool InForce(long atMs) => EndedMs == 0 && atMs >= FromMs && atMs < ToMs;
}

/// <summary>An alert that would have gone out and is held back.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Type">Anomaly type.</param>
/// <param name="Severity">Severity now.</param>
/// <param name="PlaceId">Path of the place.</param>
/// <param name="DeviceId">The device, when it is about one; else empty.</param>
/// <param name="SinceMs">Since when its condition holds, milliseconds since 1970-01-01 UTC.</param>
/// <param name="By">Id of the suppression, or <c>flapping</c> or <c>flood</c>.</param>
public sealed record HeldAlert(string Rule, string Type, Severity Severity, string PlaceId, string DeviceId, long SinceMs, string By);

/// <summary>Suppressions at rest.</summary>
public interface ISuppressionStore
{
    /// <summary>Every one that was made, the newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Suppression>> ListAsync(int limit, CancellationToken stop);

    /// <summary>Adds or replaces one.</summary>
    Task SaveAsync(Suppression suppression, CancellationToken stop);
}

/// <summary>Where people hold alerts back and let them go again. Every change is journalled, so that a replay holds back the same.</summary>
public interface ISuppressionDesk
{
    /// <summary>Most in force or planned at once.</summary>
    int Most { get; }

    /// <summary>Every one not yet over, then those that are, the newest first.</summary>
    Task<IReadOnlyList<Suppression>> ListAsync(int limit, CancellationToken stop);

    /// <summary>Puts one in force; durable and journalled when it returns.</summary>
    Task AddAsync(Suppression suppression, CancellationToken stop);

    /// <summary>Ends one before its time; null when there is none of that id that is not over.</summary>
    Task<Suppression?> EndAsync(string id, string by, CancellationToken stop);

    /// <summary>What is held back now, in all lanes.</summary>
    IReadOnlyList<HeldAlert> Held { get; }
}
