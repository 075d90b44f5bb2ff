using System.Globalization;
using Hub.Cases;
using Hub.Cases.Grids;
using Hub.Cases.Reports;
using Hub.Core.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>The monthly report. Counts only, so restricted leads are counted for everyone and shown to no one.</summary>
internal static class ReportsApi
{
    public static void MapReports(this RouteGroupBuilder api) => api.MapGet("/reports/monthly", MonthlyAsync).Says(
        "Cases opened in a month by grid, type, unit and rule; each list adds up to the total, dedicated grids stand beside",
        "month: such as 2026-11; default this month", "sim: true only simulated cases, false only real ones");

    private static async Task<ReportView> MonthlyAsync(HttpContext http, ICaseStore store, IDeviceDirectory directory, Clock clock, CancellationToken stop)
    {
        var p = new Params(http);
        var (text, sim) = (p.Text("month"), p.Flag("sim"));
        var now = clock.Now;
        var month = new DateTime(now.Year, now.Month, 1);
        if (text is not null && !(DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out month) && month.Year is >= 1970 and < 2200))
            p.Fault("month", text, "a month such as 2026-11");
        p.Done();

        var desk = http.RequestServices.GetService<CaseDesk>();
        var policy = http.RequestServices.GetService<CasePolicy>() ?? CasePolicy.Default;
        var grids = desk?.Grids ?? new GridTree(directory.Grids);
        var report = await MonthlyReport.ReadAsync(store, grids, policy, month.Year, month.Month, clock.NowMs, sim, stop);
        return new ReportView(
            month.ToString("yyyy-MM", CultureInfo.InvariantCulture), clock.At(report.AsOfMs), RowView.Of("", "合计", "Total", "", false, report.Total),
            [.. report.ByGrid.Select(r => RowView.Of(r, false)), .. report.ByDedicatedGrid.Select(r => RowView.Of(r, true))],
            [.. report.ByType.Select(r => RowView.Of(r, false))], [.. report.ByUnit.Select(r => RowView.Of(r, false))], [.. report.ByRule.Select(r => RowView.Of(r, false))]);
    }

    /// <summary>The report of a month.</summary>
    internal sealed record ReportView(
        string Month, DateTimeOffset AsOf, RowView Total, IReadOnlyList<RowView> ByGrid, IReadOnlyList<RowView> ByType, IReadOnlyList<RowView> ByUnit, IReadOnlyList<RowView> ByRule);

    /// <summary>One row: the counts people ask for first, all figures and rates below.</summary>
    internal sealed record RowView(
        string Key, string TitleZh, string TitleEn, string Parent, bool Dedicated, int Reported, int Filed, int Dispatched, int Returned, int Handled, int Reworked,
        int Closed, int ClosedInTime, int Due, int Overdue, int Recurred, Indicators Figures)
    {
        public static RowView Of(ReportRow r, bool dedicated) => Of(r.Key, r.Title.Zh, r.Title.En, r.Parent, dedicated, r.Figures);

        public static RowView Of(string key, string zh, string en, string parent, bool dedicated, Indicators f) => new(
            key, zh, en, parent, dedicated, f.Reported, f.Filed, f.Dispatches, f.Returns, f.Handled, f.Reworked, f.Closed, f.ClosedInTime, f.Due, f.Overdue, f.Recurred, f);
    }
}
