using System.CommandLine;
using System.Globalization;
using Hub.Adapters.Readings.Import;
using Hub.Adapters.Sqlite;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Road;

namespace Hub.Commands;

/// <summary><c>hub import readings</c>: readings of the past out of a file, straight into the store; no rule judges them.</summary>
internal static class ImportCommand
{
    public static Command Build(VerbContext context)
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV (time,device,channel,value or one column a channel) or InfluxDB line protocol, UTF-8." };
        var skip = new Option<long>("--skip") { Description = "Lines an interrupted import has stored already; without it they are recognised one by one." };
        skip.Validators.Add(r =>
        {
            if (r.GetValue(skip) < 0) r.AddError($"--skip is {r.GetValue(skip)}; expected a number of lines, 0 or more");
        });
        var readings = new Command("readings", "Imports readings of registered devices; the hub must be stopped.") { file, skip };
        readings.SetAction((p, stop) => RunAsync(context, p.GetValue(file)!, p.GetValue(skip), stop));
        return new Command("import", "Imports data from files.") { readings };
    }

    private static async Task<int> RunAsync(VerbContext context, FileInfo file, long skip, CancellationToken stop)
    {
        if (!file.Exists) throw new StartException($"there is no file '{file.FullName}'");
        var settings = context.Settings();
        if (!File.Exists(Path.Combine(settings.DataDir, "hub.db"))) throw new StartException($"Hub:DataDir '{settings.DataDir}' has no hub.db; register the devices first, see 'hub device import --help'");
        using var folder = DataFolder.Open(settings.DataDir); // held by one hub: its store has one writer
        var clocks = Clocks.From(settings, context.Real);
        await using var database = await Opening.DatabaseAsync(folder, clocks);
        var registry = await DeviceRegistry.LoadAsync(new SqliteRegistryStore(database), stop);
        await using var store = Opening.Store(settings, folder, clocks);
        var report = new ImportReport();
        try
        {
            var checkpoint = await store.OpenAsync(settings.Lanes, stop);
            await using var bytes = file.OpenRead();
            using (var progress = new ProgressLine("importing", context.Real))
                await new ReadingsImport(store, checkpoint, new ChannelTable(), registry.Find).RunAsync(bytes, skip, report, new Teller(progress, file.Length), stop);
        }
        catch (Exception e) when (e is StoreUnavailableException or InvalidDataException or IOException or OperationCanceledException)
        {
            Tell(file, report);
            var goOn = report.DurableLines > 0 ? $"; {report.DurableLines} lines are stored, go on with --skip {report.DurableLines}" : "; nothing was stored";
            throw new StartException($"{file.Name}: {(e is OperationCanceledException ? "stopped" : e.Message)}{goOn}", e);
        }

        Tell(file, report);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Readings:N0} readings from {report.Lines:N0} lines into the {store.Name} store; {report.Known:N0} were there already; {report.Refused:N0} line(s) refused"));
        return report.Refused == 0 ? 0 : 1;
    }

    private static void Tell(FileInfo file, ImportReport report)
    {
        foreach (var (line, reason) in report.RefusedLines) Console.Error.WriteLine($"{file.Name} line {line}: {reason}");
        if (report.Refused > report.RefusedLines.Count) Console.Error.WriteLine($"{file.Name}: {report.Refused - report.RefusedLines.Count} further line(s) refused");
    }

    private sealed class Teller(ProgressLine line, long length) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) =>
            line.Report(length == 0 ? 1 : (double)value.Bytes / length, string.Create(CultureInfo.InvariantCulture, $"{value.Readings:N0} readings, {value.Refused:N0} refused"));
    }
}
