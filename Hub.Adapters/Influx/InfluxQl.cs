using System.Globalization;
using Hub.Core.Ports;

namespace Hub.Adapters.Influx;

/// <summary>The questions we ask, as InfluxQL that 1.x, 2.x and 3.x understand alike.</summary>
internal static class InfluxQl
{
    /// <summary>Every point of a range.</summary>
    public static string Raw(in SeriesQuery query)
    {
        var key = FieldKeys.Of(query.Channel);
        return string.Create(CultureInfo.InvariantCulture,
            $"SELECT {Name(key)}, {Name(key + FieldKeys.TextSuffix)}, {Flags(key, "{0}")} FROM {InfluxLayout.Measurement} WHERE {Range(query)} ORDER BY time LIMIT {query.Limit}");
    }

    /// <summary>Steps of a range.</summary>
    public static string Steps(in SeriesQuery query)
    {
        var key = FieldKeys.Of(query.Channel);
        var number = Name(key);
        var text = Name(key + FieldKeys.TextSuffix);
        return string.Create(CultureInfo.InvariantCulture,
            $"SELECT mean({number}), min({number}), max({number}), last({number}), count({number}), last({text}), count({text}), {Flags(key, "count({0})")} FROM {InfluxLayout.Measurement} WHERE {Range(query)} GROUP BY time({query.StepMs}ms) fill(none) LIMIT {query.Limit}");
    }

    private static string Flags(string key, string asked) => string.Join(", ", FieldKeys.FlagSuffixes.Select(suffix => string.Format(CultureInfo.InvariantCulture, asked, Name(key + suffix))));

    /// <summary>Which fields a device ever had, with their last values.</summary>
    public static string LastOfAll(string device) => $"SELECT last(*) FROM {InfluxLayout.Measurement} WHERE {Device(device)}";

    /// <summary>Last value of one field with its time.</summary>
    public static string Last(string device, string key) => $"SELECT last({Name(key)}) FROM {InfluxLayout.Measurement} WHERE {Device(device)}";

    /// <summary>A quoted identifier.</summary>
    public static string Name(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Text(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static string Device(string device) => $"\"{InfluxLayout.DeviceTag}\" = {Text(device)}";

    private static string Range(in SeriesQuery query)
    {
        var from = Math.Clamp(query.FromMs, InfluxLayout.LeastMs, InfluxLayout.GreatestMs) * 1_000_000;
        var to = Math.Clamp(query.ToMs, InfluxLayout.LeastMs, InfluxLayout.GreatestMs) * 1_000_000;
        return string.Create(CultureInfo.InvariantCulture, $"{Device(query.DeviceId)} AND time >= {from} AND time < {to}");
    }
}
