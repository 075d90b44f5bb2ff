using Hub.Core;
using Hub.Core.Ports;
using Hub.Dashboard.Live;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Dashboard.Api;

/// <summary>The accounts of the hub: ledger, key figures, health.</summary>
internal static class LedgerApi
{
    public static void MapLedger(this RouteGroupBuilder api)
    {
        api.MapGet("/ledger", Ledger).Says("Where every message that came in is now", "device: only the part of one device");
        api.MapGet("/stats", Stats).Says("Key figures of the wall");
        api.MapGet("/health", HealthAsync).Says("Each part of the hub and whether it is well");
    }

    private static LedgerSnapshot Ledger(HttpContext http, ILedger ledger)
    {
        var p = new Params(http);
        var device = p.Text("device");
        p.Done();
        if (device is null) return ledger.Snapshot();
        return ledger.SnapshotOf(device) ?? throw ApiProblem.NotFound(new LocalText("设备", "device"), device);
    }

    private static StatsView Stats(
        HttpContext http, ILedger ledger, IDeviceDirectory directory, CaseBoard board, CaseTail tail, RateMeter rate, Clock clock, DashboardOptions options)
    {
        new Params(http).Done();
        var now = clock.NowMs;
        var all = directory.All;
        var online = 0;
        foreach (var d in all)
            if (d.IsOnline(now)) online++;
        var today = board.Today();
        var snapshot = ledger.Snapshot();
        return new StatsView(
            clock.At(now), options.ClockSpeed, tail.Last, board.CountOpen(), today.Opened, today.Closed, board.Open.Count(c => c.Overdue), all.Count, online,
            rate.PerSecond, today.Acknowledge, new LedgerLine(snapshot.Received, snapshot.Journalled, snapshot.Stored, snapshot.Queued, snapshot.DeadLettered, snapshot.Balanced));
    }

    private static async Task<HealthView> HealthAsync(HttpContext http, HealthCheckService health, Clock clock, CancellationToken stop)
    {
        new Params(http).Done();
        return HealthView.Of(await health.CheckHealthAsync(stop), clock);
    }

    /// <summary>Key figures.</summary>
    internal sealed record StatsView(
        DateTimeOffset Now, double Speed, long Sequence, IReadOnlyDictionary<Severity, int> Open, int OpenedToday, int ClosedToday, int Overdue,
        int Devices, int DevicesOnline, double MessagesPerSecond, double? AcknowledgeSeconds, LedgerLine Ledger);

    /// <summary>The ledger in one line.</summary>
    internal sealed record LedgerLine(long Received, long Journalled, long Stored, long Queued, long DeadLettered, bool Balanced);
}
