using Hub.Core.Readings;

namespace Hub.Adapters.Influx;

/// <summary>Where a reading lies in InfluxDB; the page docs/formats/influx.md says why.</summary>
internal static class InfluxLayout
{
    /// <summary>The one measurement.</summary>
    public const string Measurement = "readings";

    /// <summary>The one tag: series = devices.</summary>
    public const string DeviceTag = "device";

    /// <summary>Event times that fit 64 bits of nanoseconds: the years 1678 to 2262.</summary>
    public const long LeastMs = -9_223_372_036_854;

    /// <inheritdoc cref="LeastMs"/>
    public const long GreatestMs = 9_223_372_036_853;

    private const long KeySpace = 1_000_000;

    /// <summary>
    /// Nanoseconds below the event time's millisecond, from what names the message for ever: its position in the journal and the index
    /// within the message (for an import a number made of what its line says). So two readings of one instant keep apart, and a replay overwrites itself.
    /// </summary>
    public static long KeyOf(Observation observation)
    {
        var number = observation.Position > 0 ? observation.Position : Math.Max(observation.Sequence, 0);
        // A large prime apart: an array of elements without stamps must not meet the next messages of its lane.
        return (number % KeySpace + observation.Ordinal * 104_729L) % KeySpace;
    }
}
