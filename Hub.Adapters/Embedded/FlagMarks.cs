using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Adapters.Embedded;

/// <summary>
/// Flags of readings, kept in a series beside: few readings have any, so those without cost nothing. A mark has the time of its reading and
/// is the flags with a hash of the value above them, so that it finds its reading among others of the same instant.
/// </summary>
internal static class FlagMarks
{
    /// <summary>Ends the channel name of a series of marks; no device can send it.</summary>
    public const string Suffix = "\u0001flags";

    private const int FlagBits = 4;
    private const uint HashMask = 0xFFFF;

    /// <summary>Whether a series holds marks.</summary>
    public static bool IsMarks(string channel) => channel.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The channel whose readings a series marks.</summary>
    public static string Of(string channel) => channel[..^Suffix.Length];

    /// <summary>The mark of a reading, a whole number that a chunk codes exactly.</summary>
    public static double Mark(ReadingFlags flags, double value, string? text) => (Hash(value, text) << FlagBits) | (uint)flags;

    /// <summary>Gives points their flags.</summary>
    /// <param name="points">The points of a series, in the order of time.</param>
    /// <param name="marks">Its marks over the same stretch.</param>
    /// <param name="stepMs">Width of a step: it has the flags of any reading in it; 0 for points as they are.</param>
    public static IReadOnlyList<SeriesPoint> Join(IReadOnlyList<SeriesPoint> points, IReadOnlyList<SeriesPoint> marks, long stepMs)
    {
        if (marks.Count == 0) return points;
        var byTime = new Dictionary<(long AtMs, uint Hash), ReadingFlags>();
        foreach (var mark in marks)
        {
            var coded = (uint)mark.Value;
            var key = stepMs > 0 ? (Readings.SeriesQueries.StepOf(mark.AtMs, stepMs), 0u) : (mark.AtMs, coded >> FlagBits);
            byTime[key] = byTime.GetValueOrDefault(key) | (ReadingFlags)(coded & ((1 << FlagBits) - 1));
        }

        return [.. points.Select(p => p with { Flags = byTime.GetValueOrDefault(stepMs > 0 ? (p.AtMs, 0u) : (p.AtMs, Hash(p.Value, p.Text))) })];
    }

    private static uint Hash(double value, string? text)
    {
        var hash = 2_166_136_261u; // FNV-1a: stands on disk, so it is ours and not the runtime's
        if (text is not null)
        {
            foreach (var c in text) hash = (hash ^ c) * 16_777_619u;
        }
        else
        {
            var bits = BitConverter.DoubleToUInt64Bits(value);
            for (var i = 0; i < 8; i++, bits >>= 8) hash = (hash ^ (byte)bits) * 16_777_619u;
        }

        return (hash ^ (hash >> 16)) & HashMask;
    }
}
