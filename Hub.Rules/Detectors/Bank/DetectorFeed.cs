using Hub.Core.Readings;

namespace Hub.Rules.Detectors.Bank;

/// <summary>What the bank must know of a declared detector before it looks any closer: nearly every reading is not for it, or comes too soon.</summary>
internal readonly struct DetectorFeed(DetectorSpec spec)
{
    public DetectorSpec Spec { get; } = spec;

    /// <summary>One bit for each of its channels, perhaps shared with others; all bits when it is not fed by channels.</summary>
    public ulong Channels { get; } = BitsOf(spec);

    public long SampleMs { get; } = spec.SampleMs;

    public bool ByArrival { get; } = spec.ByArrival;

    /// <summary>The same bits of what an observation brings.</summary>
    public static ulong Brought(Observation observation)
    {
        // The highest bit is no channel's: a message without readings may still be an event.
        var bits = 1UL << 63;
        foreach (ref readonly var reading in observation.Readings) bits |= 1UL << (reading.Channel.Index % 63);
        return bits;
    }

    private static ulong BitsOf(DetectorSpec spec)
    {
        if (spec.OfClock || spec.Events.Count > 0) return ulong.MaxValue;
        var bits = 0UL;
        foreach (var source in spec.Channels)
            foreach (var channel in source) bits |= 1UL << (channel.Index % 63);
        return bits;
    }
}

/// <summary>A detector of one device: when it was fed last lies beside its key, so that a reading that comes too soon touches no more than this.</summary>
internal struct Fed
{
    public DetectorKey? Key;
    public long AtMs;
}
