using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Adapters.Readings.Import;

/// <summary>Reads a file of readings into a store: CSV or line protocol, told apart by its first line.</summary>
/// <param name="store">An open store that nobody else writes to.</param>
/// <param name="checkpoint">What opening it gave; committed unchanged, so that the journal's consumer goes on where it was.</param>
/// <param name="channels">Where channel names are looked up and made.</param>
/// <param name="findDevice">The device of an id; null refuses the line.</param>
/// <remarks>
/// A reading is named by device, channel, time and value: what the store holds already, or what an earlier line said, is passed over and
/// counted. So the same file again, files that overlap and an import begun anew change nothing.
/// </remarks>
public sealed class ReadingsImport(IReadingsStore store, Checkpoint checkpoint, ChannelTable channels, Func<string, Device?> findDevice)
{
    private const int ReadingsACommit = 50_000;
    private const int MostLineChars = 1 << 20;

    private readonly Observation observation = new() { Kind = MessageKind.Telemetry };
    private readonly ImportRow row = new();
    private readonly ImportBatch batch = new();
    private readonly KnownReadings known = new(store);

    /// <summary>Imports a file.</summary>
    /// <param name="file">Its bytes, UTF-8.</param>
    /// <param name="skipLines">Lines to pass over because an earlier run stored them (<see cref="ImportReport.DurableLines"/>); the header is read all the same.</param>
    /// <param name="report">Filled as the import goes on, so that it tells how far it came when this throws.</param>
    /// <param name="progress">Told after every commit; may be null.</param>
    /// <param name="stop">Ends the import after what is durable.</param>
    /// <remarks>Throws <see cref="StoreUnavailableException"/> when the store cannot be used, and <see cref="InvalidDataException"/> when the file is of neither format.</remarks>
    public async Task RunAsync(Stream file, long skipLines, ImportReport report, IProgress<ImportProgress>? progress, CancellationToken stop)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        IImportFormat? format = null;
        while (await ReadLineAsync(reader, format is LineProtocolFormat, report, stop).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (format is null)
            {
                format = FormatOf(line);
                if (format is CsvFormat) continue;
            }

            if (report.Lines <= skipLines) continue;
            Take(format, line, report);
            if (batch.Count < ReadingsACommit) continue;
            await CommitAsync(file, report, progress, stop).ConfigureAwait(false);
        }

        await CommitAsync(file, report, progress, stop).ConfigureAwait(false);
    }

    private static IImportFormat FormatOf(string line)
    {
        if (CsvFormat.FromHeader(line, out var reason) is { } csv) return csv;
        if (new LineProtocolFormat().TryParse(line, new ImportRow(), out _)) return new LineProtocolFormat();
        throw new InvalidDataException($"line 1 begins neither a CSV nor line protocol: {reason}");
    }

    private void Take(IImportFormat format, string line, ImportReport report)
    {
        row.Clear();
        if (!format.TryParse(line, row, out var reason))
        {
            report.Refuse(report.Lines, reason!);
            return;
        }

        if (findDevice(row.Device) is not { } device)
        {
            report.Refuse(report.Lines, $"the device '{row.Device}' is not registered; add it first");
            return;
        }

        foreach (var (name, _, _) in row.Values)
        {
            if (name.Length > 0 && channels.GetOrAdd(name) is not null) continue;
            report.Refuse(report.Lines, name.Length == 0 ? "a channel has no name" : $"there are {ChannelTable.Limit} channels already, '{name}' would be one more");
            return;
        }

        batch.Begin(device, row.AtMs);
        foreach (var (name, value, text) in row.Values) batch.Add(new Reading(channels.GetOrAdd(name)!, value, StoredText.Cut(text)));
    }

    private async Task CommitAsync(Stream file, ImportReport report, IProgress<ImportProgress>? progress, CancellationToken stop)
    {
        await known.MarkAsync(batch, stop).ConfigureAwait(false);
        foreach (var line in batch.Lines) Append(line, report);
        batch.Clear();
        await store.CommitAsync(checkpoint, stop).ConfigureAwait(false);
        report.DurableLines = report.Lines;
        progress?.Report(new ImportProgress(file.CanSeek ? file.Position : 0, report.Lines, report.Readings, report.Refused));
    }

    private void Append(ImportBatch.Line line, ImportReport report)
    {
        observation.Clear();
        observation.Device = line.Device;
        observation.Position = 0;
        observation.AtMs = observation.ArrivalMs = line.AtMs;
        observation.Sequence = line.Key(batch);
        for (var i = line.From; i < line.From + line.Count; i++)
        {
            if (batch.IsKnown(i)) report.Known++;
            else observation.Add(batch[i]);
        }

        if (observation.Count == 0) return;
        store.Append(observation);
        report.Readings += observation.Count;
    }

    // A text in quotes may go on in the next line; a quote that never ends is cut off and refused by the parser.
    private static async Task<string?> ReadLineAsync(StreamReader reader, bool mayGoOn, ImportReport report, CancellationToken stop)
    {
        var line = await reader.ReadLineAsync(stop).ConfigureAwait(false);
        if (line is null) return null;
        report.Lines++;
        while (mayGoOn && !line.StartsWith('#') && line.Length < MostLineChars && EndsInText(line) && await reader.ReadLineAsync(stop).ConfigureAwait(false) is { } more)
        {
            report.Lines++;
            line = line + "\n" + more;
        }

        return line;
    }

    private static bool EndsInText(string line)
    {
        var inside = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\') i++;
            else if (line[i] == '"') inside = !inside;
        }

        return inside;
    }
}
