using Hub.Cases;
using Hub.Ingest;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Hub.Road;

/// <summary>Says the hub's time and state on <c>hub/v1/hub/status</c>.</summary>
[DisallowConcurrentExecution]
internal sealed class StatusJob(CaseTopics topics, RunningHub hub, CaseDesk desk, Clocks clocks) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        topics.PublishStatus(clocks.Hub.GetUtcNow(), clocks.Speed, hub.Fault() is null, desk.OpenCases);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Keeps devices that registered themselves (<c>Hub:Ingest:UnknownDevices=accept</c>).</summary>
[DisallowConcurrentExecution]
internal sealed class RegisterJob(RunningHub hub, ILogger<RegisterJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            while (await hub.Registry.SaveNewAsync(cancellationToken) > 0) log.LogDebug("New devices were kept");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("New devices could not be kept ({Fault}); trying again", e.Message);
        }
    }
}
