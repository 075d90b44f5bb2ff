using System.Xml.Linq;

namespace Hub.Tests.House;

/// <summary>The plan of the house: which room may know which. A new arrow in a project file fails here first.</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> allowed = new()
    {
        ["Hub.Core"] = [],
        ["Hub.Mqtt"] = [],
        ["Hub.Journal"] = [],
        ["Hub.Ingest"] = ["Hub.Core", "Hub.Mqtt", "Hub.Journal"],
        ["Hub.Rules"] = ["Hub.Core"],
        ["Hub.Cases"] = ["Hub.Core"],
        ["Hub.Adapters"] = ["Hub.Core", "Hub.Journal", "Hub.Cases"],
        ["Hub.Dashboard"] = ["Hub.Core", "Hub.Cases"],
        ["simulators"] = ["Hub.Core", "Hub.Mqtt"],
        ["Hub"] = ["Hub.Core", "Hub.Mqtt", "Hub.Journal", "Hub.Ingest", "Hub.Rules", "Hub.Cases", "Hub.Adapters", "Hub.Dashboard", "simulators"],
    };

    private static readonly string[] clientPackages = ["Microsoft.Data.Sqlite", "Npgsql", "RabbitMQ.Client", "Dapper"];

    public static TheoryData<string> Rooms => [.. allowed.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_the_rooms_the_plan_allows(string room)
    {
        var found = References(room, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order().ToArray();

        Assert.All(found, name => Assert.Contains(name, allowed[room]));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Only_the_adapters_know_client_packages(string room)
    {
        if (room == "Hub.Adapters") return;

        Assert.Empty(References(room, "PackageReference").Intersect(clientPackages));
    }

    [Fact]
    public void The_vocabulary_needs_no_package()
    {
        Assert.Empty(References("Hub.Core", "PackageReference"));
        Assert.Empty(References("Hub.Core", "FrameworkReference"));
    }

    [Fact]
    public void Every_project_of_the_product_is_in_the_plan()
    {
        var projects = Directory.GetDirectories(Repository.Root)
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj"))
            .Select(Path.GetFileNameWithoutExtension);

        Assert.All(projects, project => Assert.Contains(project, allowed.Keys));
    }

    private static IEnumerable<string> References(string room, string element) =>
        XDocument.Load(Path.Combine(Repository.Root, room, room + ".csproj"))
            .Descendants(element)
            .Select(e => e.Attribute("Include")!.Value);
}
