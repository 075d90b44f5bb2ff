using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Tests.Cases;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hub.Tests.Adapters.Sqlite;

public sealed class HubDatabaseTests
{
    [Fact]
    public async Task Devices_places_and_grids_come_back_as_they_were_saved()
    {
        await using var town = await Town.OpenAsync();
        var store = new SqliteRegistryStore(town.Database);
        var device = new DeviceRecord("cam-1", "aiCamera", "门口", "leshan/estate-1", "gw", "pbkdf2$1$a$b", 121.4, 31.2, true, false, new Dictionary<string, string> { ["room"] = "kitchen" });
        var place = new Place("leshan/estate-1", PlaceKind.Estate, new LocalText("一", "One"), double.NaN, 31.2, "0101", ["d1"], new Dictionary<string, string> { ["exit"] = "true" });
        var grid = new Grid("0101", new LocalText("格", "Grid"), 2, new LocalText("小格", "small"), "01", "head", "worker", true, ["FireLaneBlocked"], """{"type":"Polygon","coordinates":[]}""");

        await store.SaveDevicesAsync([device with { Name = "old" }], Town.Stop);
        await store.SaveDevicesAsync([device], Town.Stop);
        await store.SavePlacesAsync([place], Town.Stop);
        await store.SaveGridsAsync([grid], Town.Stop);

        Assert.Equivalent(device, Assert.Single(await store.LoadDevicesAsync(Town.Stop)), strict: true);
        Assert.Equivalent(place, Assert.Single(await store.LoadPlacesAsync(Town.Stop)), strict: true);
        Assert.Equivalent(grid, Assert.Single(await store.LoadGridsAsync(Town.Stop)), strict: true);
    }

