using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Dashboard;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Tests.Dashboard;

/// <summary>The screen's server over the real desk and a real database in a throw-away folder.</summary>
internal sealed class DeskSite : IAsyncDisposable
{
    private readonly string folder;
    private readonly HubDatabase database;

    private DeskSite(string folder, HubDatabase database, CaseDesk desk, Site site) =>
        (this.folder, this.database, Desk, Site) = (folder, database, desk, site);

    public CaseDesk Desk { get; }

    public Site Site { get; }

    public static async Task<DeskSite> StartAsync()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("hub-desk-").FullName;
        HubDatabase? database = null;
        CaseDesk? desk = null;
        var site = await Site.StartAsync(
            o => o.DataDir = folder,
            (services, time, directory) =>
            {
                database = HubDatabase.OpenAsync(Path.Combine(folder, "hub.db"), time).GetAwaiter().GetResult();
                var store = new SqliteCaseStore(database);
                desk = new CaseDesk(store, directory, CasePolicy.Default, time);
                services.AddSingleton<ICaseStore>(store);
                services.AddSingleton(desk);
                services.AddSingleton(desk.Feed);
            });
        await desk!.OpenAsync(TestContext.Current.CancellationToken);
        return new DeskSite(folder, database!, desk, site);
    }

    /// <summary>Gives the desk one alert, as a lane would.</summary>
    public Task AlertAsync(long position, string type = "FlyingWireCharging", Severity severity = Severity.P2, string place = "leshan/estate-3/shed-1")
    {
        var now = Site.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var alert = new Alert
        {
            Lane = 0, Position = position, Ordinal = 0, Signal = AlertSignal.Raised, Rule = "A1", RuleVersion = "1", Type = type, Severity = severity, Confidence = 0.95,
            PlaceId = place, DedupeKey = type + "|" + place, DedupeWindow = TimeSpan.FromHours(1), OccurredAtMs = now, ArrivalMs = now,
            Title = AnomalyTypes.TitleOf(type), Explanation = new LocalText("600 W ≥ 300 W", "600 W ≥ 300 W"), AutoFile = true, FirstReceivers = ["PropertyOperator"], Sim = true,
            Inputs = [new AlertInput("d1", "power", now, 600, "W", ">=", 300)],
        };
        return Desk.ApplyAsync(new LaneBatch { Lane = 0, Position = position, ClockMs = now, Alerts = [alert] }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        Desk.Dispose();
        await database.DisposeAsync();
        System.IO.Directory.Delete(folder, recursive: true);
    }
}
