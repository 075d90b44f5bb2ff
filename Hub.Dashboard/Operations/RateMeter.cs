using Hub.Core.Ports;
using Microsoft.Extensions.Hosting;

namespace Hub.Dashboard.Operations;

/// <summary>Messages received a second, over the last ten seconds of the hub's clock.</summary>
internal sealed class RateMeter(ILedger ledger, Clock clock) : IHostedService, IDisposable
{
    private const int Samples = 11;

    private readonly Lock gate = new();
    private readonly Queue<(long AtMs, long Received)> samples = new(Samples);
    private ITimer? timer;

    public double PerSecond
    {
        get
        {
            lock (gate)
            {
                if (samples.Count < 2) return 0;
                var (first, last) = (samples.Peek(), samples.Last());
                return last.AtMs <= first.AtMs ? 0 : Math.Round(Math.Max(0, last.Received - first.Received) * 1_000.0 / (last.AtMs - first.AtMs), 1);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        timer = clock.Time.CreateTimer(_ => Sample(), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public void Dispose() => timer?.Dispose();

    private void Sample()
    {
        var received = ledger.Snapshot().Received;
        lock (gate)
        {
            if (samples.Count == Samples) samples.Dequeue();
            samples.Enqueue((clock.NowMs, received));
        }
    }
}