    [Fact]
    public async Task Accounts_tokens_and_the_audit_are_kept_and_a_forged_audit_line_is_found()
    {
        await using var town = await Town.OpenAsync();
        var store = new SqliteAccountStore(town.Database);
        var account = new Account("li", "Li", "pbkdf2$1$a$b", [Roles.GridWorker], ["0101"]);
        await store.SaveAccountAsync(account, Town.Stop);
        await store.SaveTokenAsync(new ApiToken("t1", "wall", "aa", [Roles.Viewer], 5, 0, false, ["hub/#"]), Town.Stop);
        await store.AuditAsync(new AuditEntry(1, "li", Roles.GridWorker, "unmask", "case 7", "asked by the family"), Town.Stop);
        await store.AuditAsync(new AuditEntry(2, "li", Roles.GridWorker, "export", "case 7", ""), Town.Stop);

        Assert.Equivalent(account, await store.FindAccountAsync("li", Town.Stop), strict: true);
        Assert.Null(await store.FindAccountAsync("nobody", Town.Stop));
        Assert.Equal("wall", Assert.Single(await store.ListTokensAsync(Town.Stop)).Name);
        Assert.Equal(["export", "unmask"], (await store.AuditTrailAsync(0, 10, Town.Stop)).Select(e => e.Entry.Action));
        Assert.Null(await store.VerifyAuditAsync(Town.Stop));
        Forge(town, "UPDATE audit SET detail = 'nothing' WHERE id = 1");
        Assert.Contains("audit entry 1", await store.VerifyAuditAsync(Town.Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_come_with_the_commit_of_their_lane()
    {
        await using var town = await Town.OpenAsync();
        var store = new SqliteDeadLetterStore(town.Database);
        DeadLetter Letter(long position, string reason) => new(0, 0, position, "hub/v1/x/telemetry", "x", 5, reason, "found 'a'", new byte[] { 1, 2 }, 2);

        await town.Desk.ApplyAsync(new LaneBatch { Lane = 0, Position = 3, ClockMs = Town.Noon, DeadLetters = [Letter(1, "bad-json"), Letter(2, "not-a-number")] }, Town.Stop);
        await town.Desk.ApplyAsync(new LaneBatch { Lane = 0, Position = 4, ClockMs = Town.Noon, DeadLetters = [Letter(2, "not-a-number"), Letter(4, "bad-json")] }, Town.Stop);

        Assert.Equal([4L, 1L], (await store.ListAsync(new DeadLetterFilter(Reason: "bad-json"), 0, 10, Town.Stop)).Select(l => l.Position));
        Assert.Equal(1, (await store.CountAsync(DeadLetterFilter.All, Town.Stop))["not-a-number"]);
        var newest = (await store.ListAsync(new DeadLetterFilter(DeviceId: "x"), 0, 1, Town.Stop))[0];
        Assert.Equal(new byte[] { 1, 2 }, (await store.FindAsync(newest.Id, Town.Stop))!.Payload.ToArray());
        Assert.Equal(1, await store.DeleteAsync([newest.Id, 999], Town.Stop));
        Assert.Null(await store.FindAsync(newest.Id, Town.Stop));

        Assert.Equal(0, await store.DeleteAsync(new DeadLetterFilter(Topic: "hub/v1/y", FromMs: 5, ToMs: 6), Town.Stop));
        Assert.Equal(0, await store.DeleteAsync(new DeadLetterFilter(FromMs: 6), Town.Stop));
        Assert.Equal(2, await store.DeleteAsync(new DeadLetterFilter(Topic: "hub/v1/x", DeviceId: "x", FromMs: 5, ToMs: 6), Town.Stop));
        Assert.Empty(await store.CountAsync(DeadLetterFilter.All, Town.Stop));
    }

    [Fact]
    public async Task The_newest_snapshot_of_a_lane_is_kept()
    {
        await using var town = await Town.OpenAsync();
        var store = new SqliteSnapshotStore(town.Database);
        await store.SaveAsync(2, new LaneSnapshot(7, "f", new byte[] { 1 }, new byte[] { 2 }), Town.Stop);
        await store.SaveAsync(2, new LaneSnapshot(9, "g", new byte[] { 3 }, new byte[1_000_000]), Town.Stop);

        var snapshot = (await store.LoadAsync(2, Town.Stop))!;
        Assert.Equal((9L, "g", 3, 1_000_000), (snapshot.Position, snapshot.RulesFingerprint, snapshot.Decoder.Span[0], snapshot.Rules.Length));
        Assert.Null(await store.LoadAsync(3, Town.Stop));
    }

    [Theory]
    [InlineData("UPDATE case_events SET actor = 'nobody' WHERE sequence = 2", "event 2")]
    [InlineData("UPDATE case_events SET data = REPLACE(data, '80', '81') WHERE sequence = 1", "event 1")]
    [InlineData("DELETE FROM case_events WHERE sequence = 3", "event 3 is missing")]
    [InlineData("DELETE FROM case_events WHERE sequence > 4; DELETE FROM cases WHERE opened_ms > 1795320000000", null)]
    [InlineData("DELETE FROM case_events WHERE sequence = 6", "its record at 2")]
    [InlineData("UPDATE cases SET body = REPLACE(body, '\"version\":3', '\"version\":2')", "its record at 3")]
    [InlineData("UPDATE case_events SET log_hash = 'x' WHERE sequence = 1", "whole log")]
    public async Task A_forged_record_is_found_and_named(string forgery, string? found)
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert());
        await town.ApplyAsync(Town.Noon + 5, town.Alert(key: "second", at: Town.Noon + 5));
        Assert.Null(await town.Store.VerifyChainAsync(Town.Stop));

        Forge(town, forgery);

        var fault = await town.Store.VerifyChainAsync(Town.Stop);
        if (found is null) Assert.NotNull(fault);
        else Assert.Contains(found, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_case_list_pages_through_all_cases_by_severity_then_newest()
    {
        await using var town = await Town.OpenAsync();
        for (var i = 0; i < 25; i++) await town.ApplyAsync(Town.Noon + i, town.Alert(severity: (Severity)(1 + i % 4), key: "k" + i, at: Town.Noon + i));

        var seen = new List<GridCase>();
        string? cursor = null;
        do
        {
            var (items, next) = await town.Store.ListAsync(new CaseQuery(Cursor: cursor, Limit: 7), Town.Stop);
            seen.AddRange(items);
            cursor = next;
        }
        while (cursor is not null);

        Assert.Equal(25, seen.Select(c => c.Id).Distinct().Count());
        Assert.Equal(seen.OrderBy(c => c.Severity).ThenByDescending(c => c.OpenedAtMs).Select(c => c.Id), seen.Select(c => c.Id));
        Assert.Throws<FormatException>(() => { town.Store.ListAsync(new CaseQuery(Cursor: "rubbish"), Town.Stop).GetAwaiter().GetResult(); });
    }

    [Fact]
    public async Task The_case_list_filters_by_place_grid_and_words_without_wildcards()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert());

        async Task<int> CountAsync(CaseQuery q) => (await town.Store.ListAsync(q, Town.Stop)).Items.Count;
        Assert.Equal(1, await CountAsync(new CaseQuery(Place: "leshan/estate-1")));
        Assert.Equal(0, await CountAsync(new CaseQuery(Place: "leshan/estate-")));
        Assert.Equal(1, await CountAsync(new CaseQuery(Text: "TITLE")));
        Assert.Equal(1, await CountAsync(new CaseQuery(Text: "标题")));
        Assert.Equal(0, await CountAsync(new CaseQuery(Text: "%")));
        Assert.Equal(0, await CountAsync(new CaseQuery(Severity: 1)));
        Assert.Equal(1, await CountAsync(new CaseQuery(Open: true, Type: "FlyingWireCharging", State: "Dispatched", SinceMs: Town.Noon, UntilMs: Town.Noon + 1, Sim: false)));
    }

    [Fact]
    public async Task A_case_committed_is_there_after_opening_again()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert("FireSuspected", Severity.P1));
        await town.RestartAsync();

