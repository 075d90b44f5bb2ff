using Hub.Mqtt;

namespace Hub.Simulators.Drivers;

/// <summary>What <c>simulators run</c> was asked to do.</summary>
internal sealed record RunPlan
{
    public required Uri Broker { get; init; }

    public string CommunityName { get; init; } = Communities.Community.Leshan;

    /// <summary>Names of scenes; empty: only what happens by itself.</summary>
    public IReadOnlyList<string> Scenes { get; init; } = [];

    public double Scale { get; init; } = 0.1;

    /// <summary>Hub seconds per real second; NaN: as the hub runs, or 1 without one.</summary>
    public double Speed { get; init; } = double.NaN;

    public ulong Seed { get; init; } = 1;

    public string? TruthFile { get; init; }

    public Uri? Hub { get; init; }

    public string? Token { get; init; }

    /// <summary>Simulated days to run; NaN: until stopped.</summary>
    public double Days { get; init; } = double.NaN;

    /// <summary>Simulated start; null: the hub's time, or now.</summary>
    public DateTimeOffset? From { get; init; }

    public double Incidents { get; init; } = 1;

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public Qos Telemetry { get; init; } = Qos.AtLeastOnce;
}
