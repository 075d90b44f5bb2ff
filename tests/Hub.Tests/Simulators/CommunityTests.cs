using System.Text.Json;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Simulators.Communities;

namespace Hub.Tests.Simulators;

public sealed class CommunityTests
{
    private static readonly Community whole = Community.Build();
    private static readonly Community tenth = Community.Build(scale: 0.1);

    [Theory]
    [InlineData("chargerPort", 1440)]
    [InlineData("smokeAlarm", 4500)]
    [InlineData("gasDetector", 1300)]
    [InlineData("lineMonitor", 432)]
    [InlineData("doorReader", 432)]
    [InlineData("gateReader", 16)]
    [InlineData("elderKit", 520)]
    [InlineData("chargeLoadDetector", 200)]
    [InlineData("parkingSensor", 600)]
    [InlineData("liftCamera", 30)]
    [InlineData("laneCamera", 48)]
    [InlineData("userTransmissionDevice", 8)]
    public void The_whole_community_has_as_many_devices_of_a_kind_as_the_reference_says(string kind, int count) =>
        Assert.Equal(count, whole.Devices.Count(d => d.Kind == kind));

    [Fact]
    public void The_whole_community_has_420_cameras_and_216_shed_sensors()
    {
        Assert.Equal(420, whole.Devices.Count(d => d.Kind is "aiCamera" or "liftCamera" or "corridorCamera" or "laneCamera"));
        Assert.Equal(216, whole.Devices.Count(d => d.Kind is "shedSmoke" or "shedHeat" or "shedGas"));
    }

    [Fact]
    public void Eight_estates_hold_108_buildings_432_stairwells_and_36_sheds_at_any_scale()
    {
        foreach (var community in new[] { whole, tenth })
        {
            Assert.Equal(8, community.Places.Count(p => p.Kind == PlaceKind.Estate));
            Assert.Equal(108, community.Places.Count(p => p.Kind == PlaceKind.Building));
            Assert.Equal(432, community.Places.Count(p => p.Kind == PlaceKind.Stairwell));
            Assert.Equal(36, community.Places.Count(p => p.Kind == PlaceKind.Shed));
        }
    }

    [Fact]
    public void The_households_of_all_stairwells_add_up_to_6458() =>
        Assert.Equal(6458, Enumerable.Range(0, 432).Sum(s => new Household(s).Flats.Count));

    [Fact]
    public void The_grid_tree_has_1_5_20_108_432_grids_and_3_dedicated_ones_and_every_parent_exists()
    {
        Assert.Equal([3, 1, 5, 20, 108, 432], whole.Grids.GroupBy(g => g.Level).OrderBy(g => g.Key).Select(g => g.Count()));
        var codes = whole.Grids.Select(g => g.Code).ToHashSet();
        Assert.Equal(whole.Grids.Count, codes.Count);
        Assert.All(whole.Grids.Where(g => g.Level > 1), g => Assert.Contains(g.ParentCode, codes));
        Assert.All(whole.Places, p => Assert.Contains(p.GridCode, codes));
    }

    [Fact]
    public void Every_device_stands_in_a_known_place_behind_a_gateway_that_comes_before_it()
    {
        foreach (var community in new[] { whole, tenth })
        {
            var places = community.Places.Select(p => p.Id).ToHashSet();
            var before = new HashSet<string>();
            foreach (var device in community.Devices)
            {
                Assert.Contains(device.PlaceId, places);
                Assert.True(DeviceKinds.IsKnown(device.Kind), device.Kind);
                Assert.True(device.Sim);
                Assert.Matches("^[A-Za-z0-9._:-]{1,128}$", device.Id);
                if (device.GatewayId is { } gateway) Assert.Contains(gateway, before);
                Assert.True(before.Add(device.Id), $"{device.Id} twice");
            }
        }
    }

    [Fact]
    public void A_tenth_has_about_a_tenth_of_the_devices_and_all_the_kinds()
    {
        Assert.InRange(tenth.Devices.Count, whole.Devices.Count * 0.09, whole.Devices.Count * 0.12);
        Assert.Equal(whole.Devices.Select(d => d.Kind).Distinct().Order(), tenth.Devices.Select(d => d.Kind).Distinct().Order());
    }

    [Fact]
    public void Even_the_least_scale_keeps_one_device_of_each_kind() =>
        Assert.Equal(
            whole.Devices.Select(d => d.Kind).Distinct().Order(),
            Community.Build(scale: 0.001).Devices.Select(d => d.Kind).Distinct().Order());

    [Fact]
    public void Every_grid_has_a_polygon_that_the_hub_takes()
    {
        foreach (var grid in whole.Grids) Assert.True(Hub.Cases.Grids.GridGeometry.TryRead(grid.PolygonGeoJson, out _, out var fault), $"{grid.Code}: {fault}");
    }

    [Fact]
    public void The_plan_is_geojson_whose_rings_are_closed_and_whose_places_exist()
    {
        var places = whole.Places.Select(p => p.Id).ToHashSet();
        using var plan = JsonDocument.Parse(whole.Plan);
        foreach (var feature in plan.RootElement.GetProperty("features").EnumerateArray())
        {
            var ring = feature.GetProperty("geometry").GetProperty("coordinates")[0];
            Assert.Equal(5, ring.GetArrayLength());
            Assert.Equal(ring[0].GetRawText(), ring[4].GetRawText());
            var place = feature.GetProperty("properties").GetProperty("place").GetString()!;
            Assert.True(place.Length == 0 || places.Contains(place), place);
        }
    }

    [Fact]
    public void No_two_buildings_sheds_or_parking_strips_of_an_estate_overlap()
    {
        for (var e = 0; e < 8; e++)
        {
            var estate = new EstatePlan(e);
            var solid = estate.BuildingSlots.Select(estate.Building).Concat(Enumerable.Range(0, estate.Sheds).Select(estate.Shed)).Concat(Enumerable.Range(0, 3).Select(estate.Parking)).ToArray();
            for (var i = 0; i < solid.Length; i++)
                for (var j = i + 1; j < solid.Length; j++)
                    Assert.False(Overlap(solid[i], solid[j]), $"estate {e + 1}: {solid[i]} and {solid[j]}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_scale_out_of_range_is_refused_with_what_is_allowed(double scale) =>
        Assert.Contains("above 0", Assert.Throws<ArgumentException>(() => Community.Build(scale: scale)).Message);

    private static bool Overlap(Rect a, Rect b) => a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height;
}
