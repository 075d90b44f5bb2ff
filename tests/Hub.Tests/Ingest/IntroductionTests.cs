using Hub.Core.Devices;
using Hub.Ingest;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;

namespace Hub.Tests.Ingest;

public sealed class IntroductionTests : IAsyncDisposable
{
    private const string Stranger = "s9-p01";
    private const string Told = """{"kind":"chargerPort","name":"9 号车棚 01","place":"leshan/estate-9/shed-1/bay-01","gateway":"gw-9","longitude":121.5,"latitude":31.2,"attributes":{"battery":"lithium"},"sim":true,"online":true}""";
    private readonly Door _door = new(UnknownDevices.Accept);

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task A_stranger_that_introduces_itself_is_registered_at_its_word()
    {
        await SayAsync("status", Told);
        Assert.Equal([$"{Stranger} online=1"], _door.Drain());

        var device = _door.Registry.Find(Stranger)!;
        Assert.Equal(("chargerPort", "9 号车棚 01", "gw-9", true), (device.Kind.Id, device.Name, device.GatewayId, device.Sim));
        Assert.Equal(("leshan/estate-9/shed-1/bay-01", "leshan/estate-9", 121.5, 31.2), (device.Place.Id, device.Place.Site, device.Place.Longitude, device.Place.Latitude));
        Assert.Equal("9号小区1号车棚01号位", device.Place.Title.Zh);
        Assert.Equal("lithium", device.Attributes["battery"]);
    }

    [Fact]
    public async Task What_it_tells_of_itself_is_neither_a_reading_nor_counted_as_refused()
    {
        await SayAsync("status", Told);
        using var reader = _door.Reader(LaneMap.Of(Stranger, 2));
        Door.Items(reader);
        Assert.Equal((1, 0), (reader.Counts.Readings, reader.RefusedFields));
    }

    [Fact]
    public async Task Once_introduced_it_speaks_in_the_lane_of_its_site_and_its_numbers_go_on()
    {
        var site = Enumerable.Range(1, 50).Select(i => $"leshan/estate-{i}").First(s => LaneMap.Of(s, 2) != LaneMap.Of(Stranger, 2));
        await SayAsync("status", $$"""{"seq":1,"kind":"chargerPort","place":"{{site}}/shed-1"}""");
        _door.Drain();
        await SayAsync("telemetry", """{"seq":2,"power":1}""");
        await SayAsync("telemetry", """{"seq":3,"power":2}""");
        await SayAsync("telemetry", """{"seq":3,"power":2}""");

        using var before = _door.Reader(LaneMap.Of(Stranger, 2));
        using var after = _door.Reader(LaneMap.Of(site, 2));
        Assert.Equal([Stranger], Door.Items(before));
        Assert.Equal([$"{Stranger} power=1", $"{Stranger} power=2"], Door.Items(after));
        Assert.Equal(1, after.Counts.Duplicates);
        _door.Drain();
        Assert.True(_door.Ledger.Snapshot().Balanced);
    }

    [Fact]
    public async Task Messages_that_were_under_way_when_it_moved_are_read_where_they_stand()
    {
        await SayAsync("status", Told);
        await SayAsync("telemetry", """{"power":1}""");
        using var reader = _door.Reader(LaneMap.Of(Stranger, 2));
        Assert.Equal([$"{Stranger} online=1", $"{Stranger} power=1"], Door.Items(reader));
    }

    [Fact]
    public async Task Reading_the_journal_again_into_an_empty_registry_gives_the_same_device()
    {
        await SayAsync("status", Told);
        await SayAsync("status", """{"kind":"smokeAlarm","place":"leshan/estate-1"}""");
        _door.Drain();
        var again = new DeviceRegistry();
        for (var lane = 0; lane < 2; lane++)
        {
            using var reader = new LaneReader(_door.Journal, lane, again, _door.Channels, _door.Options);
            Door.Items(reader);
        }

        Assert.Equivalent(_door.Registry.RecordOf(Stranger), again.RecordOf(Stranger), strict: true);
        Assert.Equal("chargerPort", again.Find(Stranger)!.Kind.Id);
    }

    [Fact]
    public async Task One_that_a_person_registered_stays_as_it_is()
    {
        await _door.PublishAsync("hub/v1/alarm-1/status", Told);
        await _door.Registry.RegisterAsync([new DeviceRecord(Stranger, "unknown", "To be found out", "")], [], [], Door.Stop);
        await SayAsync("status", Told);
        _door.Drain();
        Assert.Equal(("smokeAlarm", "leshan/estate-2/building-01"), (_door.Registry.Find("alarm-1")!.Kind.Id, _door.Registry.Find("alarm-1")!.Place.Id));
        Assert.Equal(("unknown", "To be found out", ""), (_door.Registry.Find(Stranger)!.Kind.Id, _door.Registry.Find(Stranger)!.Name, _door.Registry.Find(Stranger)!.Place.Id));
    }

