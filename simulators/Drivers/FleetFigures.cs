namespace Hub.Simulators.Drivers;

/// <summary>What a fleet has done so far. Invariant: sent = acknowledged + refused + lost + in flight.</summary>
/// <param name="Sent">Messages handed to connections.</param>
/// <param name="Acknowledged">Acknowledged by the broker (or written, for QoS 0).</param>
/// <param name="Refused">Answered with a refusal.</param>
/// <param name="Lost">Given up because the connection was closed for good.</param>
/// <param name="Commands">Commands that came down.</param>
/// <param name="Refusal">Reason of the newest refusal, or null.</param>
public readonly record struct FleetFigures(long Sent, long Acknowledged, long Refused, long Lost, long Commands, string? Refusal);
