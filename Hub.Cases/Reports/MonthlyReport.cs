using Hub.Cases.Grids;
using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Cases.Reports;

/// <summary>The monthly report: cases opened in a local month, by grid, type, unit and rule. Each list adds up to the total; dedicated grids stand beside and are never added.</summary>
/// <param name="Year">Year.</param>
/// <param name="Month">Month, 1 to 12.</param>
/// <param name="AsOfMs">When it was drawn up, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Total">All cases.</param>
/// <param name="ByGrid">Base grids with cases, each with all below it, and one row with an empty key for cases without a grid. The rows at the top add up to the total.</param>
/// <param name="ByDedicatedGrid">Dedicated grids: shown beside.</param>
/// <param name="ByType">Anomaly types.</param>
/// <param name="ByUnit">Role or account in charge.</param>
/// <param name="ByRule">Rule and version: where false alarms come from.</param>
public sealed record MonthlyReport(
    int Year, int Month, long AsOfMs, Indicators Total, IReadOnlyList<ReportRow> ByGrid, IReadOnlyList<ReportRow> ByDedicatedGrid, IReadOnlyList<ReportRow> ByType,
    IReadOnlyList<ReportRow> ByUnit, IReadOnlyList<ReportRow> ByRule)
{
    private const int PageSize = 1000;

    /// <summary>Draws the report up from the store.</summary>
    /// <param name="store">The cases.</param>
    /// <param name="grids">The grids.</param>
    /// <param name="policy">Its calendar says when the month begins.</param>
    /// <param name="year">Year.</param>
    /// <param name="month">Month, 1 to 12.</param>
    /// <param name="nowMs">Now, milliseconds since 1970-01-01 UTC.</param>
    /// <param name="sim">True only simulated cases, false only real ones, null all.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<MonthlyReport> ReadAsync(ICaseStore store, GridTree grids, CasePolicy policy, int year, int month, long nowMs, bool? sim, CancellationToken stop)
    {
        var first = new DateTime(year, month, 1);
        var query = new CaseQuery(IncludeRestricted: true, Sim: sim, Limit: PageSize, SinceMs: policy.Calendar.Instant(first), UntilMs: policy.Calendar.Instant(first.AddMonths(1)));
        var builder = new Builder(grids, nowMs);
        while (true)
        {
            var (items, next) = await store.ListAsync(query, stop).ConfigureAwait(false);
            foreach (var c in items) builder.Add(c);
            if (next is null) return builder.Build(year, month);
            query = query with { Cursor = next };
        }
    }

    private sealed class Builder(GridTree grids, long nowMs)
    {
        private readonly IndicatorCounter total = new();
        private readonly SortedDictionary<string, IndicatorCounter> byGrid = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, IndicatorCounter> byDedicated = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, IndicatorCounter> byType = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, IndicatorCounter> byUnit = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, IndicatorCounter> byRule = new(StringComparer.Ordinal);

        public void Add(GridCase c)
        {
            total.Add(c, nowMs);
            // The tree of today: a grid that was moved takes its history along, so that rows still add up.
            var chain = grids.Chain(c.GridCode);
            if (chain.Count == 0) Of(byGrid, c.GridCode).Add(c, nowMs);
            foreach (var grid in chain) Of(byGrid, grid.Code).Add(c, nowMs);
            foreach (var code in c.DedicatedGrids) Of(byDedicated, code).Add(c, nowMs);
            Of(byType, c.Type).Add(c, nowMs);
            Of(byUnit, c.Assignee).Add(c, nowMs);
            Of(byRule, c.Rule.Length == 0 ? "" : $"{c.Rule} v{c.RuleVersion}").Add(c, nowMs);
        }

        public MonthlyReport Build(int year, int month) => new(
            year, month, nowMs, total.ToIndicators(),
            Rows(byGrid, GridTitle, code => grids.Find(code)?.ParentCode ?? ""),
            Rows(byDedicated, GridTitle, _ => ""),
            Rows(byType, AnomalyTypes.TitleOf, _ => ""),
            Rows(byUnit, unit => unit.Length == 0 ? new LocalText("未派遣", "Not dispatched") : new LocalText(unit, unit), _ => ""),
            Rows(byRule, rule => rule.Length == 0 ? new LocalText("人工上报", "Reported by people") : new LocalText(rule, rule), _ => ""));

        private LocalText GridTitle(string code) => code.Length == 0 ? new LocalText("未划入网格", "No grid") : grids.Find(code)?.Title ?? new LocalText(code, code);

        private static IndicatorCounter Of(SortedDictionary<string, IndicatorCounter> rows, string key)
        {
            if (!rows.TryGetValue(key, out var counter)) rows[key] = counter = new IndicatorCounter();
            return counter;
        }

        private static ReportRow[] Rows(SortedDictionary<string, IndicatorCounter> rows, Func<string, LocalText> title, Func<string, string> parent) =>
            [.. rows.Select(r => new ReportRow(r.Key, title(r.Key), parent(r.Key), r.Value.ToIndicators()))];
    }
}
