using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Road;

/// <summary>Whether the hub is ready to be relied on: state restored, stores reachable, the journal taking messages.</summary>
internal sealed class Readiness(RunningHub hub) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(hub.Fault() is { } fault ? HealthCheckResult.Unhealthy(fault) : HealthCheckResult.Healthy());
}
