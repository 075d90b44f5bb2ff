namespace Hub.Rules.Detectors.Inactivity;

/// <summary>The one fixed setting of the inactivity detector; docs/detection.md says what was tuned on what.</summary>
internal sealed record InactivitySettings
{
    public static readonly InactivitySettings Default = new();

    /// <summary>False alarms a week that one home is expected to give.</summary>
    public double Budget { get; init; } = 0.7;

    /// <summary>Days at the beginning that only teach.</summary>
    public int SilentDays { get; init; } = 7;

    /// <summary>Hours from the moment nothing more comes within which an alarm is worth most: what the limits are chosen for.</summary>
    public double Goal { get; init; } = 6;

    /// <summary>What an earlier silence keeps of its weight with each day on which somebody was at home.</summary>
    public double Memory { get; init; } = 0.985;

    /// <summary>How far apart two silences may begin and still be alike: standard deviation in hours of the day.</summary>
    public double BeginSpread { get; init; } = 1.15;

    /// <summary>How much longer or shorter a silence like an earlier one may be: standard deviation in hours, for a silence of no length.</summary>
    public double LengthSpread { get; init; } = 0.4;

    /// <summary>What each hour of the earlier silence adds to that.</summary>
    public double LengthSpreadPerHour { get; init; } = 0.07;

    /// <summary>Weeks of other homes that stand beside a home's own.</summary>
    public double ClassWeeks { get; init; } = 2;

    /// <summary>Silences a week of other homes, at any hour; how many are longer falls to 1/e every <see cref="ClassHours"/>.</summary>
    public double ClassRate { get; init; } = 10;

    /// <summary>Hours over which the share of longer silences of other homes falls to 1/e.</summary>
    public double ClassHours { get; init; } = 2.2;

    /// <summary>Worth of a limit within the goal for each hour of the week in which something moves, beside 1 for each silent hour that could still be found.</summary>
    public double AwakeWorth { get; init; } = 2;

    /// <summary>Worth of any alarm, in hours, beyond what the goal counts: so that no limit is needlessly long.</summary>
    public double AnyWorth { get; init; } = 0.2;

    /// <summary>Share of a silence that counts while the resident has presumably gone out. Not 0: whoever left may have been a visitor.</summary>
    public double AwayShare { get; init; } = 0.35;
}
