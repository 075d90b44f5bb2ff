using System.Text;
using System.Text.Json;
using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>
/// Decides event time: the device's own stamp when it lies within [arrival − 7 d, arrival + 60 s], else arrival, with the skew noted.
/// </summary>
internal sealed class OwnClock(IngestOptions options)
{
    private const long EarliestMs = 7 * 86_400_000L;
    private const long LatestMs = 60_000;

    /// <summary>Reads <c>"ts": …</c>, standing on the name.</summary>
    public bool Read(ref Utf8JsonReader reader, Observation observation, DecodedMessage message)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.Number when reader.TryGetInt64(out var ms):
                Stamp(observation, ms);
                return true;
            case JsonTokenType.Number when reader.TryGetDouble(out var fraction) && Math.Abs(fraction) < 1e15:
                Stamp(observation, (long)Math.Round(fraction));
                return true;
            case JsonTokenType.String when !reader.ValueIsEscaped && IsoTime.TryParse(reader.ValueSpan, out var at, out var hasZone):
                Stamp(observation, hasZone ? at : Nearest(at, observation.ArrivalMs));
                return true;
            case JsonTokenType.Number or JsonTokenType.String:
                observation.ClockSkewed = observation.Kind == MessageKind.Event;
                return OwnFields.Broken(ref reader, observation, message, DeadReasons.BadTime, $"\"ts\" is {Short(reader.ValueSpan)}; expected milliseconds since 1970 or a time such as \"2026-11-22T03:04:05.678+08:00\"");
            default:
                observation.ClockSkewed = observation.Kind == MessageKind.Event;
                return OwnFields.Broken(ref reader, observation, message, DeadReasons.WrongType, $"\"ts\" is {OwnFields.NameOf(reader.TokenType)}; expected a number or a text");
        }
    }

    /// <summary>Takes the device's stamp as event time, or arrival when the stamp cannot be right.</summary>
    public static void Stamp(Observation observation, long ms)
    {
        // A stamp from the edges of what a number can hold must not overflow.
        ms = Math.Clamp(ms, -1_000_000_000_000_000, 1_000_000_000_000_000);
        observation.Stamped = true;
        observation.SkewMs = ms - observation.ArrivalMs;
        observation.ClockSkewed = observation.SkewMs is < -EarliestMs or > LatestMs;
        observation.AtMs = observation.ClockSkewed ? observation.ArrivalMs : ms;
    }

    // A time without zone is local time for most devices and UTC for some.
    private long Nearest(long asUtc, long arrivalMs)
    {
        var asLocal = asUtc - (long)options.ZoneOffset.TotalMilliseconds;
        return Math.Abs(asLocal - arrivalMs) <= Math.Abs(asUtc - arrivalMs) ? asLocal : asUtc;
    }

    private static string Short(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, 40)]);
}
