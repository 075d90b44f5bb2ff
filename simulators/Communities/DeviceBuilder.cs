using Hub.Core.Devices;
using Hub.Core.Places;

namespace Hub.Simulators.Communities;

/// <summary>Puts devices into buildings, sheds, lanes and gates; the scale keeps the first share of each, estate by estate in turn.</summary>
internal sealed class DeviceBuilder
{
    private readonly CommunityBuilder community;
    private readonly List<DeviceRecord> devices = [];
    private readonly HashSet<string> gateways = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> places;

    public DeviceBuilder(CommunityBuilder community, IEnumerable<Place> places)
    {
        this.community = community;
        this.places = places.ToDictionary(p => p.Id, StringComparer.Ordinal);
    }

    public IReadOnlyList<DeviceRecord> Build()
    {
        foreach (var e in Keep(e => 1)) AddEstate(e.Estate);
        foreach (var (e, b) in Keep(e => e.Buildings)) AddBuilding(e, b);
        foreach (var (e, s) in Keep(e => e.Sheds)) AddShed(e, s);
        foreach (var (e, l) in Keep(e => 6)) AddLane(e, l);
        foreach (var (e, g) in Keep(e => 3)) AddGateCamera(e, g);
        foreach (var (e, g) in Keep(e => 2)) AddGate(e, g);
        foreach (var (e, p) in Keep(e => 75)) AddParking(e, p);
        return devices;
    }

    // The n-th of every estate comes before the (n+1)-th of any, so a small scale still touches as many estates as it can.
    private List<(EstatePlan Estate, int Number)> Keep(Func<EstatePlan, int> count)
    {
        var all = community.Estates.SelectMany(e => Enumerable.Range(0, count(e)).Select(n => (Estate: e, Number: n)))
            .OrderBy(x => x.Number).ThenBy(x => x.Estate.Index).ToList();
        return all[..Math.Max(1, (int)Math.Round(all.Count * community.Scale))];
    }

    private void AddEstate(EstatePlan estate)
    {
        var path = CommunityBuilder.EstatePath(estate.Index);
        var gateway = Add(Id(estate, "gw"), "gateway", path + "/gate-1", null, "gateway", 0);
        Add(Id(estate, "panel"), "userTransmissionDevice", path + "/gate-1", gateway, "panel", 1);
    }

    private void AddBuilding(EstatePlan estate, int b)
    {
        var e = estate.Index;
        var path = CommunityBuilder.BuildingPath(e, b);
        var gateway = Add(Id(estate, $"b{b + 1:00}-gw"), "gateway", path, null, "gateway", 0);
        Add(Id(estate, $"b{b + 1:00}-cam"), "aiCamera", path, gateway, "entrance", 1);
        // 60 of the 108 buildings have a camera on the wall for cables, the first ones first.
        var rank = Rank(estate, b);
        if (rank < 60) Add(Id(estate, $"b{b + 1:00}-wire"), "aiCamera", CommunityBuilder.StairwellPath(e, b, rank % 4), gateway, "wire", 2);
        if (rank < 30) AddLift(estate, b, gateway);
        // 114 corridor cameras: one a building, a second in six.
        for (var i = 0; i < (rank < 6 ? 2 : 1); i++)
            Add(Id(estate, $"b{b + 1:00}-u{3 - i}-corr"), "corridorCamera", CommunityBuilder.StairwellPath(e, b, 2 - i), gateway, "corridor", 3 + i);
        for (var s = 0; s < EstatePlan.StairwellsPerBuilding; s++) AddStairwell(estate, b, s, gateway);
    }

    private void AddLift(EstatePlan estate, int b, string gateway)
    {
        var lift = CommunityBuilder.StairwellPath(estate.Index, b, 1) + "/lift-1";
        Add(Id(estate, $"b{b + 1:00}-u2-lift"), "liftCamera", lift, gateway, "lift", 0);
    }

    private void AddStairwell(EstatePlan estate, int b, int s, string gateway)
    {
        var path = CommunityBuilder.StairwellPath(estate.Index, b, s);
        var prefix = $"b{b + 1:00}-u{s + 1}";
        var home = new Household(community.StairwellNumber(estate.Index, b, s));
        Add(Id(estate, prefix + "-door"), "doorReader", path, gateway, "door", 0);
        Add(Id(estate, prefix + "-line"), "lineMonitor", path, gateway, "line", 1);
        for (var i = 0; i < home.CorridorSmoke; i++)
            Add(Id(estate, $"{prefix}-c{(i % 3 * 2) + 2}{(i > 2 ? "b" : "")}-smoke"), "smokeAlarm", path, gateway, "corridor", 2 + i, ("floor", $"{(i % 3 * 2) + 2}"));
        // A register entry and a patrol tag where a card room is known or talked about: two stairwells in every third building.
        if (s < 2 && Rank(estate, b) % 3 == 0) AddPremises(estate, prefix, path, gateway);

        foreach (var flat in home.Smoke) AddFlat(estate, prefix, path, gateway, flat, "smoke", "smokeAlarm", flat % 2 == 0 ? "kitchen" : "living");
        foreach (var flat in home.Gas) AddFlat(estate, prefix, path, gateway, flat, "gas", "gasDetector", "kitchen");
        foreach (var flat in home.Elders) AddFlat(estate, prefix, path, gateway, flat, "elder", "elderKit", "living");
        if (home.Rented > 0) AddFlat(estate, prefix, path, gateway, home.Rented, "load", "chargeLoadDetector", "living");
    }

