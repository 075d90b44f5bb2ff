using Hub.Core;
using Hub.Core.Places;

namespace Hub.Simulators.Communities;

/// <summary>The grid tree over the estates: 1 area, 5 communities, 20 grids, 108 micro grids (buildings), 432 dense grids (stairwells), 3 dedicated.</summary>
internal sealed class GridBuilder(CommunityBuilder community)
{
    public const string MarketStreet = "LS-Z1";
    public const string SchoolGate = "LS-Z2";
    public const string ShedNetwork = "LS-Z3";
    private const string Top = "LS";
    private const int GridsPerCommunity = 4;

    private static readonly LocalText[] levels =
        [new("片区", "area"), new("大网格", "big grid"), new("小网格", "small grid"), new("微网格", "micro grid"), new("密网格", "dense grid")];

    /// <summary>Code of the community that an estate lies in.</summary>
    public static string OfEstate(int estate) => $"{Top}-{Names.CommunityOf(estate) + 1:00}";

    /// <summary>Code of the small grid of a building: a quarter of its community's buildings.</summary>
    public string OfGroup(int estate, int building) => $"{OfEstate(estate)}-{GroupOf(estate, building) + 1:00}";

    public string OfBuilding(int estate, int building) => $"{OfGroup(estate, building)}-E{estate + 1}B{building + 1:00}";

    public string OfStairwell(int estate, int building, int stairwell) => $"{OfBuilding(estate, building)}-{stairwell + 1}";

    /// <summary>Small grid of whatever stands on a slot of an estate: that of the slot's building, or of the one before it.</summary>
    public string At(int estate, in Rect rect)
    {
        var plan = community.Estates[estate];
        var (x, y) = (rect.CentreX, rect.CentreY);
        var slot = Enumerable.Range(0, 15).First(i => plan.Slot(i) is var s && x >= s.X && x <= s.X + s.Width && y >= s.Y && y <= s.Y + s.Height);
        return OfGroup(estate, BuildingAt(plan, slot));
    }

    public IReadOnlyList<Grid> Build()
    {
        var grids = new List<Grid> { Grid(Top, Names.Area, 1, "", "grid-head-01", Ground.MultiPolygon([.. community.Estates.Select(e => e.Ground)])) };
        for (var c = 0; c < Names.Communities.Length; c++)
        {
            var estates = community.Estates.Where(e => Names.CommunityOf(e.Index) == c).ToArray();
            grids.Add(Grid(OfEstate(estates[0].Index), Names.Communities[c], 2, Top, $"grid-head-{c + 2:00}", Ground.MultiPolygon([.. estates.Select(e => e.Ground)])));
            AddGroups(grids, c, estates);
        }

        foreach (var estate in community.Estates)
            for (var b = 0; b < estate.Buildings; b++) AddBuilding(grids, estate, b);
        AddDedicated(grids);
        return grids;
    }

    private void AddGroups(List<Grid> grids, int c, EstatePlan[] estates)
    {
        for (var g = 0; g < GridsPerCommunity; g++)
        {
            var rects = new List<Rect>();
            foreach (var estate in estates)
                rects.AddRange(Enumerable.Range(0, 15).Where(slot => GroupOf(estate.Index, BuildingAt(estate, slot)) == g).Select(estate.Slot));
            var name = Names.Communities[c];
            grids.Add(Grid(
                $"{Top}-{c + 1:00}-{g + 1:00}", new LocalText($"{name.Zh}第{g + 1}网格", $"{name.En} grid {g + 1}"), 3, $"{Top}-{c + 1:00}",
                $"grid-head-{6 + (c * GridsPerCommunity) + g + 1:00}", Ground.MultiPolygon(Merge(rects)), $"grid-worker-{(c * GridsPerCommunity) + g + 1:00}"));
        }
    }

