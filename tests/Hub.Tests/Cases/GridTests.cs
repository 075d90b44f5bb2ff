using System.Globalization;
using Hub.Cases;
using Hub.Cases.Grids;
using Hub.Cases.Reports;
using Hub.Core;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Tests.Cases;

public sealed class GridTests
{
    // An area of two by one; "west" and "east" halve it; "shed" is a dedicated grid in the middle, for charging matters.
    private static readonly Grid[] grids =
    [
        Make("01", 1, "", Square(0, 0, 2, 1)),
        Make("0101", 2, "01", Square(0, 0, 1, 1)),
        Make("0102", 2, "01", Square(1, 0, 1, 1)),
        Make("d1", 0, "", Square(0.5, 0, 1, 1)) with { Dedicated = true, Matters = ["FlyingWireCharging"] },
    ];

    [Fact]
    public void A_point_lies_in_the_deepest_base_grid_and_in_the_dedicated_grids_that_take_its_matter()
    {
        var tree = new GridTree(grids);

        Assert.Equal("0102", tree.BaseAt(1.2, 0.5)!.Code);
        Assert.Null(tree.BaseAt(3, 3));
        Assert.Equal(["d1"], tree.DedicatedAt(1.2, 0.5, "FlyingWireCharging"));
        Assert.Empty(tree.DedicatedAt(1.2, 0.5, "FireSuspected"));
        Assert.Empty(tree.DedicatedAt(1.8, 0.5, "FlyingWireCharging"));
        Assert.True(tree.IsWithin("0102", "01"));
        Assert.False(tree.IsWithin("01", "0102"));
    }

    [Fact]
    public async Task A_case_takes_the_grid_of_the_nearest_place_that_has_one_and_tells_its_head_of_a_dedicated_one()
    {
        await using var town = await Town.OpenAsync();
        town.Places.GridList.AddRange(grids);
        town.Places.Known["leshan/estate-1"] = new("leshan/estate-1", PlaceKind.Estate, new LocalText("一", "1"), 1.2, 0.5, "0101");
        town.Desk.RefreshGrids();

        await town.ApplyAsync(Town.Noon, town.Alert());

        var c = await town.OnlyCaseAsync();
        Assert.Equal("0101", c.GridCode);
        Assert.Equal(["0101", "01"], c.GridChain);
        Assert.Equal(["d1"], c.DedicatedGrids);
        Assert.Contains(Roles.GridHead, c.Receivers);
        foreach (var code in new[] { "01", "0101", "d1" }) Assert.Single((await town.Store.ListAsync(new CaseQuery(Grid: code), Town.Stop)).Items);
        Assert.Empty((await town.Store.ListAsync(new CaseQuery(Grid: "0102"), Town.Stop)).Items);
        Assert.True(town.Desk.MaySee(c, Town.Person("h", Roles.GridWorker) with { Grids = ["01"] }));
        Assert.False(town.Desk.MaySee(c, Town.Person("h", Roles.GridWorker) with { Grids = ["0102"] }));
    }

    [Fact]
    public void The_check_names_gaps_overlaps_orphans_rings_and_broken_polygons()
    {
        Assert.DoesNotContain(GridCheck.Run(grids), f => f.Kind != "no-head");

        Grid[] wrong =
        [
            .. grids.Where(g => g.Code != "0102"), Make("0102", 2, "01", Square(0.8, 0, 1, 1)), Make("0102", 2, "01", null), Make("x", 2, "nowhere", null),
            Make("r1", 1, "r2", null), Make("r2", 1, "r1", null), Make("b", 1, "", """{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[1,0],[0,0]]]}"""),
        ];
        var found = GridCheck.Run(wrong).Select(f => (f.Code, f.Kind)).ToArray();

        foreach (var fault in new[] { ("0101", "overlap"), ("01", "gap"), ("0102", "duplicate"), ("x", "orphan"), ("r1", "ring"), ("b", "polygon") }) Assert.Contains(fault, found);
    }

    [Fact]
    public void Grids_go_out_as_GeoJSON_and_come_back_the_same()
    {
        var (read, faults) = GridGeoJson.Read(GridGeoJson.Write(grids).ToJsonString());

        Assert.Empty(faults);
        Assert.Equivalent(grids.OrderBy(g => g.Code, StringComparer.Ordinal), read, strict: true);
    }

