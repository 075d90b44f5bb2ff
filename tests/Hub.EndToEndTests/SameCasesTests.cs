using System.Text;
using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Clock;
using Hub.EndToEndTests.Support;
using Hub.Replay;
using Hub.Road;
using Hub.Simulators.Communities;
using Hub.Simulators.Drivers;

namespace Hub.EndToEndTests;

/// <summary>The same journal gives the same cases, byte for byte: live, after a restart in the middle, and in replay.</summary>
public sealed class SameCasesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Live_with_a_restart_in_the_middle_and_two_replays_give_the_same_case_events()
    {
        var begin = new DateTimeOffset(2026, 11, 20, 18, 0, 0, TimeSpan.FromHours(8));
        var community = Community.Build(seed: 5, scale: 0.02);
        var driver = new DemoDriver(community, begin, seed: 5);
        var clock = new DemoClock(TestHub.Real, begin);
        var first = await TestHub.StartAsync(clock: clock);
        await first.Inside.Registry.RegisterAsync(community.Devices, community.Places, community.Grids, Stop);
        first.Inside.Desk.RefreshGrids();

        await LiveAsync(first, driver, clock, begin.AddHours(1.5), community);
        await first.StopAsync();
        await using var second = await TestHub.StartAsync(first.Folder, clock);
        await LiveAsync(second, driver, clock, begin.AddHours(3), community);
        await second.SettledAsync(Stop);
        var live = Lines(await new SqliteCaseStore(second.Inside.Database).EventsAfterAsync(0, 100_000, Stop));
        var once = await ReplayAsync(second.Inside);
        var twice = await ReplayAsync(second.Inside);

        Assert.NotEmpty(live);
        Assert.Equal(live, once);
        Assert.Equal(once, twice);
        Assert.Null(await new SqliteCaseStore(second.Inside.Database).VerifyChainAsync(Stop));
    }

    private static async Task LiveAsync(TestHub hub, DemoDriver driver, DemoClock clock, DateTimeOffset until, Community community)
    {
        await using var fleet = new GatewayFleet(community, new FleetOptions { Broker = new Uri($"mqtt://127.0.0.1:{hub.MqttPort}") }, TestHub.Real);
        fleet.OnCommand = driver.Command;
        await fleet.ConnectAsync(Stop);
        await driver.FastForwardAsync(
            until, fleet.SendAsync, fleet.DrainAsync,
            async (now, token) =>
            {
                clock.MoveTo(now);
                await hub.Inside.Ticks.CatchUpAsync(token);
            },
            TimeSpan.FromSeconds(30), Stop);
    }

    private static async Task<IReadOnlyList<string>> ReplayAsync(RunningHub hub)
    {
        var replay = new JournalReplay(
            hub.Journal, hub.Registry, hub.Channels, hub.Rules, IngestSettings.From(TestHub.Settings(hub.Folder.Path)), CasePolicy.Default, TestHub.Real);
        return Lines((await replay.RunAsync(null, null, null, Stop)).Events);
    }

    // Lanes interleave as they like; a case's own record does not.
    private static IReadOnlyList<string> Lines(IEnumerable<CaseEvent> events) =>
        [.. events.OrderBy(e => e.CaseId, StringComparer.Ordinal).ThenBy(e => e.Version).Select(e => Encoding.UTF8.GetString(CaseJson.Canonical(e)))];
}
