using Hub.Rules.Detectors.Camera;
using Hub.Rules.Detectors.Charging;
using Hub.Rules.Detectors.Fire;
using Hub.Rules.Detectors.Gathering;
using Hub.Rules.Detectors.Generic;
using Hub.Rules.Detectors.Health;
using Hub.Rules.Detectors.Inactivity;

namespace Hub.Rules.Detectors;

/// <summary>The detectors that ship, by the names used on the command line and in rule packs.</summary>
public static class Detectors
{
    /// <summary>Every detector. Each name makes a fresh one with its one fixed setting.</summary>
    public static IReadOnlyList<DetectorKind> All { get; } =
    [
        new("generic", "any numeric series: level, short and long mean, hour of day", 1, () => new GenericDetector()),
        new("gathering", "people counted at one door, one row a slot or a passage", 1, () => new GatheringDetector()),
        new("charger-port", "one charger port: power, its temperature and that around it", 1, () => new ChargerPortDetector()),
        new("flat-charger", "an e-bike charger among the loads of one flat", 1, () => new FlatChargerDetector()),
        new("charger-nights", "the same charger on the line of one flat night after night", 1, () => new ChargerNightsDetector()),
        new("health", "a sensor itself: silent, stuck, spikes, another unit, adrift from its peers", 1, () => new HealthDetector()),
        new("clock", "a device's clock against the hub's, in seconds", 1, () => new ClockDetector()),
        new("sighting", "what a camera names in a zone, by confidence, frame by frame", 1, () => new SightingDetector()),
        new("fire", "one point: temperature, smoke, carbon monoxide, humidity", 0, () => new FireDetector()),
        new("inactivity", "one home: activity 0/1 or a count, entrance door if known", 1, () => new InactivityDetector()),
    ];

    /// <summary>The detector of that name; null when there is none.</summary>
    public static DetectorKind? Find(string name)
    {
        foreach (var kind in All) if (string.Equals(kind.Name, name, StringComparison.Ordinal)) return kind;
        return null;
    }
}

/// <summary>One kind of detector.</summary>
/// <param name="Name">Its name, such as <c>gathering</c>.</param>
/// <param name="Watches">What it looks at, in a few words.</param>
/// <param name="Needed">How many of its channels, counted from the first, must be there; 0 when any one of them will do.</param>
/// <param name="Create">Makes one for a new key, without history.</param>
public sealed record DetectorKind(string Name, string Watches, int Needed, Func<Detector> Create);
