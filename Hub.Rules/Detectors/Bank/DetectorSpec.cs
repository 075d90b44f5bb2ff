using Hub.Core;

namespace Hub.Rules.Detectors.Bank;

/// <summary>A detector as declared in detectors.yaml: which devices feed it through which channels, and how its scores are called and budgeted.</summary>
internal sealed class DetectorSpec
{
    public required string Id { get; init; }

    public required DetectorKind Kind { get; init; }

    /// <summary>Kinds of devices it watches; each of them is a key of its own.</summary>
    public required IReadOnlySet<string> Kinds { get; init; }

    /// <summary>For each channel of the detector the device channels that feed it; several are added up.</summary>
    public required Channel[][] Channels { get; init; }

    /// <summary>Types of events whose confidence feeds it; empty when it is fed by channels.</summary>
    public IReadOnlySet<string> Events { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Fed with the device's clock against the hub's.</summary>
    public bool OfClock { get; init; }

    /// <summary>Judges the device and not what it watches: counts by time of arrival, which no device can get wrong, and takes late messages too.</summary>
    public bool ByArrival => OfClock || Kind.Name is "health";

    /// <summary>Compares a device with its neighbours of the same kind in the nearest place of this kind; Unknown for none.</summary>
    public Core.Places.PlaceKind Peers { get; init; }

    /// <summary>Number of the detector's channel for how warm idle neighbours are; -1 when it has none.</summary>
    public int Ambient { get; init; } = -1;

    /// <summary>No alarm before the threshold follows the budget: what is odd here is not known sooner.</summary>
    public bool Waits { get; init; }

    /// <summary>Channel the score is told under, in the unit of the detector.</summary>
    public required Channel Score { get; init; }

    /// <summary>Channel that tells the score minus the threshold in force: an alarm from 0.</summary>
    public required Channel Margin { get; init; }

    /// <summary>Channel that says in words, Chinese and English, what an alarm rests on.</summary>
    public required Channel Why { get; init; }

    /// <summary>Channel that names the sign an alarm rests on, in one word.</summary>
    public required Channel Sign { get; init; }

    /// <summary>How often a score is told while nothing happens.</summary>
    public required long EveryMs { get; init; }

    /// <summary>Least time between two readings of a key that are looked at; 0 for every one.</summary>
    public required long SampleMs { get; init; }

    /// <summary>How long after its event time a reading may arrive: time is said to have come only so far.</summary>
    public required long LatenessMs { get; init; }

    /// <summary>False alarms a key may give in 30 days; NaN when its own fixed threshold stands.</summary>
    public required double AlarmsPerMonth { get; init; }

    /// <summary>Names what was declared: state of a spec that changed is not taken up.</summary>
    public required string Hash { get; init; }

    /// <summary>Whether another declaration says just the same.</summary>
    public bool SaysTheSame(DetectorSpec other) =>
        string.Equals(Id, other.Id, StringComparison.Ordinal) && string.Equals(Hash, other.Hash, StringComparison.Ordinal) && Kinds.SetEquals(other.Kinds)
        && Peers == other.Peers && EveryMs == other.EveryMs && SampleMs == other.SampleMs && LatenessMs == other.LatenessMs && AlarmsPerMonth.Equals(other.AlarmsPerMonth);

    /// <summary>Takes this spec's values out of an observation; false when it holds none of them.</summary>
    public bool Read(Hub.Core.Readings.Observation observation, Span<double> values)
    {
        if (OfClock)
        {
            values[0] = observation.SkewMs / 1000.0;
            return observation.Stamped;
        }

        if (Events.Count > 0)
        {
            values[0] = observation.Confidence;
            return observation.EventType is { } type && Events.Contains(type);
        }

        var any = false;
        for (var i = 0; i < Channels.Length; i++)
        {
            values[i] = double.NaN;
            foreach (var channel in Channels[i])
            {
                if (!observation.TryGet(channel, out var reading) || reading.Suspect || !double.IsFinite(reading.Value)) continue;
                values[i] = double.IsNaN(values[i]) ? reading.Value : values[i] + reading.Value;
                any = true;
            }
        }

        return any;
    }
}