    private void AddPremises(EstatePlan estate, string prefix, string path, string gateway)
    {
        Add(Id(estate, prefix + "-register"), "premisesRegister", path, gateway, "register", 6);
        Add(Id(estate, prefix + "-patrol"), "patrolPoint", path, gateway, "patrol", 7);
    }

    private void AddFlat(EstatePlan estate, string prefix, string stairwell, string gateway, int flat, string suffix, string kind, string room)
    {
        var path = $"{stairwell}/flat-{flat}";
        if (!places.ContainsKey(path))
        {
            var outer = places[stairwell];
            var title = CommunityBuilder.Join(outer.Title, $"{flat}室", $"Flat {flat}");
            community.AddPlace(places[path] = outer with { Id = path, Kind = PlaceKind.Flat, Title = title, Attributes = suffix == "elder" ? new Dictionary<string, string> { ["elderAlone"] = "true" } : null });
        }

        Add(Id(estate, $"{prefix}-f{flat}-{suffix}"), kind, path, gateway, suffix, flat, ("room", room), ("floor", $"{flat / 100}"));
    }

    private void AddShed(EstatePlan estate, int s)
    {
        var path = $"{CommunityBuilder.EstatePath(estate.Index)}/shed-{s + 1}";
        var prefix = $"s{s + 1}";
        var gateway = Add(Id(estate, prefix + "-gw"), "gateway", path, null, "gateway", 0);
        Add(Id(estate, prefix + "-cam"), "aiCamera", path, gateway, "shed", 1);
        Add(Id(estate, prefix + "-door"), "shedDoor", path, gateway, "door", 2);
        Add(Id(estate, prefix + "-meter"), "shedMeter", path, gateway, "meter", 3);
        foreach (var (suffix, kind) in new[] { ("smoke", "shedSmoke"), ("heat", "shedHeat"), ("gas", "shedGas") })
            for (var i = 1; i <= 2; i++) Add(Id(estate, $"{prefix}-{suffix}{i}"), kind, path, gateway, suffix, 3 + i);
        for (var p = 1; p <= 40; p++)
        {
            var bay = $"{path}/bay-{p:00}";
            var outer = places[path];
            community.AddPlace(places[bay] = outer with { Id = bay, Kind = PlaceKind.Bay, Title = CommunityBuilder.Join(outer.Title, $"{p}号位", $"Bay {p}") });
            Add(Id(estate, $"{prefix}-p{p:00}"), "chargerPort", bay, gateway, "port", p, ("row", p <= 20 ? "A" : "B"), ("battery", p <= 22 ? "lead-acid" : "lithium"), ("ratedPower", "600"));
        }
    }

    private void AddLane(EstatePlan estate, int lane) =>
        Add(Id(estate, $"l{lane + 1}-cam"), "laneCamera", $"{CommunityBuilder.EstatePath(estate.Index)}/lane-{lane + 1}", EstateGateway(estate), "lane", 0);

    private void AddGateCamera(EstatePlan estate, int camera) =>
        Add(Id(estate, $"g{(camera % 2) + 1}-cam{(camera / 2) + 1}"), "aiCamera", $"{CommunityBuilder.EstatePath(estate.Index)}/gate-{(camera % 2) + 1}", EstateGateway(estate), "gate", camera + 1);

    private void AddGate(EstatePlan estate, int gate) =>
        Add(Id(estate, $"g{gate + 1}-reader"), "gateReader", $"{CommunityBuilder.EstatePath(estate.Index)}/gate-{gate + 1}", EstateGateway(estate), "gate", 0);

    private void AddParking(EstatePlan estate, int bay) =>
        Add(Id(estate, $"pk{bay + 1:00}"), "parkingSensor", $"{CommunityBuilder.EstatePath(estate.Index)}/parking-{(bay / 25) + 1}", EstateGateway(estate), "bay", bay % 25, ("bay", $"{bay + 1}"));

    // An estate that the scale left without its own gateway is served by the first estate's.
    private string EstateGateway(EstatePlan estate)
    {
        var own = Id(estate, "gw");
        return gateways.Contains(own) ? own : Id(community.Estates[0], "gw");
    }

    private int Rank(EstatePlan estate, int building) => building < 13 ? (building * 8) + estate.Index : 104 + community.Estates.Take(estate.Index).Count(x => x.Buildings == 14);

    private static string Id(EstatePlan estate, string rest) => $"e{estate.Index + 1}-{rest}";

    private string Add(string id, string kind, string place, string? gateway, string role, int spot, params (string Key, string Value)[] facts)
    {
        var known = places.TryGetValue(place, out var at) ? at : places[place[..place.LastIndexOf('/')]];
        if (!places.ContainsKey(place)) community.AddPlace(places[place] = known with { Id = place, Kind = PlaceKind.Lift, Title = CommunityBuilder.Join(known.Title, "电梯", "Lift") });
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["role"] = role };
        foreach (var (key, value) in facts) attributes[key] = value;

        if (gateway is null) gateways.Add(id);

        // Dots of one stairwell must not lie on each other: a spiral of a metre a step.
        var turn = spot * 2.4;
        var radius = Math.Min(0.8 * Math.Sqrt(spot), 5) / 111_320;
        devices.Add(new DeviceRecord(
            id, kind, id.ToUpperInvariant(), place, gateway,
            Longitude: Math.Round(known.Longitude + (radius * Math.Cos(turn)), 7), Latitude: Math.Round(known.Latitude + (radius * Math.Sin(turn)), 7),
            Sim: true, Attributes: attributes));
        return id;
    }
}
