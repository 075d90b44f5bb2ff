namespace Hub.Simulators.Engine;

/// <summary>How lively the simulated community is.</summary>
public sealed class SimulationOptions
{
    /// <summary>Seed of every random stream. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Multiplies the base rates of spontaneous incidents. Default 1; 0 for none; range 0 to 100.</summary>
    public double Incidents { get; init; } = 1;

    /// <summary>Gives clocks their skew. Default true; off makes payload stamps equal to simulated time.</summary>
    public bool ClockSkew { get; init; } = true;
}
