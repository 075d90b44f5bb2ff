using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Hub.Commands;

/// <summary>A recorded series: CSV with a header, the first column a time, the others numbers; plain or gzip, read row by row.</summary>
/// <remarks>
/// A broken line is a <see cref="StartException"/> that names file and line. Empty cells, NaN and the like are no fault: they are NaN.
/// Cells are parted as in the header, by commas, semicolons (numbers may then have decimal commas), tabs or bars. Lines before the header that
/// begin with # are passed over. A file that begins with a time and numbers has no header: its columns are value, value2, ….
/// </remarks>
internal sealed class SeriesFile : IDisposable
{
    private const int Sniffed = 1_000;
    private const int MaxCellLines = 100;

    // As seconds: 1985 to 2603. As milliseconds it would be the first half of 1970, where no sensor was.
    private const double LeastSeconds = 5e8;
    private const double MostSeconds = 2e10;

    private readonly StreamReader reader;
    private readonly Queue<(long Line, List<string> Cells)> ahead = new();
    private readonly string name;
    private readonly Stream file;
    private long line;
    private long current;
    private TimeSpan? offset;
    private char comma = ',';
    private double? tick;

    private SeriesFile(string name, Stream file, StreamReader reader)
    {
        this.name = name;
        this.file = file;
        this.reader = reader;
        var first = NextLine();
        while (first?.StartsWith('#') == true) first = NextLine();
        comma = first is null || first.Contains(',', StringComparison.Ordinal) ? ',' : Array.Find([';', '\t', '|'], c => first.Contains(c, StringComparison.Ordinal));
        if (first is null || comma == 0)
            throw new StartException($"{name} line {Math.Max(line, 1)}: found no header{(first is null ? "" : $" in '{Clip(first)}'")}, expected a line such as 'ts,value' with a time first and at least one more column");

        var header = Split(first);
        Headless = TryTime(header[0], out _) && header.Skip(1).All(c => TryNumber(c, out _));
        Columns = Headless ? ["ts", .. Enumerable.Range(1, header.Count - 1).Select(i => i == 1 ? "value" : $"value{i}")] : [.. header.Select(h => h.Trim())];
        if (Headless) ahead.Enqueue((line, header));
        (offset, tick) = (null, null);
    }

    /// <summary>The file began with data: nobody named the columns.</summary>
    public bool Headless { get; }

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

    private bool TryNumber(string cell, out double number)
    {
        var text = cell.AsSpan().Trim();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return true;
        if (comma == ';' && text.Contains(',') && double.TryParse(cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return true;
        number = double.NaN;
        if (text.Length > 10) return false;
        Span<char> lower = stackalloc char[text.Length];
        text.ToLowerInvariant(lower);
        switch (lower)
        {
            case "" or "-" or "--" or "?" or "null" or "none" or "nil" or "na" or "n/a" or "#n/a" or "nan" or "inf" or "-inf" or "+inf" or "infinity" or "-infinity" or "missing": return true;
            case "true" or "on": number = 1; return true;
            case "false" or "off": number = 0; return true;
            default: return false;
        }
    }

    private long Time(string cell, long at) => TryTime(cell, out var ms)
        ? ms
        : throw new StartException($"{name} line {at}: found '{Clip(cell)}' as the time, expected ISO 8601 such as 2026-11-22T03:04:05 (with or without a zone), or milliseconds or seconds since 1970");

    private bool TryTime(string cell, out long ms)
    {
        var text = cell.AsSpan().Trim();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e15)
        {
            // The first row says which of the two the whole file means.
            tick ??= number is >= LeastSeconds and < MostSeconds ? 1000 : 1;
            ms = (long)Math.Round(number * tick.Value);
            return true;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Length >= 8)
        {
            offset ??= time.Offset;
            ms = time.ToUnixTimeMilliseconds() + (long)offset.Value.TotalMilliseconds;
            return true;
        }

        ms = 0;
        return false;
    }

    private static string Clip(string cell) => cell.Length <= 40 ? cell : cell[..40] + "…";

    private List<string>? NextCells() => NextLine() is { } text ? Split(text) : null;

    // The next line with anything on it; a quoted cell may go on over several.
    private string? NextLine()
    {
        try
        {
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (text.AsSpan().Trim().Length == 0) continue;
                for (var n = 1; n < MaxCellLines && text.AsSpan().Count('"') % 2 != 0 && reader.ReadLine() is { } more; n++)
                {
                    text += "\n" + more;
                    line++;
                }

                return text;
            }
        }
        catch (InvalidDataException e)
        {
            throw new StartException($"{name} line {line + 1}: the compressed file is damaged ({e.Message})", e);
        }

        return null;
    }

    private List<string> Split(string text) => text.Contains('"', StringComparison.Ordinal) ? Csv.Read(text, comma) is [var row, ..] ? row : [""] : [.. text.Split(comma)];
}
