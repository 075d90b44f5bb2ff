using Hub.Core;
using Hub.Core.Places;

namespace Hub.Simulators.Communities;

/// <summary>Lays out the whole community, then puts devices into the share of it that the scale asks for.</summary>
internal sealed class CommunityBuilder(ulong seed, double scale)
{
    private readonly List<Place> places = [];
    private readonly PlanWriter plan = new();

    public EstatePlan[] Estates { get; } = [.. Enumerable.Range(0, 8).Select(i => new EstatePlan(i))];

    public double Scale => scale;

    public Community Build()
    {
        var grids = new GridBuilder(this);
        AddStreets();
        for (var e = 0; e < Estates.Length; e++) AddEstate(Estates[e], grids);
        AddStation();
        var devices = new DeviceBuilder(this, places).Build();
        return new Community(seed, scale, places, grids.Build(), devices, plan.Finish());
    }

    /// <summary>Adds a place found out only while devices are placed: a flat, a bay, a lift.</summary>
    public void AddPlace(Place place) => places.Add(place);

    public static string EstatePath(int estate) => $"{Community.Leshan}/estate-{estate + 1}";

    public static string BuildingPath(int estate, int building) => $"{EstatePath(estate)}/building-{building + 1:00}";

    public static string StairwellPath(int estate, int building, int stairwell) => $"{BuildingPath(estate, building)}/stairwell-{stairwell + 1}";

    /// <summary>Running number of a stairwell over all estates, 0 to 431.</summary>
    public int StairwellNumber(int estate, int building, int stairwell) =>
        ((Estates.Take(estate).Sum(e => e.Buildings) + building) * EstatePlan.StairwellsPerBuilding) + stairwell;

    private void AddEstate(EstatePlan estate, GridBuilder grids)
    {
        var e = estate.Index;
        var name = Names.Estates[e];
        Add(EstatePath(e), PlaceKind.Estate, name, estate.Ground, GridBuilder.OfEstate(e), "estate");
        for (var b = 0; b < estate.Buildings; b++) AddBuilding(estate, b, grids);
        for (var i = 0; i < estate.Sheds; i++)
            Add($"{EstatePath(e)}/shed-{i + 1}", PlaceKind.Shed, Join(name, $"{i + 1}号车棚", $"Shed {i + 1}"), estate.Shed(i), grids.At(e, estate.Shed(i)), "shed", dedicated: [GridBuilder.ShedNetwork]);
        for (var i = 0; i < 6; i++)
            Add($"{EstatePath(e)}/lane-{i + 1}", PlaceKind.Lane, Join(name, $"{i + 1}号消防通道", $"Fire lane {i + 1}"), estate.Lane(i), GridBuilder.OfEstate(e), "lane");
        for (var i = 0; i < 2; i++)
            Add($"{EstatePath(e)}/gate-{i + 1}", PlaceKind.Gate, Join(name, i == 0 ? "南门" : "北门", i == 0 ? "South gate" : "North gate"), estate.Gate(i), GridBuilder.OfEstate(e), "gate", dedicated: e == 4 ? [GridBuilder.SchoolGate] : null);
        for (var i = 0; i < 3; i++)
            Add($"{EstatePath(e)}/parking-{i + 1}", PlaceKind.Parking, Join(name, $"{i + 1}号停车区", $"Parking {i + 1}"), estate.Parking(i), grids.At(e, estate.Parking(i)), "parking");
        for (var i = 0; i < estate.FreeSlots.Count; i++)
        {
            var slot = estate.Slot(estate.FreeSlots[i]);
            var green = Rect.Around(slot.CentreX, slot.CentreY, slot.Width - 8, slot.Height - 8);
            Add($"{EstatePath(e)}/yard-{i + 1}", PlaceKind.Yard, Join(name, i == 0 ? "中心绿地" : "健身角", i == 0 ? "Central green" : "Exercise corner"), green, grids.At(e, slot), "green");
        }

        for (var i = 0; i < 6; i++)
            Add($"{EstatePath(e)}/shop-{i + 1}", PlaceKind.Shop, Join(name, $"{i + 1}号商铺", $"Shop {i + 1}"), estate.Shop(i), GridBuilder.OfEstate(e), "shop", dedicated: e < 4 ? [GridBuilder.MarketStreet] : null);
    }

    private void AddBuilding(EstatePlan estate, int b, GridBuilder grids)
    {
        var e = estate.Index;
        var footprint = estate.Building(estate.BuildingSlots[b]);
        var name = Join(Names.Estates[e], $"{b + 1}号楼", $"Building {b + 1}");
        Add(BuildingPath(e, b), PlaceKind.Building, name, footprint, grids.OfBuilding(e, b), "building");
        for (var s = 0; s < EstatePlan.StairwellsPerBuilding; s++)
            Add(StairwellPath(e, b, s), PlaceKind.Stairwell, Join(name, $"{s + 1}单元", $"Stairwell {s + 1}"), footprint.Slice(s, EstatePlan.StairwellsPerBuilding), grids.OfStairwell(e, b, s), "stairwell");
    }

    private void AddStreets()
    {
        var w = (Estates[3].Ground.X + EstatePlan.Width) - Estates[0].Ground.X;
        var y = Estates[0].Ground.Y - 26;
        plan.Add("street", "", new LocalText("集市街", "Market Street"), new Rect(Estates[0].Ground.X - 20, y, w + 40, 26));
        for (var i = 0; i < 3; i++)
            plan.Add("street", "", new LocalText($"{i + 1}号弄", $"Lane {i + 1}"), new Rect(Estates[i].Ground.X + EstatePlan.Width, -18, 26, (EstatePlan.Height * 2) + 62));
    }

    private void AddStation()
    {
        var green = Estates[0].Slot(Estates[0].FreeSlots[0]);
        plan.Add("station", EstatePath(0) + "/yard-1", new LocalText("平安工作站", "Safety station"), Rect.Around(green.CentreX - 16, green.CentreY, 16, 10));
    }

    private void Add(string path, PlaceKind kind, LocalText title, in Rect rect, string grid, string drawnAs, IReadOnlyList<string>? dedicated = null)
    {
        var (longitude, latitude) = Ground.ToWgs84(rect.CentreX, rect.CentreY);
        places.Add(new Place(path, kind, title, Math.Round(longitude, 7), Math.Round(latitude, 7), grid, dedicated));
        plan.Add(drawnAs, path, title, rect, kind == PlaceKind.Building ? 18 : 0);
    }

    public static LocalText Join(LocalText outer, string zh, string en) => new(outer.Zh + zh, $"{en}, {outer.En}");
}
