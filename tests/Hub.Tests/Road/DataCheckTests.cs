using Hub.Adapters.Sqlite;
using Hub.Commands;
using Hub.Core.Ports;
using Hub.Journal;
using Hub.Road;
using Hub.Settings;
using Hub.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Hub.Tests.Road;

public sealed class DataCheckTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-check-").FullName;
    private readonly ManualClock _clock = new();
    private readonly Findings _findings = new(TextWriter.Null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var database = await HubDatabase.OpenAsync(Path.Combine(_folder, "hub.db"), _clock);
        for (var i = 0; i < 3; i++) await new SqliteAccountStore(database).AuditAsync(new AuditEntry(i, "head", "Dispatcher", "POST", "case", "200"), Stop);
        using var folder = DataFolder.Open(_folder);
        await using var journal = Opening.Journal(Settings(), folder, new Clocks(_clock, _clock, 1), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        for (var i = 0; i < 50; i++) await journal.CommittedAsync(await journal.AppendAsync(0, new JournalBody(new byte[500]), Stop), Stop);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_sound_folder_has_no_fault()
    {
        await CheckAsync();

        Assert.Empty(_findings.Faults);
    }

    [Fact]
    public async Task An_audit_entry_edited_by_hand_is_a_fault()
    {
        await using (var database = await HubDatabase.OpenAsync(Path.Combine(_folder, "hub.db"), _clock))
            await database.WriteAsync((connection, _) => { HubDatabase.Execute(connection, "UPDATE audit SET actor = 'nobody' WHERE id = 2"); return 0; }, Stop);

        await CheckAsync();

        Assert.Contains("audit entry 2", Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_journal_is_a_fault()
    {
        var segment = Directory.GetFiles(Path.Combine(_folder, "journal"), "*.journal").Order(StringComparer.Ordinal).First();
        await using (var file = new FileStream(segment, FileMode.Open))
        {
            file.Position = 8192 + 5000;
            file.WriteByte(0x55);
        }

        await CheckAsync();

        Assert.Contains("1 damaged records", Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cases_that_are_ahead_of_the_journal_are_a_fault()
    {
        await using (var database = await HubDatabase.OpenAsync(Path.Combine(_folder, "hub.db"), _clock))
            await database.WriteAsync((connection, _) => { HubDatabase.Execute(connection, "INSERT INTO lanes VALUES (0, 51, 0, 51, 51, 0, 0, 0, 0)"); return 0; }, Stop);

        await CheckAsync();

        Assert.Contains("lane 0 ends at 50, but its cases were made up to 51", Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    private Task CheckAsync() => new DataCheck(Settings(), new Clocks(_clock, _clock, 1), _findings).RunAsync(Stop);

    private HubSettings Settings() => HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?> { ["Hub:DataDir"] = _folder, ["Hub:Journal:SegmentBytes"] = "1048576", ["Hub:Journal:ReserveBytes"] = "0" }).Build());
}
