using System.Globalization;
using Hub.Adapters.Embedded;
using Hub.Adapters.Sqlite;
using Hub.Cases.Grids;
using Hub.Journal;
using Hub.Road;
using Hub.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Commands;

/// <summary>Looks a data folder over: every page, chunk, record and hash chain in it. Beside a running hub all but the journal.</summary>
internal sealed class DataCheck(HubSettings settings, Clocks clocks, Findings findings)
{
    private const int WorthABar = 1_000_000;
    private const int MostListed = 3;

    /// <summary>Reads everything; what is wrong goes into the findings.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!Directory.Exists(settings.DataDir) || !Directory.EnumerateFileSystemEntries(settings.DataDir).Any(e => Path.GetFileName(e) != "hub.lock"))
        {
            findings.Say("data folder", $"{settings.DataDir} holds nothing yet; it is filled at the first start");
            return;
        }

        foreach (var line in DataFolderContents.Missing(settings)) findings.Fault("data folder", line);
        foreach (var line in DataFolderContents.Foreign(settings)) findings.Say("note", line);
        if (File.Exists(Path.Combine(settings.DataDir, "hub.db"))) await findings.LookAsync("database", () => DatabaseAsync(stop));
        await findings.LookAsync("readings", () => ReadingsAsync(stop));
        if (DataFolder.IsInUse(settings.DataDir)) findings.Say("journal", "in use by a running hub, not read; its own recovery looked it over at the start, see its log");
        else if (Directory.Exists(Path.Combine(settings.DataDir, "journal"))) await findings.LookAsync("journal", () => JournalAsync(stop));
    }

    private async Task<string> DatabaseAsync(CancellationToken stop)
    {
        await using var database = await HubDatabase.OpenAsync(Path.Combine(settings.DataDir, "hub.db"), clocks.Network);
        if (await database.CheckAsync(stop) is { } damage) throw new StartException(damage);
        var cases = new SqliteCaseStore(database);
        if (await cases.VerifyChainAsync(stop) is { } broken) findings.Fault("case events", broken);
        if (await new SqliteAccountStore(database).VerifyAuditAsync(stop) is { } edited) findings.Fault("audit", edited);
        var registry = new SqliteRegistryStore(database);
        var grids = await registry.LoadGridsAsync(stop);
        Grids(GridCheck.Run(grids));
        var devices = await registry.LoadDevicesAsync(stop);
        var events = await cases.LastSequenceAsync(stop);
        return string.Create(CultureInfo.InvariantCulture, $"{events} case events, {devices.Count} devices, {grids.Count} grids; pages and hash chains read");
    }

    // Ground that no grid below covers, and a grid nobody heads, send cases to the grid above: worth a line, not a refusal.
    private void Grids(IReadOnlyList<GridFault> found)
    {
        foreach (var kind in found.GroupBy(f => f.Kind, StringComparer.Ordinal))
        {
            var lines = kind.Take(MostListed).Select(f => $"{f.Message.En} / {f.Message.Zh}").ToList();
            if (kind.Count() > MostListed) lines.Add($"{kind.Count() - MostListed} further grids with the same ({kind.Key})");
            foreach (var line in lines)
            {
                if (kind.Key is "gap" or "no-head") findings.Say("note", line);
                else findings.Fault("grids", line);
            }
        }
    }

    private async Task<string> ReadingsAsync(CancellationToken stop)
    {
        if (settings.Readings != ReadingsStoreKind.Embedded) return "kept in InfluxDB";
        foreach (var fault in await EmbeddedReadingsStore.CheckAsync(settings.DataDir, stop)) findings.Fault("readings", fault);
        return "pages and checksums read";
    }

    private async Task<string> JournalAsync(CancellationToken stop)
    {
        using var folder = DataFolder.Open(settings.DataDir);
        await using var journal = Opening.Journal(settings, folder, clocks, NullLoggerFactory.Instance);
        foreach (var lane in await LanesAsync(stop))
        {
            if (lane.Lane < journal.Lanes && lane.Position > journal.Head(lane.Lane))
                findings.Fault("journal", $"lane {lane.Lane} ends at {journal.Head(lane.Lane)}, but its cases were made up to {lane.Position}: segments are missing; restore the journal and hub.db from one backup");
        }

        var stored = settings.Readings == ReadingsStoreKind.Embedded ? await EmbeddedReadingsStore.PositionsAsync(settings.DataDir, stop) : [];
        for (var lane = 0; lane < Math.Min(stored.Count, journal.Lanes); lane++)
        {
            if (stored[lane] > journal.Head(lane))
                findings.Fault("journal", $"lane {lane} ends at {journal.Head(lane)}, but its readings were stored up to {stored[lane]}: segments are missing; restore the journal and readings.db from one backup");
            else if (stored[lane] < journal.Tail(lane) - 1 && stored[lane] > 0)
                findings.Fault("readings", $"readings of lane {lane} were stored up to {stored[lane]}, but the journal begins at {journal.Tail(lane)}: what lies between is gone; restore readings.db and the journal from one backup");
        }

        var records = Read(journal, stop);
        var faults = journal.Faults;
        if (faults.DamagedBytes + faults.DamagedRecords > 0)
        {
            findings.Fault("journal", $"{faults.DamagedRecords} damaged records, {faults.DamagedBytes} damaged bytes; the hub steps over them and lists them as dead letters");
            foreach (var note in faults.Notes) findings.Say("note", $"{note}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{records} records in {journal.Lanes} lanes read");
    }

    private async Task<IReadOnlyList<Hub.Cases.LaneProgress>> LanesAsync(CancellationToken stop)
    {
        var file = Path.Combine(settings.DataDir, "hub.db");
        if (!File.Exists(file)) return [];
        try
        {
            await using var database = await HubDatabase.OpenAsync(file, clocks.Network);
            return await new SqliteCaseStore(database).LoadLanesAsync(stop);
        }
        catch (HubDatabaseException)
        {
            return []; // told under "database" already
        }
    }

    private long Read(LocalJournal journal, CancellationToken stop)
    {
        var all = Enumerable.Range(0, journal.Lanes).Sum(lane => journal.Head(lane) - journal.Tail(lane) + 1);
        using var progress = all >= WorthABar ? new ProgressLine("reading the journal", clocks.Network) : null;
        var batch = new JournalBatch();
        var read = 0L;
        for (var lane = 0; lane < journal.Lanes; lane++)
        {
            using var cursor = journal.Open(lane, 0);
            while (cursor.TryRead(batch))
            {
                stop.ThrowIfCancellationRequested();
                read += batch.Entries.Length;
                progress?.Report(read / (double)all, $"{read:N0} records");
            }
        }

        return read;
    }
}
