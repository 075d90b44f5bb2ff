using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Hub.Commands;

/// <summary>A recorded series: CSV with a header, the first column a time, the others numbers; plain or gzip, read row by row.</summary>
/// <remarks>A broken line is a <see cref="StartException"/> that names file and line. Empty cells, NaN and the like are no fault: they are NaN.</remarks>
internal sealed class SeriesFile : IDisposable
{
    private const int Sniffed = 1_000;
    private readonly StreamReader reader;
    private readonly Queue<(long Line, List<string> Cells)> ahead = new();
    private readonly string name;
    private readonly Stream file;
    private long line;
    private long current;
    private TimeSpan? offset;

    private SeriesFile(string name, Stream file, StreamReader reader)
    {
        this.name = name;
        this.file = file;
        this.reader = reader;
        Columns = NextCells() is { Count: > 1 } header
            ? [.. header.Select(h => h.Trim())]
            : throw new StartException($"{name} line {Math.Max(line, 1)}: found no header, expected a line such as 'ts,value' with a time first and at least one more column");
    }

    /// <summary>Names of the columns, the time first.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Cells of the row read last, as they stand in the file.</summary>
    public IReadOnlyList<string> Cells { get; private set; } = [];

    /// <summary>Time of the row read last: milliseconds since 1970-01-01, on the local clock of the series (the offset of its first row).</summary>
    public long AtMs { get; private set; }

    /// <summary>How much of the file is read, 0 to 1.</summary>
    public double Share => file.Length == 0 ? 1 : (double)file.Position / file.Length;

    public static SeriesFile Open(string path)
    {
        if (!File.Exists(path)) throw new StartException($"there is no file '{path}'");
        var file = File.OpenRead(path);
        var zipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return new SeriesFile(Path.GetFileName(path), file, new StreamReader(zipped ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8));
    }

    /// <summary>Column of that name; -1 when there is none. Case does not matter.</summary>
    public int IndexOf(string column)
    {
        for (var i = 1; i < Columns.Count; i++) if (string.Equals(Columns[i], column, StringComparison.OrdinalIgnoreCase)) return i;
        return -1;
    }

    /// <summary>The first column after the time that holds numbers; -1 when none does in the first thousand rows.</summary>
    public int FirstNumeric()
    {
        while (ahead.Count < Sniffed && NextCells() is { } cells) ahead.Enqueue((line, cells));
        for (var column = 1; column < Columns.Count; column++)
        {
            var numbers = 0;
            var words = 0;
            foreach (var (_, cells) in ahead)
            {
                if (column >= cells.Count || cells[column].Trim().Length == 0) continue;
                if (!TryNumber(cells[column], out var number)) words++;
                else if (double.IsFinite(number)) numbers++;
            }

            // One broken cell does not make a column of numbers one of words; the row itself is reported when it is read.
            if (numbers > words) return column;
        }

        return ahead.Count == 0 && Columns.Count > 1 ? 1 : -1;
    }

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Next()
    {
        var (at, cells) = ahead.TryDequeue(out var first) ? (first.Line, first.Cells) : (-1, NextCells());
        if (cells is null) return false;
        if (at < 0) at = line;
        Cells = cells;
        AtMs = Time(cells[0], at);
        current = at;
        return true;
    }

    /// <summary>Number in a cell of the row read last; NaN when it is empty, missing or says that nothing was measured.</summary>
    public double Number(int column)
    {
        if (column < 0 || column >= Cells.Count) return double.NaN;
        return TryNumber(Cells[column], out var number)
            ? number
            : throw new StartException($"{name} line {current}: found '{Clip(Cells[column])}' in column '{(column < Columns.Count ? Columns[column] : "?")}', expected a number, or nothing where none was measured");
    }

    public void Dispose()
    {
        reader.Dispose();
        file.Dispose();
    }

    private static bool TryNumber(string cell, out double number)
    {
        var text = cell.AsSpan().Trim();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return true;
        number = double.NaN;
        switch (text)
        {
            case "" or "-" or "null" or "NULL" or "None" or "NA" or "N/A" or "nan" or "NAN" or "inf" or "-inf" or "+inf" or "Inf" or "-Inf" or "INF" or "-INF": return true;
            case "true" or "True" or "TRUE" or "on" or "On" or "ON": number = 1; return true;
            case "false" or "False" or "FALSE" or "off" or "Off" or "OFF": number = 0; return true;
            default: return false;
        }
    }

    private long Time(string cell, long at)
    {
        var text = cell.AsSpan().Trim();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms)) return ms;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) && Math.Abs(fraction) < 1e15) return (long)fraction;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Length >= 8)
        {
            offset ??= time.Offset;
            return time.ToUnixTimeMilliseconds() + (long)offset.Value.TotalMilliseconds;
        }

        throw new StartException($"{name} line {at}: found '{Clip(cell)}' as the time, expected ISO 8601 such as 2026-11-22T03:04:05 (with or without a zone) or milliseconds since 1970");
    }

    private static string Clip(string cell) => cell.Length <= 40 ? cell : cell[..40] + "…";

    private List<string>? NextCells()
    {
        try
        {
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (text.Trim().Length > 0) return Split(text);
            }
        }
        catch (InvalidDataException e)
        {
            throw new StartException($"{name} line {line + 1}: the compressed file is damaged ({e.Message})", e);
        }

        return null;
    }

    private static List<string> Split(string text) => text.Contains('"', StringComparison.Ordinal) ? Csv.Read(text) is [var row, ..] ? row : [""] : [.. text.TrimEnd('\r').Split(',')];
}
