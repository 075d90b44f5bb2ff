using Hub.Adapters.Embedded;
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
    private readonly StringWriter _said = new();
    private readonly Findings _findings;

    public DataCheckTests() => _findings = new(_said);

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
        _said.Dispose();
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

    [Fact]
    public async Task A_journal_without_its_database_is_a_fault()
    {
        foreach (var file in Directory.GetFiles(_folder, "hub.db*")) File.Delete(file);

        await CheckAsync();

        Assert.Contains("has a journal but no hub.db", Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_with_broken_pages_is_a_fault()
    {
        await using (var file = new FileStream(Path.Combine(_folder, "hub.db"), FileMode.Open))
        {
            file.Position = 4096;
            file.Write(new byte[8192]);
        }

        await CheckAsync();

        Assert.Contains(_findings.Faults, f => f.Contains("hub.db", StringComparison.Ordinal) && f.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_of_a_newer_hub_is_a_fault_that_names_both_versions()
    {
        await using (var database = await HubDatabase.OpenAsync(Path.Combine(_folder, "hub.db"), _clock))
            await database.WriteAsync((connection, _) => { HubDatabase.Execute(connection, "INSERT INTO schema_version VALUES (9999, 'later', 0)"); return 0; }, Stop);

        await CheckAsync();

        Assert.Contains("has schema 9999, this hub knows up to", Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_readings_file_that_is_no_database_is_a_fault()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "readings.db"), new string('x', 9000), Stop);

        await CheckAsync();

        Assert.Contains("readings.db is damaged or not a readings store", Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(51, "its readings were stored up to 51")]
    [InlineData(50, null)]
    public async Task Readings_that_are_ahead_of_the_journal_are_a_fault(long position, string? expected)
    {
        await using (var store = new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = _folder }))
        {
            await store.OpenAsync(4, Stop);
            await store.CommitAsync(new Checkpoint([position, 0, 0, 0], default, 0), Stop);
        }

        await CheckAsync();

        if (expected is null) Assert.Empty(_findings.Faults);
        else Assert.Contains(expected, Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readings_that_are_gone_are_a_fault()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "readings.db.lock"), "", Stop);

        await CheckAsync();

        Assert.Contains("has no readings.db", Assert.Single(_findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_is_missing_and_one_that_was_cut_are_faults()
    {
        await GrowAsync();
        var segments = Directory.GetFiles(Path.Combine(_folder, "journal"), "*.journal").Order(StringComparer.Ordinal).ToArray();
        await using (var file = new FileStream(segments[0], FileMode.Open)) file.SetLength(file.Length / 2);
        await CheckAsync();
        Assert.Contains(_findings.Faults, f => f.Contains("damaged records", StringComparison.Ordinal) && !f.Contains(" 0 damaged records", StringComparison.Ordinal));

        File.Delete(segments[1]);
        await CheckAsync();

        Assert.Contains(_findings.Faults, f => f.Contains($"{Path.GetFileName(segments[1])} is missing between its neighbours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_no_hub_made_is_named_and_is_no_fault()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.txt"), "", Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder, "journal", "old.bak"), "", Stop);

        await CheckAsync();

        Assert.Empty(_findings.Faults);
        Assert.Contains("notes.txt is no file of the hub", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("journal/old.bak is no file of the hub", _said.ToString(), StringComparison.Ordinal);
    }

    private async Task GrowAsync()
    {
        using var folder = DataFolder.Open(_folder);
        await using var journal = Opening.Journal(Settings(), folder, new Clocks(_clock, _clock, 1), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var ticket = 0L;
        for (var i = 0; i < 900; i++) ticket = await journal.AppendAsync(0, new JournalBody(new byte[4000]), Stop);
        await journal.CommittedAsync(ticket, Stop);
    }

    private Task CheckAsync() => new DataCheck(Settings(), new Clocks(_clock, _clock, 1), _findings).RunAsync(Stop);

    private HubSettings Settings() => HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?> { ["Hub:DataDir"] = _folder, ["Hub:Journal:SegmentBytes"] = "1048576", ["Hub:Journal:ReserveBytes"] = "0" }).Build());
}
