using System.Text.Json;
using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Adapters.Influx;

/// <summary>Takes the JSON of <c>/query</c> apart.</summary>
internal static class InfluxAnswer
{
    /// <summary>Throws what the server complains of: it may do so under a status of 200.</summary>
    public static void ThrowOnFault(JsonDocument answer)
    {
        var root = answer.RootElement;
        if (root.TryGetProperty("error", out var fault)) throw new InfluxRefusedException(System.Net.HttpStatusCode.BadRequest, fault.ToString());
        foreach (var result in root.GetProperty("results").EnumerateArray())
            if (result.TryGetProperty("error", out fault)) throw new InfluxRefusedException(System.Net.HttpStatusCode.BadRequest, fault.ToString());
    }

    /// <summary>Rows of a statement's only series; none when it found nothing.</summary>
    public static IEnumerable<JsonElement> Rows(JsonDocument answer, int statement) =>
        Series(answer, statement) is { } series ? series.GetProperty("values").EnumerateArray() : [];

    /// <summary>Column names of a statement's only series.</summary>
    public static string[] Columns(JsonDocument answer, int statement) =>
        Series(answer, statement) is { } series ? [.. series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)] : [];

    /// <summary>A row of <see cref="InfluxQl.Raw"/>: time, number, text; both when a message had both.</summary>
    public static IEnumerable<SeriesPoint> RawPoints(JsonElement row)
    {
        var (at, flags) = (MillisecondsOf(row[0]), Flags(row, 3));
        if (row[1].ValueKind == JsonValueKind.Number)
        {
            var value = row[1].GetDouble();
            yield return new SeriesPoint(at, value, value, value, value, 1, null, flags);
        }

        if (row[2].ValueKind == JsonValueKind.String)
            yield return new SeriesPoint(at, double.NaN, double.NaN, double.NaN, double.NaN, 1, row[2].GetString(), flags);
    }

    /// <summary>A row of <see cref="InfluxQl.Steps"/>; null when it counts nothing.</summary>
    public static SeriesPoint? Step(JsonElement row)
    {
        var count = Whole(row[5]) + Whole(row[7]);
        if (count == 0) return null;
        return new SeriesPoint(MillisecondsOf(row[0]), Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), count,
            row[6].ValueKind == JsonValueKind.String ? row[6].GetString() : null, Flags(row, 8));
    }

    /// <summary>Nanoseconds of a row to milliseconds, towards the past.</summary>
    public static long MillisecondsOf(JsonElement time)
    {
        var nanoseconds = time.GetInt64();
        return nanoseconds >= 0 ? nanoseconds / 1_000_000 : (nanoseconds - 999_999) / 1_000_000;
    }

    // One column a flag: a number other than 0 says that it is there.
    private static ReadingFlags Flags(JsonElement row, int from)
    {
        var flags = ReadingFlags.None;
        for (var i = 0; i < FieldKeys.FlagSuffixes.Length && from + i < row.GetArrayLength(); i++)
            if (Whole(row[from + i]) > 0) flags |= (ReadingFlags)(1 << i);
        return flags;
    }

    private static JsonElement? Series(JsonDocument answer, int statement)
    {
        var results = answer.RootElement.GetProperty("results");
        if (statement >= results.GetArrayLength()) return null;
        var result = results[statement];
        return result.TryGetProperty("series", out var series) && series.GetArrayLength() > 0 && series[0].TryGetProperty("values", out _) ? series[0] : null;
    }

    private static double Number(JsonElement cell) => cell.ValueKind == JsonValueKind.Number ? cell.GetDouble() : double.NaN;

    private static long Whole(JsonElement cell) => cell.ValueKind == JsonValueKind.Number ? (long)cell.GetDouble() : 0;
}
