namespace Hub.Core.Alerts;

/// <summary>What a rule says about its key with this alert.</summary>
public enum AlertSignal
{
    /// <summary>The condition began to hold.</summary>
    Raised = 1,

    /// <summary>It still holds and something grew worse or surer: a higher severity, a confirmation, further evidence.</summary>
    Strengthened = 2,

    /// <summary>It no longer holds (clear threshold and step-down time passed).</summary>
    Cleared = 3,
}

/// <summary>What a rule or detector found. A sensor raises an alert; a person or a strict rule makes a case of it.</summary>
/// <remarks>
/// Wholly determined by the journal and the rule versions: (<see cref="Lane"/>, <see cref="Position"/>, <see cref="Ordinal"/>) names it,
/// and the same journal gives the same alert byte for byte.
/// </remarks>
public sealed record Alert
{
    /// <summary>Lane of the record that made it.</summary>
    public required int Lane { get; init; }

    /// <summary>Position in the lane of the record (message or tick) that made it.</summary>
    public required long Position { get; init; }

    /// <summary>Counts alerts made by the same record, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>What the rule says.</summary>
    public required AlertSignal Signal { get; init; }

    /// <summary>Id of the rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Version of the rule that made it.</summary>
    public required string RuleVersion { get; init; }

    /// <summary>English id of the anomaly type (<c>FlyingWireCharging</c>).</summary>
    public required string Type { get; init; }

    /// <summary>How bad.</summary>
    public required Severity Severity { get; init; }

    /// <summary>0 to 1: product of the source weights.</summary>
    public required double Confidence { get; init; }

    /// <summary>Path of the place it is about; empty when the device has none.</summary>
    public required string PlaceId { get; init; }

    /// <summary>Zone within the place, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>The device that tipped the balance; null when several did or none.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Alerts of one key belong to one open case: family + place (+ zone). A confirmation shares the key of the suspicion.</summary>
    public required string DedupeKey { get; init; }

    /// <summary>For how long after the case's last alert a new one with the same key still joins it.</summary>
    public required TimeSpan DedupeWindow { get; init; }

    /// <summary>Event time of the reading that tipped the balance, milliseconds since 1970-01-01 UTC.</summary>
    public required long OccurredAtMs { get; init; }

    /// <summary>Arrival of the journal record that made it, milliseconds since 1970-01-01 UTC: the clock of the case.</summary>
    public required long ArrivalMs { get; init; }

    /// <summary>One line for the case list.</summary>
    public required LocalText Title { get; init; }

    /// <summary>Why, in a sentence or two with the figures.</summary>
    public required LocalText Explanation { get; init; }

    /// <summary>The readings and events against their thresholds.</summary>
    public IReadOnlyList<AlertInput> Inputs { get; init; } = [];

    /// <summary>Roles told first, in order (<c>PropertyOperator</c>, <c>MicroFireCrew</c>).</summary>
    public IReadOnlyList<string> FirstReceivers { get; init; } = [];

    /// <summary>Law, standard or source the rule rests on.</summary>
    public string Basis { get; init; } = "";

    /// <summary>May become a filed case without a person. P1 and P2 always may.</summary>
    public bool AutoFile { get; init; }

    /// <summary>A lead that carries no person data and is shown to police and the grid head only (A8, A9, A15).</summary>
    public bool Restricted { get; init; }

    /// <summary>Orders for devices that go out with the alert, such as cutting a port.</summary>
    public IReadOnlyList<DeviceCommand> Commands { get; init; } = [];

    /// <summary>Raised by data that came too late; marked, never withheld for P1.</summary>
    public bool Late { get; init; }

    /// <summary>Simulated data took part.</summary>
    public bool Sim { get; init; }

    /// <summary>The rule runs on trial: recorded and countable, but no case.</summary>
    public bool Shadow { get; init; }
}

/// <summary>One reading or event that took part in an alert, against its threshold.</summary>
/// <param name="DeviceId">Whose.</param>
/// <param name="Channel">Channel name, or <c>event.TYPE</c>.</param>
/// <param name="AtMs">Event time, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Value">Value in the channel's unit, or confidence.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Comparison"><c>&gt;=</c>, <c>&lt;</c>, …; empty when it was context only.</param>
/// <param name="Threshold">What it was compared with; null when context only.</param>
/// <param name="Snapshot">Reference to a picture at the edge, or null.</param>
public sealed record AlertInput(
    string DeviceId, string Channel, long AtMs, double Value, string Unit = "", string Comparison = "", double? Threshold = null, string? Snapshot = null);

/// <summary>An order for a device, published to <c>hub/v1/{device}/cmd</c> and recorded with the case until acknowledged.</summary>
/// <param name="Id">Deterministic id that the device repeats in its ack.</param>
/// <param name="DeviceId">Who shall obey.</param>
/// <param name="Name">What (<c>cut</c>, <c>holdDoor</c>, <c>releaseDoor</c>, <c>siren</c>).</param>
/// <param name="Arguments">Parameters, or empty.</param>
public sealed record DeviceCommand(string Id, string DeviceId, string Name, IReadOnlyDictionary<string, string>? Arguments = null);
