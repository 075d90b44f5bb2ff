using static Hub.Tests.Detectors.GenericDetectorTests;

namespace Hub.Tests.Detectors;

/// <summary>A lively series (loads that come and go, a daily rise, noise) and what can go wrong with it. Seeded by its name: the same rows every time.</summary>
internal static class HardSeries
{
    private const long Start = 1_763_000_000_000;
    private const long Minute = 60_000;
    private const long Day = 86_400_000;

    public static IReadOnlyList<string> Names { get; } =
    [
        "none", "nan", "infinite", "huge", "gaps", "out of order", "duplicated", "unit change", "stuck at maximum", "off by an hour", "off by a day",
        "one row far ahead", "no time at all", "negative", "all zero", "every second",
    ];

    public static List<(long AtMs, double[] Values)> Of(string hardship, int channels, int rows)
    {
        var noise = new Noise((uint)hardship.Length + 11);
        var list = new List<(long, double[])>(rows);
        for (var i = 0; i < rows; i++)
        {
            var at = Start + (i * (hardship == "every second" ? 1_000 : Minute));
            var values = new double[channels];
            for (var c = 0; c < channels; c++) values[c] = 20 + (5 * Math.Sin(i / 230.0)) + (i % 700 is > 300 and < 560 ? 150 : 0) + noise.Next();
            list.Add((at, values));
        }

        for (var i = 0; i < rows; i++) list[i] = Harm(hardship, i, list[i].Item1, list[i].Item2, noise);
        if (hardship == "out of order")
            for (var i = 10; i < rows; i += 7) (list[i], list[i - 9]) = (list[i - 9], list[i]);
        return list;
    }

    private static (long AtMs, double[] Values) Harm(string hardship, int i, long at, double[] values, Noise noise)
    {
        var now = i % 50 is > 30 and < 36;
        var late = i % 1_000 > 600;
        switch (hardship)
        {
            case "nan" when now: Array.Fill(values, double.NaN); break;
            case "infinite" when now: Array.Fill(values, noise.Next() > 0 ? double.PositiveInfinity : double.NegativeInfinity); break;
            case "huge" when now: Array.Fill(values, noise.Next() > 0 ? double.MaxValue : -double.MaxValue); break;
            case "gaps": return (at + (i / 400 * 5 * 3_600_000L), values);
            case "duplicated" when now: return (at - Minute, values);
            case "unit change" when late: for (var c = 0; c < values.Length; c++) values[c] *= 1_000; break;
            case "stuck at maximum" when late: Array.Fill(values, 4_095); break;
            case "off by an hour" when late: return (at + 3_600_000, values);
            case "off by a day" when late: return (at - Day, values);
            case "one row far ahead" when i == 900: return (at + (400 * Day), values);
            case "no time at all" when now: return (i % 2 == 0 ? long.MinValue : long.MaxValue, values);
            case "negative": for (var c = 0; c < values.Length; c++) values[c] = -values[c]; break;
            case "all zero": Array.Clear(values); break;
        }

        return (at, values);
    }
}
