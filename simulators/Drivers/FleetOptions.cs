using Hub.Mqtt;

namespace Hub.Simulators.Drivers;

/// <summary>How the simulated gateways reach their broker.</summary>
public sealed class FleetOptions
{
    /// <summary>Broker, as <c>mqtt://host:1883</c>.</summary>
    public required Uri Broker { get; init; }

    /// <summary>User name; <c>{id}</c> stands for the gateway's id. Null sends none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password; null sends none.</summary>
    public string? Password { get; init; }

    /// <summary>Messages in flight on one connection. Default 20: what a broker takes without being asked. Range 1 to 1,000.</summary>
    public int Window { get; init; } = 20;

    /// <summary>Service level of telemetry. Default 1, so that what was acknowledged can be checked against the ledger. Events always go with 1.</summary>
    public Qos Telemetry { get; init; } = Qos.AtLeastOnce;
}