        await town.ApplyAsync(Town.Noon + 1000, town.Alert("FireSuspected", Severity.P1, Town.Noon + 1000));
        await town.TickAsync(Town.Noon + 200_000);

        var c = await town.OnlyCaseAsync();
        Assert.Equal((2, "FireConfirmed"), (c.AlertCount, c.Type));
        Assert.Null(await town.Store.VerifyChainAsync(Town.Stop));
    }

    [Fact]
    public async Task A_copy_taken_while_running_is_whole()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert());
        var copy = town.DatabasePath + ".copy";

        await town.Database.BackupAsync(copy, Town.Stop);

        await using var restored = await HubDatabase.OpenAsync(copy, new ManualClock());
        var store = new SqliteCaseStore(restored);
        Assert.Single((await store.ListAsync(new CaseQuery(), Town.Stop)).Items);
        Assert.Null(await store.VerifyChainAsync(Town.Stop));
        await Assert.ThrowsAsync<HubDatabaseException>(() => town.Database.BackupAsync(copy, Town.Stop));
    }

    [Fact]
    public async Task Rubbish_a_folder_and_a_newer_file_are_refused_with_a_reason()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("hub-db-");
        try
        {
            var rubbish = Path.Combine(folder.FullName, "rubbish.db");
            await File.WriteAllTextAsync(rubbish, new string('x', 5000), Town.Stop);
            Assert.Equal(HubDatabaseFault.Damaged, (await Assert.ThrowsAsync<HubDatabaseException>(() => HubDatabase.OpenAsync(rubbish, new ManualClock()))).Fault);
            Assert.Equal(HubDatabaseFault.NotWritable, (await Assert.ThrowsAsync<HubDatabaseException>(() => HubDatabase.OpenAsync(folder.FullName, new ManualClock()))).Fault);
            Assert.Equal(HubDatabaseFault.NotWritable, (await Assert.ThrowsAsync<HubDatabaseException>(() => HubDatabase.OpenAsync(rubbish + "/x/hub.db", new ManualClock()))).Fault);

            var newer = Path.Combine(folder.FullName, "newer.db");
            await using (await HubDatabase.OpenAsync(newer, new ManualClock())) { }
            Sql(newer, "INSERT INTO schema_version VALUES (9999, 'later', 0)");
            Assert.Equal(HubDatabaseFault.TooNew, (await Assert.ThrowsAsync<HubDatabaseException>(() => HubDatabase.OpenAsync(newer, new ManualClock()))).Fault);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_full_disk_fails_the_commit_whole_and_the_desk_goes_on_when_there_is_room()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(key: "first"));
        await town.Database.WriteAsync((c, _) => Limit(c, 1), Town.Stop, transaction: false);
        var batch = town.Batch(Town.Noon + 1, [.. Enumerable.Range(0, 300).Select(i => town.Alert(key: "k" + i, at: Town.Noon + 1))]);

        var fault = await Assert.ThrowsAsync<HubDatabaseException>(() => town.Desk.ApplyAsync(batch, Town.Stop));
        Assert.Equal(HubDatabaseFault.DiskFull, fault.Fault);
        Assert.Single((await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items);
        await town.Database.WriteAsync((c, _) => Limit(c, 1_000_000), Town.Stop, transaction: false);
        Assert.True(await town.Desk.ApplyAsync(batch, Town.Stop));

        Assert.Equal(301, (await town.Store.ListAsync(new CaseQuery(Limit: 1000), Town.Stop)).Items.Count);
        Assert.Null(await town.Store.VerifyChainAsync(Town.Stop));
    }

    [Fact]
    public async Task What_is_too_old_or_too_much_is_deleted_and_cases_stay()
    {
        await using var town = await Town.OpenAsync();
        const long day = 86_400_000;
        DeadLetter Letter(long position, long at) => new(0, 0, position, "t", "x", at, "bad-json", "", new byte[] { 1 }, 1);
        await town.ApplyAsync(Town.Noon, town.Alert(), town.Alert(shadow: true));
        var last = town.Batch(Town.Noon);
        await town.Desk.ApplyAsync(
            new LaneBatch { Lane = 0, Position = last.Position, ClockMs = Town.Noon, DeadLetters = [Letter(last.Position, Town.Noon - 40 * day), .. Enumerable.Range(0, 9).Select(_ => Letter(last.Position, Town.Noon))] }, Town.Stop);

        var report = await new SqliteRetention(town.Database, new RetentionOptions { DeadLetters = 5 }).RunAsync(Town.Noon + 100 * day, Town.Stop);
        var young = await new SqliteRetention(town.Database, new RetentionOptions()).RunAsync(Town.Noon, Town.Stop);

        Assert.Equal(new RetentionReport(1, 0, 10), report);
        Assert.Equal(new RetentionReport(0, 0, 0), young);
        Assert.Single((await town.Store.AlertsAsync(null, null, null, 10, Town.Stop)).Items);
        Assert.Null(await town.Store.VerifyChainAsync(Town.Stop));
        Assert.Null(await town.Database.CheckAsync(Town.Stop));
    }

    [Fact]
    public async Task Only_so_many_dead_letters_are_kept()
    {
        await using var town = await Town.OpenAsync();
        await town.Desk.ApplyAsync(
            new LaneBatch { Lane = 0, Position = 9, ClockMs = Town.Noon, DeadLetters = [.. Enumerable.Range(1, 9).Select(i => new DeadLetter(0, 0, i, "t", "x", Town.Noon, "bad-json", "", new byte[] { 1 }, 1))] }, Town.Stop);

        await new SqliteRetention(town.Database, new RetentionOptions { DeadLetters = 5 }).RunAsync(Town.Noon, Town.Stop);

        Assert.Equal([9L, 8, 7, 6, 5], (await new SqliteDeadLetterStore(town.Database).ListAsync(DeadLetterFilter.All, 0, 100, Town.Stop)).Select(l => l.Position));
    }

    [Fact]
    public async Task A_follower_wakes_when_an_event_is_committed()
    {
        await using var town = await Town.OpenAsync();
        var waiting = town.Desk.Feed.WaitForAsync(0, Town.Stop);
        Assert.False(waiting.IsCompleted);

        await town.ApplyAsync(Town.Noon, town.Alert());
        await waiting;

        Assert.Equal([1L, 2L, 3L], (await town.Store.EventsAfterAsync(0, 100, Town.Stop)).Select(e => e.Sequence));
        Assert.Equal(3, town.Desk.Feed.Last);
    }

    private static int Limit(SqliteConnection connection, int pages)
    {
        HubDatabase.Execute(connection, $"PRAGMA max_page_count = {pages}");
        return 0;
    }

    private static void Forge(Town town, string sql) => Sql(town.DatabasePath, sql);

    private static void Sql(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        HubDatabase.Execute(connection, sql);
    }
}
