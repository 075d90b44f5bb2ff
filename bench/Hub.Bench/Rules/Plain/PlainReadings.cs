using System.Globalization;
using System.Text;

namespace Hub.Bench.Rules.Plain;

/// <summary>The same readings, rules and digest as in bench/engines/readings.mjs: integers of 32 bits, so that every engine sees the same figures.</summary>
internal static class PlainReadings
{
    public const int Rules = 20;
    public const double ClearBelow = 55;
    public const long HoldMs = 30_000;
    public const long GapMs = 60_000;

    private const long StartMs = 1_795_327_200_000;
    private const int StepMs = 10_000;

    /// <summary>Threshold of a rule, °C.</summary>
    public static double Limit(int rule) => 60 + (rule * 0.2);

    public static long AtMs(int round) => StartMs + ((long)round * StepMs);

    /// <summary>One in twenty spells of twenty readings is hot; every reading has noise of its own.</summary>
    public static double Temperature(int device, int round)
    {
        var spell = Mix((uint)device * 2_654_435_761u ^ (uint)(round / 20));
        var noise = Mix((uint)device * 40_503u + (uint)round) % 500 / 100.0;
        return (spell % 20 == 0 ? 62 : 40) + noise;
    }

    /// <summary>Stands for one raise in a sum, so that the order in which an engine raises within one reading does not matter.</summary>
    public static uint Digest(int rule, int device, long atMs) =>
        Mix(((uint)device * 2_654_435_761u) ^ (((uint)rule * 40_503u) + (uint)((atMs - StartMs) / StepMs)));

    /// <summary>The twenty rules as a pack of the hub.</summary>
    public static string Pack()
    {
        var text = new StringBuilder("pack: plain\nrules:\n");
        for (var rule = 0; rule < Rules; rule++)
        {
            text.Append(CultureInfo.InvariantCulture, $$$"""
                  - {id: P{{{rule}}}, version: "1", type: Plain{{{rule}}}, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [chargerPort]}, key: {level: [device]}, firstReceivers: [],
                     steps: [{name: a, severity: P3, when: {hold: 'port_temp >= {{{Limit(rule)}}} °C', for: {{{HoldMs / 1000}}} s, gap: {{{GapMs / 1000}}} s}, explain: {zh: a, en: a}}], clear: {when: 'port_temp < {{{ClearBelow}}} °C'}}

                """);
        }

        return text.ToString();
    }

    private static uint Mix(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb352d;
        x ^= x >> 15;
        x *= 0x846ca68b;
        return x ^ (x >> 16);
    }
}
