namespace Hub.Rules.Detectors.Inactivity;

/// <summary>The one fixed setting of the inactivity detector; docs/detection.md says what was tuned on what.</summary>
internal sealed record InactivitySettings
{
    public static readonly InactivitySettings Default = new();

    /// <summary>False alarms a week that one home may give.</summary>
    public double Budget { get; init; } = 0.6;

    /// <summary>Days at the beginning that only teach.</summary>
    public int SilentDays { get; init; } = 7;

    /// <summary>Belief that an hour is active before anything is known, and the days it counts for.</summary>
    public double Prior { get; init; } = 0.15;

    /// <summary>Days the prior counts for.</summary>
    public double PriorDays { get; init; } = 1;

    /// <summary>What a day's evidence keeps of its weight from day to day.</summary>
    public double Memory { get; init; } = 0.98;

    /// <summary>Most that an hour may be believed active.</summary>
    public double Surest { get; init; } = 0.9;

    /// <summary>Weight of the hours before and after.</summary>
    public double Neighbours { get; init; } = 0.5;

    /// <summary>Weight of "on so many days there was such a silence" beside the sum over hours.</summary>
    public double DaysWeight { get; init; } = 3;

    /// <summary>Share that counts while the resident has presumably gone out. Not 0: whoever left may have been a visitor.</summary>
    public double AwayShare { get; init; } = 0.35;

    /// <summary>Weeks the silences of other homes count for beside a home's own.</summary>
    public double ClassWeeks { get; init; } = 2;

    /// <summary>Silences a week of other homes with a surprise above 0, as an exponential tail.</summary>
    public double ClassRate { get; init; } = 14;

    /// <summary>Surprise over which that tail falls to 1/e.</summary>
    public double ClassScale { get; init; } = 3.5;
}
