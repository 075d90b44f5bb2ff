namespace Hub.Rules.Detectors.Gathering;

/// <summary>The one fixed setting of the gathering detector; docs/detection.md says what was tuned on what.</summary>
internal sealed record GatheringSettings
{
    public static readonly GatheringSettings Default = new();

    /// <summary>Length of a slot. Half an hour smooths the turns of a lift and still dates a gathering.</summary>
    public long SlotMs { get; init; } = 30 * 60_000;

    /// <summary>Log odds of a gathering, nats, at which an alarm is given.</summary>
    public double Threshold { get; init; } = 2;

    /// <summary>Chance that a gathering begins in a slot.</summary>
    public double Begin { get; init; } = 0.01;

    /// <summary>Chance that it ends with a slot.</summary>
    public double End { get; init; } = 0.2;

    /// <summary>Weeks that the mean of all workdays (or weekend days) counts for against a weekday's own slot.</summary>
    public double Pooled { get; init; } = 3;

    /// <summary>Days after which the mean of all workdays has half its full weight.</summary>
    public double Proven { get; init; } = 3;

    /// <summary>Days that slots like it (same half hour and those beside it, workdays or weekend) must have been counted before a slot is judged.</summary>
    public double LeastDays { get; init; } = 0.75;

    /// <summary>Least number of people that a gathering adds, on average.</summary>
    public double LeastExtra { get; init; } = 8;

    /// <summary>Weight a slot keeps in learning however sure a gathering is, so that a lasting change is learnt.</summary>
    public double LeastWeight { get; init; } = 0.05;

    /// <summary>The same in the first two weeks, when little is known.</summary>
    public double LeastWeightEarly { get; init; } = 0.1;

    /// <summary>Share of the fitted overdispersion that is used.</summary>
    public double Spread { get; init; } = 0.5;
}