    private void AddBuilding(List<Grid> grids, EstatePlan estate, int b)
    {
        var slot = estate.BuildingSlots[b];
        var name = CommunityBuilder.Join(Names.Estates[estate.Index], $"{b + 1}号楼", $"Building {b + 1}");
        var worker = $"grid-worker-{(Names.CommunityOf(estate.Index) * GridsPerCommunity) + GroupOf(estate.Index, b) + 1:00}";
        var code = OfBuilding(estate.Index, b);
        grids.Add(Grid(code, name, 4, OfGroup(estate.Index, b), "", Ground.Polygon(estate.Slot(slot)), worker));
        for (var s = 0; s < EstatePlan.StairwellsPerBuilding; s++)
        {
            var title = CommunityBuilder.Join(name, $"{s + 1}单元", $"Stairwell {s + 1}");
            grids.Add(Grid(OfStairwell(estate.Index, b, s), title, 5, code, "", Ground.Polygon(estate.Building(slot).Slice(s, EstatePlan.StairwellsPerBuilding)), worker));
        }
    }

    private void AddDedicated(List<Grid> grids)
    {
        var estates = community.Estates;
        var street = new Rect(estates[0].Ground.X, estates[0].Ground.Y - 26, (4 * EstatePlan.Width) + 78, 26);
        var gate = estates[4].Gate(0);
        var sheds = estates.SelectMany(e => Enumerable.Range(0, e.Sheds).Select(e.Shed)).ToArray();
        var level = new LocalText("专属网格", "dedicated grid");
        grids.Add(new(MarketStreet, new("集市街专属网格", "Market street"), 0, level, Head: "grid-head-27", Dedicated: true, Matters: ["GasLeak", "ChessRoomLead", "PiledGoods"], PolygonGeoJson: Ground.Polygon(street)));
        grids.Add(new(SchoolGate, new("校门口专属网格", "School gate"), 0, level, Head: "grid-head-28", Dedicated: true, Matters: ["DisorderlyParking", "GateAnomaly", "Loitering"], PolygonGeoJson: Ground.Polygon(Rect.Around(gate.CentreX, gate.CentreY, 60, 30))));
        grids.Add(new(ShedNetwork, new("车棚联网专属网格", "Shed network"), 0, level, Head: "grid-head-29", Dedicated: true, Matters: ["BatteryThermal", "OverlongCharge", "ShedTheft"], PolygonGeoJson: Ground.MultiPolygon(sheds)));
    }

    // Communities of two estates split each estate in two grids; communities of one split it in four.
    private int GroupOf(int estate, int building)
    {
        var first = Array.FindIndex(community.Estates, e => Names.CommunityOf(e.Index) == Names.CommunityOf(estate));
        var before = community.Estates.Where(e => e.Index >= first && e.Index < estate).Sum(e => e.Buildings);
        var all = community.Estates.Where(e => Names.CommunityOf(e.Index) == Names.CommunityOf(estate)).Sum(e => e.Buildings);
        return (before + building) * GridsPerCommunity / all;
    }

    private static int BuildingAt(EstatePlan estate, int slot)
    {
        var building = -1;
        foreach (var s in estate.BuildingSlots)
            if (s <= slot) building++;
        return Math.Max(building, 0);
    }

    // Neighbouring slots of a row become one rectangle: fewer rings, no seams on the map.
    private static List<Rect> Merge(List<Rect> rects)
    {
        var merged = new List<Rect>();
        foreach (var r in rects)
        {
            if (merged.Count > 0 && merged[^1] is var last && Math.Abs(last.Y - r.Y) < 0.01 && Math.Abs(last.X + last.Width - r.X) < 0.01)
                merged[^1] = last with { Width = last.Width + r.Width };
            else merged.Add(r);
        }

        // Parts of a MultiPolygon must not share an edge (OGC simple features): a centimetre of air between the rows.
        return merged.Count == 1 ? merged : [.. merged.Select(r => new Rect(r.X + 0.01, r.Y + 0.01, r.Width - 0.02, r.Height - 0.02))];
    }

    private static Grid Grid(string code, LocalText title, int level, string parent, string head, string polygon, string worker = "") =>
        new(code, title, level, levels[level - 1], parent, head, worker, PolygonGeoJson: polygon);
}
