using Hub.Adapters.Embedded;
using Hub.Adapters.Sqlite;
using Hub.Settings;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Hub.Road;

/// <summary>Turns readings that are too old into hourly roll-ups. An InfluxDB does that by its own retention.</summary>
[DisallowConcurrentExecution]
internal sealed class ReadingsRetentionJob(RunningHub hub, Clocks clocks, ILogger<ReadingsRetentionJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (hub.Readings is not EmbeddedReadingsStore store || !hub.ReadingsWorker.Reachable) return;
        try
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, hub.Closing);
            var done = await store.RetainAsync(clocks.Hub.GetUtcNow(), until.Token);
            if (done.Points > 0 || done.RollupsRemoved > 0)
                log.LogInformation("Retention removed {Points} readings in {Chunks} chunks, made {RollupsMade} hourly roll-ups and removed {RollupsRemoved}", done.Points, done.Chunks, done.RollupsMade, done.RollupsRemoved);
        }
        catch (OperationCanceledException)
        {
            // The hub closes; the rest is done next time.
        }
        catch (Exception e)
        {
            log.LogWarning("Retention of readings stopped ({Fault}); trying again in an hour", e.Message);
        }
    }
}

/// <summary>Deletes alerts and dead letters that are too old.</summary>
[DisallowConcurrentExecution]
internal sealed class DatabaseRetentionJob(RunningHub hub, HubSettings settings, Clocks clocks, ILogger<DatabaseRetentionJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, hub.Closing);
            var done = await new SqliteRetention(hub.Database, settings.Retention.ForDatabase()).RunAsync(clocks.Hub.GetUtcNow().ToUnixTimeMilliseconds(), until.Token);
            if (done.LooseAlerts + done.CaseAlerts + done.DeadLetters > 0)
                log.LogInformation("Retention removed {LooseAlerts} alerts without a case, {CaseAlerts} alerts of cases and {DeadLetters} dead letters", done.LooseAlerts, done.CaseAlerts, done.DeadLetters);
        }
        catch (OperationCanceledException)
        {
            // The hub closes; the rest is done next time.
        }
        catch (Exception e)
        {
            log.LogWarning("Retention of the database stopped ({Fault}); trying again tomorrow", e.Message);
        }
    }
}
