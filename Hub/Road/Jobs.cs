using Hub.Core.Ports;
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

/// <summary>Looks at the devices' rates and says what the front door counts on the topics under <c>hub/v1/hub/status</c>.</summary>
[DisallowConcurrentExecution]
internal sealed class FiguresJob(RunningHub hub) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        hub.Traffic.Look();
        hub.Figures.Publish();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Keeps the registry in step with the database: takes over what commands changed, then keeps devices that registered themselves.</summary>
/// <remarks>In this order: a device that spoke before a command named it must not be written over with what little its messages tell.</remarks>
[DisallowConcurrentExecution]
internal sealed class RegistryJob(RunningHub hub, RegistryWatch watch, ILogger<RegistryJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            if (await watch.LookAsync(cancellationToken)) log.LogInformation("The registry was read again: {Devices} devices", hub.Registry.Count);
            while (await hub.Registry.SaveNewAsync(cancellationToken) > 0) log.LogDebug("New devices were kept");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("The registry could not be brought in step with the database ({Fault}); trying again", e.Message);
        }
    }
}

/// <summary>Takes up changes of the rules folder.</summary>
[DisallowConcurrentExecution]
internal sealed class RulesJob(RunningHub hub, ILogger<RulesJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            await hub.RuleSets.LookAsync(cancellationToken);
            await hub.Suppressions.LookAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Changed rules could not be put in force ({Fault}); the next change tries again", e.Message);
        }
    }
}

/// <summary>Once a day tries what people's verdicts advise, so that advice is shown with what it is worth.</summary>
[DisallowConcurrentExecution]
internal sealed class AdviceJob(IRuleAdviser adviser, Clocks clocks, ILogger<AdviceJob> log) : IJob
{
    private const long SpanMs = 30L * 86_400_000;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            var now = clocks.Hub.GetUtcNow().ToUnixTimeMilliseconds();
            await adviser.TryAsync(now - SpanMs, now, "system", cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Advice from people's verdicts could not be tried ({Fault}); tomorrow again", e.Message);
        }
    }
}
