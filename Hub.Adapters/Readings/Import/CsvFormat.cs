using System.Globalization;
using System.Text;

namespace Hub.Adapters.Readings.Import;

/// <summary>CSV with a header: <c>time,device,channel,value</c> in any order, or <c>time,device</c> and a column a channel. Empty cells are no reading.</summary>
internal sealed class CsvFormat : IImportFormat
{
    private readonly List<string> cells = [];
    private readonly string[] header;
    private readonly int time;
    private readonly int device;
    private readonly int channel;
    private readonly int value;

    private CsvFormat(string[] header)
    {
        this.header = header;
        time = IndexOf("time", "ts", "timestamp");
        device = IndexOf("device", "deviceId", "device_id");
        channel = IndexOf("channel");
        value = IndexOf("value");
    }

    private bool IsLong => channel >= 0 && value >= 0;

    /// <summary>A format by its header line; null with a reason when the header lacks what is needed.</summary>
    public static CsvFormat? FromHeader(string line, out string? reason)
    {
        var cells = new List<string>();
        reason = null;
        if (!TrySplit(line.TrimStart('\uFEFF'), cells)) reason = "the header has a quote that does not end";
        var format = new CsvFormat([.. cells.Select(cell => cell.Trim())]);
        if (format.time < 0 || format.device < 0) reason ??= $"found the header '{Short(line)}', expected time,device,channel,value or time,device and a column a channel";
        else if (!format.IsLong && format.header.Length < 3) reason ??= "the header names no channel, expected at least one column beside time and device";
        return reason is null ? format : null;
    }

    public bool TryParse(string line, ImportRow row, out string? reason)
    {
        reason = null;
        if (!TrySplit(line, cells)) reason = "a quote does not end";
        else if (cells.Count != header.Length) reason = $"found {cells.Count} cells, the header has {header.Length}";
        else if (!ImportTimes.TryParse(cells[time], out var atMs)) reason = $"found the time '{Short(cells[time])}', expected ISO 8601 or a number since 1970";
        else row.AtMs = atMs;
        if (reason is not null) return false;

        row.Device = cells[device];
        if (IsLong) Add(row, cells[channel], cells[value]);
        else
            for (var i = 0; i < header.Length; i++)
                if (i != time && i != device) Add(row, header[i], cells[i]);
        return true;
    }

    private static void Add(ImportRow row, string channel, string text)
    {
        if (text.Length == 0) return;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) row.Values.Add((channel, number, null));
        else if (bool.TryParse(text, out var yes)) row.Values.Add((channel, yes ? 1 : 0, null));
        else row.Values.Add((channel, double.NaN, text));
    }

    private int IndexOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (Array.FindIndex(header, cell => cell.Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index) return index;
        return -1;
    }

    private static bool TrySplit(string line, List<string> cells)
    {
        cells.Clear();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }

        cells.Add(cell.ToString());
        return !quoted;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
