using Hub.Ingest;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Hub.Road;

/// <summary>Journals a tick for every second of the hub's clock that has passed. Rules, silence and time limits run on these ticks.</summary>
[DisallowConcurrentExecution]
internal sealed class TickJob(TickSource ticks) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await ticks.CatchUpAsync(cancellationToken);
}

/// <summary>Knows the last second that was ticked.</summary>
internal sealed class TickSource(TickWriter writer, TimeProvider clock, ILogger<TickSource> log)
{
    /// <summary>After a pause of the machine the seconds in between are not worth a tick each: one at the end tells the rules that time has passed.</summary>
    private const int MostAtOnce = 600;

    private readonly SemaphoreSlim one = new(1, 1);
    private long lastSecond = -1;
    private bool refused;

    /// <summary>Writes the ticks that are due. A disk that refuses is told once, and tried again with the next call.</summary>
    public async Task CatchUpAsync(CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            var first = lastSecond < 0 || now - lastSecond > MostAtOnce ? now : lastSecond + 1;
            if (first <= now) await writer.AppendAsync(DateTimeOffset.FromUnixTimeSeconds(first), (int)(now - first) + 1, stop);
            lastSecond = Math.Max(lastSecond, now);
            if (refused) log.LogInformation("The journal takes ticks again");
            refused = false;
        }
        catch (Journal.JournalException e)
        {
            if (!refused) log.LogError("The journal refuses: {Fault}", e.Message);
            refused = true;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Writes a directive into every lane, between two ticks; durable when it returns.</summary>
    /// <param name="kind">What it orders.</param>
    /// <param name="body">As <see cref="DirectiveKind"/> says.</param>
    /// <param name="stop">Ends the wait for room.</param>
    /// <exception cref="Journal.JournalException">The disk refuses.</exception>
    public async Task DirectAsync(DirectiveKind kind, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            await writer.DirectAsync(kind, clock.GetUtcNow(), body, stop);
        }
        finally
        {
            one.Release();
        }
    }
}
