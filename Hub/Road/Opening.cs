using Hub.Adapters.Embedded;
using Hub.Adapters.Influx;
using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Rules;
using Hub.Settings;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>Opens what rests on disk, and turns every way in which that can fail into one line for the operator.</summary>
internal static class Opening
{
    public delegate T Join<T>(DataFolder folder, HubDatabase database, DeviceRegistry registry, LocalJournal journal, RuleBook rules, ChannelTable channels, CaseDesk desk, IReadingsStore readings);

    public static async Task<T> OpenAsync<T>(HubSettings settings, Clocks clocks, ILoggerFactory logs, bool throwAway, Join<T> join, CancellationToken stop)
    {
        var channels = new ChannelTable();
        var rules = Rules(settings, channels);
        var folder = DataFolder.Open(settings.DataDir, throwAway);
        HubDatabase? database = null;
        LocalJournal? journal = null;
        try
        {
            database = await DatabaseAsync(folder, clocks);
            var registry = await DeviceRegistry.LoadAsync(new SqliteRegistryStore(database), stop);
            journal = Journal(settings, folder, clocks, logs);
            var desk = new CaseDesk(new SqliteCaseStore(database), registry, Policy(settings), clocks.Hub, clocks.Network);
            await desk.OpenAsync(stop);
            return join(folder, database, registry, journal, rules, channels, desk, Store(settings, folder, clocks));
        }
        catch
        {
            if (journal is not null) await journal.DisposeAsync();
            if (database is not null) await database.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    public static RuleBook Rules(HubSettings settings, ChannelTable channels)
    {
        try
        {
            var book = RuleBook.Load(settings.RulesDirectory, channels, settings.Zone);
            if (book.SafetyGaps() is { Count: > 0 } gaps) throw new RulePackException(gaps);
            return book;
        }
        catch (RulePackException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    /// <summary>Limits, routes and calendar: the shipped ones, or local files in the folder <c>cases</c> of the rules directory.</summary>
    public static CasePolicy Policy(HubSettings settings)
    {
        try
        {
            return CasePolicy.Load(Path.Combine(settings.RulesDirectory, "cases"));
        }
        catch (CasePolicyException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    public static async Task<HubDatabase> DatabaseAsync(DataFolder folder, Clocks clocks)
    {
        try
        {
            return await HubDatabase.OpenAsync(folder.In("hub.db"), clocks.Network);
        }
        catch (HubDatabaseException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    public static LocalJournal Journal(HubSettings settings, DataFolder folder, Clocks clocks, ILoggerFactory logs)
    {
        try
        {
            var journal = LocalJournal.Open(
                new JournalOptions
                {
                    Directory = folder.In("journal"),
                    Lanes = settings.Lanes,
                    SegmentBytes = (int)settings.SegmentBytes,
                    ReserveBytes = settings.ReserveBytes,
                    RetainFor = TimeSpan.FromDays(settings.Retention.JournalDays),
                    RetainBytes = settings.Retention.JournalBytes,
                    Consumers = ["rules", "readings"],
                },
                clocks.Network);
            foreach (var note in journal.Faults.Notes) logs.CreateLogger("Hub.Journal").LogWarning("Recovery of the journal: {Note}", note);
            return journal;
        }
        catch (JournalException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    public static IReadingsStore Store(HubSettings settings, DataFolder folder, Clocks clocks)
    {
        if (settings.Influx is not { } influx) return new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = folder.Path, Retention = settings.Retention.ForReadings() });
        return new InfluxReadingsStore(
            new InfluxDbOptions
            {
                Url = influx.Url,
                DataDir = folder.Path,
                Version = influx.Version switch { "1" => InfluxDbVersion.V1, "2" => InfluxDbVersion.V2, "3" => InfluxDbVersion.V3, _ => default },
                Database = influx.Database,
                Org = influx.Org,
                Bucket = influx.Bucket,
                Token = influx.Token,
                Username = influx.Username,
                Password = influx.Password,
                RetentionDays = settings.Retention.HourlyDays,
            },
            clocks.Network);
    }
}