    [Theory]
    [InlineData("x", "not JSON")]
    [InlineData("[]", "FeatureCollection")]
    [InlineData("""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{}}]}""", "no code")]
    [InlineData("""{"type":"FeatureCollection","features":[{"id":"7","properties":{},"geometry":{"type":"Polygon","coordinates":[[[181,0],[1,1],[0,1],[181,0]]]}}]}""", "outside the earth")]
    [InlineData("""{"type":"FeatureCollection","features":[{"id":"7","properties":{},"geometry":{"type":"Point","coordinates":[1,1]}}]}""", "expected Polygon")]
    [InlineData("""{"type":"FeatureCollection","features":[7]}""", "no properties")]
    public void What_is_wrong_in_a_GeoJSON_file_is_named(string text, string fault) => Assert.Contains(fault, Assert.Single(GridGeoJson.Read(text).Faults), StringComparison.Ordinal);

    [Fact]
    public async Task The_monthly_report_adds_up_by_grid_type_unit_and_rule_and_counts_no_dedicated_grid_twice()
    {
        await using var town = await Town.OpenAsync();
        town.Places.GridList.AddRange(grids);
        town.Places.Known["leshan/estate-1"] = new("leshan/estate-1", PlaceKind.Estate, new LocalText("一", "1"), 0.8, 0.5);
        town.Places.Known["leshan/estate-2"] = new("leshan/estate-2", PlaceKind.Estate, new LocalText("二", "2"), 1.8, 0.5);
        town.Desk.RefreshGrids();
        await town.ApplyAsync(
            Town.Noon, town.Alert(), town.Alert(place: "leshan/estate-2/building-01"), town.Alert("FireSuspected", Severity.P1, place: "leshan/estate-2"), town.Alert(place: "leshan/estate-9", autoFile: false));
        var cases = (await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items;
        await Workflow.CloseAsync(town, cases.Single(c => c.PlaceId.Contains("estate-1", StringComparison.Ordinal)).Id);
        await town.DoAsync(cases.Single(c => c.Severity == Severity.P1).Id, CaseActions.Dismiss, Workflow.Leader, r => r with { Reason = "cooking" });

        var report = await MonthlyReport.ReadAsync(town.Store, town.Desk.Grids, CasePolicy.Default, 2026, 11, Town.Noon + 1000, null, Town.Stop);
        var empty = await MonthlyReport.ReadAsync(town.Store, town.Desk.Grids, CasePolicy.Default, 2026, 12, Town.Noon, null, Town.Stop);

        Assert.Equal((4, 3, 1, 1, 1, 2), (report.Total.Reported, report.Total.Filed, report.Total.Closed, report.Total.ClosedInTime, report.Total.Dismissed, report.Total.Open));
        Assert.Equal(4, report.ByGrid.Where(r => r.Parent.Length == 0).Sum(r => r.Figures.Reported));
        Assert.Equal(report.ByGrid.Single(r => r.Key == "01").Figures.Reported, report.ByGrid.Where(r => r.Parent == "01").Sum(r => r.Figures.Reported));
        foreach (var rows in new[] { report.ByType, report.ByUnit, report.ByRule }) Assert.Equal(4, rows.Sum(r => r.Figures.Reported));
        Assert.Equal(1, Assert.Single(report.ByDedicatedGrid).Figures.Reported);
        Assert.Equal((1.0, 0.75), (report.Total.OnTimeCloseRate, report.Total.FilingRate));
        Assert.Null(empty.Total.CloseRate);
    }

    private static Grid Make(string code, int level, string parent, string? polygon) => new(code, new LocalText(code, code), level, new LocalText("格", "grid"), parent, PolygonGeoJson: polygon);

    private static string Square(double x, double y, double w, double h) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"type":"Polygon","coordinates":[[[{{x}},{{y}}],[{{x + w}},{{y}}],[{{x + w}},{{y + h}}],[{{x}},{{y + h}}],[{{x}},{{y}}]]]}""");
}
