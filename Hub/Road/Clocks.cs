using Hub.Clock;
using Hub.Settings;

namespace Hub.Road;

/// <summary>The two clocks of a hub: the machine's own for the network, and the hub's, which stamps arrivals and drives ticks.</summary>
/// <param name="Network">Time-outs, retries, keep-alive: always real.</param>
/// <param name="Hub">Arrival, ticks, cases: real, or scaled for simulation.</param>
/// <param name="Speed">Seconds of the hub's clock in a real one.</param>
internal sealed record Clocks(TimeProvider Network, TimeProvider Hub, double Speed)
{
    public static Clocks From(HubSettings settings, TimeProvider real) =>
        settings is { ClockSpeed: 1, ClockStart: null }
            ? new(real, real, 1)
            : new(real, new ScaledClock(real, settings.ClockStart ?? real.GetUtcNow(), settings.ClockSpeed), settings.ClockSpeed);
}