    [Fact]
    public async Task Under_another_policy_nobody_introduces_itself()
    {
        await using var strict = new Door(UnknownDevices.Quarantine);
        await strict.PublishAsync($"hub/v1/{Stranger}/status", Told);
        Assert.Equal(["dead: unknown-device"], strict.Drain());
        Assert.Null(strict.Registry.Find(Stranger));
    }

    [Theory]
    [InlineData("""{"online":true}""")]
    [InlineData("""{"kind":"unknown","place":"leshan/estate-1"}""")]
    [InlineData("""{"kind":"","place":"leshan/estate-1"}""")]
    [InlineData("""{"kind":"charger port","place":"leshan/estate-1"}""")]
    [InlineData("""{"kind":17,"place":"leshan/estate-1"}""")]
    [InlineData("""{"kind":{"a":1},"place":"leshan/estate-1"}""")]
    [InlineData("""{"kind":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""")]
    [InlineData("""{"kind":"chargerPort","place":"leshan//shed-1"}""")]
    [InlineData("""{"kind":"chargerPort","place":"/leshan"}""")]
    [InlineData("""{"kind":"chargerPort","place":"leshan/王小明"}""")]
    [InlineData("""{"kind":"chargerPort","place":"leshan/13800138000"}""")]
    [InlineData("""{"kind":"chargerPort","place":"a/b/c/d/e/f/g/h/i/j/k/l/m"}""")]
    [InlineData("""{"kind":"chargerPort","place":["leshan"]}""")]
    [InlineData("""{"kind":"chargerPort","gateway":"gw 1"}""")]
    [InlineData("""[{"kind":"chargerPort","place":"leshan/estate-1"}]""")]
    [InlineData("online")]
    public async Task What_is_no_introduction_leaves_a_stranger_that_may_still_introduce_itself(string body)
    {
        await SayAsync("status", body);
        _door.Drain();
        Assert.Same(DeviceKinds.Unknown, _door.Registry.Find(Stranger)!.Kind);
        Assert.Equal("", _door.Registry.Find(Stranger)!.Place.Id);

        await SayAsync("status", Told);
        _door.Drain();
        Assert.Equal("chargerPort", _door.Registry.Find(Stranger)!.Kind.Id);
    }

    [Theory]
    [InlineData("""{"kind":"elderKit","name":"张三 13800138000"}""", "")]
    [InlineData("""{"kind":"elderKit","name":["a"]}""", "")]
    [InlineData("""{"kind":"elderKit","name":"a\nb"}""", "")]
    [InlineData("""{"kind":"elderKit","name":" Kit 5 "}""", "Kit 5")]
    [InlineData("""{"kind":"elderKit","name":"\ud800"}""", null)]
    public async Task A_name_that_may_not_be_kept_is_left_out(string body, string? name)
    {
        await SayAsync("status", body);
        _door.Drain();
        Assert.Equal(name is null ? "unknown" : "elderKit", _door.Registry.Find(Stranger)!.Kind.Id);
        Assert.Equal(name ?? "", _door.Registry.Find(Stranger)!.Name);
    }

    [Fact]
    public void Attributes_are_few_short_and_not_about_people()
    {
        var many = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"a{i}\":\"x\""));
        var told = Read($$$"""{"kind":"elderKit","attributes":{"phone":"1","floor":"5","room":{"a":1},"note":"张三",{{{many}}}}}""")!;
        Assert.Equal(16, told.Attributes!.Count);
        Assert.Equal("5", told.Attributes["floor"]);
        Assert.DoesNotContain(told.Attributes, a => a.Key is "phone" or "room" or "note");
    }

    [Fact]
    public async Task A_kind_that_is_not_shipped_is_kept_but_made_up_ones_do_not_pile_up()
    {
        for (var i = 0; i < 300; i++) await _door.PublishAsync($"hub/v1/d{i}/status", $$"""{"kind":"kind{{i}}"}""");
        _door.Drain();
        Assert.Equal("kind0", _door.Registry.Find("d0")!.Kind.Id);
        Assert.Equal(256, Enumerable.Range(0, 300).Count(i => _door.Registry.Find($"d{i}")!.Kind.Id != "unknown"));
    }

    [Fact]
    public void A_simulated_community_introduces_itself_as_it_would_be_registered()
    {
        var community = Community.Build(7, 0.02);
        var introductions = Introductions.Of(community, 1_795_176_000_000).ToList();
        Assert.Equal(community.Devices.Count, introductions.Count);
        foreach (var (_, record, topic, payload, _) in introductions)
        {
            var told = OwnIntroduction.Read(payload)!;
            Assert.Equal($"hub/v1/{record.Id}/status", topic);
            Assert.Equal((record.Kind, record.Name, record.PlaceId, record.GatewayId, record.Sim), (told.Kind, told.Name, told.PlaceId, told.GatewayId, told.Sim));
            Assert.Equal((record.Longitude, record.Latitude), (told.Longitude, told.Latitude));
            Assert.Equal(record.Attributes, told.Attributes);
        }
    }

    private static Introduction? Read(string body) => OwnIntroduction.Read(System.Text.Encoding.UTF8.GetBytes(body));

    private Task SayAsync(string word, string body) => _door.PublishAsync($"hub/v1/{Stranger}/{word}", body);
}
