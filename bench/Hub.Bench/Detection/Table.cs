using System.Globalization;
using System.IO.Compression;

namespace Hub.Bench.Detection;

/// <summary>A small CSV file in memory, plain or gzip; cells that are no number are NaN.</summary>
internal sealed class Table
{
    private readonly List<string[]> rows = [];

    private Table(string[] columns) => Columns = columns;

    public string[] Columns { get; }

    public int Rows => rows.Count;

    public static Table Read(string path)
    {
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.OpenRead(path), CompressionMode.Decompress) : File.OpenRead(path));
        var table = new Table(reader.ReadLine()!.Split(','));
        while (reader.ReadLine() is { } line) table.rows.Add(line.Split(','));
        return table;
    }

    public int Column(string name) => Array.IndexOf(Columns, name);

    public string Text(int row, string column) => rows[row][Column(column)];

    public double Number(int row, int column) =>
        column >= 0 && column < rows[row].Length && double.TryParse(rows[row][column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    public double Number(int row, string column) => Number(row, Column(column));
}
