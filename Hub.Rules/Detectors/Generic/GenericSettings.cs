namespace Hub.Rules.Detectors.Generic;

/// <summary>The one fixed setting of the generic detector; docs/detection.md says what was tuned on what.</summary>
internal sealed record GenericSettings
{
    public static readonly GenericSettings Default = new();

    /// <summary>Score at which an alarm is given, weighted -log10 p of the four views.</summary>
    public double Threshold { get; init; } = 2.1;

    /// <summary>Rows that only teach, for the key and for each of its views. An alarm needs a history to differ from.</summary>
    public int Silent { get; init; } = 50;

    /// <summary>Rows after an alarm in which the score is held below the threshold: one episode, one alarm.</summary>
    public int Refractory { get; init; } = 120;

    /// <summary>Gain of the short mean: about a dozen readings.</summary>
    public double ShortGain { get; init; } = 0.08;

    /// <summary>Gain of the middle mean: about a hundred readings.</summary>
    public double MiddleGain { get; init; } = 0.01;

    /// <summary>Smallest gain of the long level: about five thousand readings.</summary>
    public double LevelGain { get; init; } = 0.0002;

    /// <summary>Days after which the mean of an hour of the day is believed.</summary>
    public int SlotsKnownAfterDays { get; init; } = 1;

    /// <summary>Share of the histogram whose outside is read as an exponential tail.</summary>
    public double TailShare { get; init; } = 0.02;
}
