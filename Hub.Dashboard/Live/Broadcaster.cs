using System.Threading.Channels;
using Hub.Cases;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Shapes;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;

namespace Hub.Dashboard.Live;

/// <summary>Calls <c>caseChanged</c> and <c>alertRaised</c> on every client that may see them, away from the follower: a client that hangs delays nobody's stream.</summary>
internal sealed class Broadcaster(
    IHubContext<CaseHub> hub, Connections connections, CaseFeed feed, IDeviceDirectory directory, Clock clock) : BackgroundService
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    // Screens may miss a hint, never an event: those they stream. So the oldest hint goes when the queue is full.
    private readonly Channel<object> queue = Channel.CreateBounded<object>(new BoundedChannelOptions(1_024)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
    });

    public void Offer(IReadOnlyList<CaseItem> items)
    {
        if (connections.Count == 0) return;
        foreach (var item in items) queue.Writer.TryWrite(item);
    }

    public override void Dispose()
    {
        feed.AlertsCommitted -= OnAlerts;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        feed.AlertsCommitted += OnAlerts;
        // Ends quietly: a stop is no fault.
        while (await queue.Reader.WaitToReadAsync(stop).AsTask().ContinueWith(static t => t.IsCompletedSuccessfully && t.Result, TaskScheduler.Default))
        {
            if (!queue.Reader.TryRead(out var news)) continue;
            using var limit = new CancellationTokenSource(patience, clock.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            await SendAsync(news, both.Token).WaitAsync(both.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task SendAsync(object news, CancellationToken stop)
    {
        switch (news)
        {
            case CaseItem item:
                var to = Audience(c => c.MaySee(item.Case));
                return to.SendAsync(CaseHub.CaseChanged, CaseEventView.Of(item.Event, clock, CaseView.Of(item.Case, clock, "zh")), stop);
            case Alert alert:
                return Audience(c => c.MaySee(alert, directory)).SendAsync(CaseHub.AlertRaised, AlertView.Of(alert, clock, "zh"), stop);
            default:
                throw new System.Diagnostics.UnreachableException(news.GetType().Name);
        }
    }

    private IClientProxy Audience(Func<Caller, bool> may) => hub.Clients.Clients(connections.Where(may));

    private void OnAlerts(IReadOnlyList<Alert> alerts)
    {
        if (connections.Count == 0) return;
        foreach (var alert in alerts) queue.Writer.TryWrite(alert);
    }
}
