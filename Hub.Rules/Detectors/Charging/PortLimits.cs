namespace Hub.Rules.Detectors.Charging;

/// <summary>Limits of a charger port. One set for every port; a rule pack may say otherwise where the site differs.</summary>
internal sealed record PortLimits
{
    public static PortLimits Default { get; } = new();

    /// <summary>Longest charge [h]. Lead-acid batteries take up to ten.</summary>
    public double Hours { get; init; } = 10;

    /// <summary>Longest time in constant current [h]: after that a battery ought to take less.</summary>
    public double ConstantHours { get; init; } = 9;

    /// <summary>Longest taper [h].</summary>
    public double TaperHours { get; init; } = 4;

    /// <summary>A charge that never tapers is held against the port's own past only after this long [h].</summary>
    public double LeastHours { get; init; } = 4;

    /// <summary>Rating of a port [W].</summary>
    public double Watts { get; init; } = 600;

    /// <summary>Step up of the power within half an hour, as a share: chargers rise by a few percent an hour.</summary>
    public double Step { get; init; } = 0.11;

    /// <summary>Swings of the power by a fifth within ten minutes: a plug that makes bad contact.</summary>
    public int Swings { get; init; } = 7;

    /// <summary>Temperature of a port [°C].</summary>
    public double Celsius { get; init; } = 65;

    /// <summary>Sum of what was too warm for the power, in standard deviations.</summary>
    public double TooWarm { get; init; } = 30;

    /// <summary>Rise of the temperature within a minute [K/min].</summary>
    public double Rise { get; init; } = 3;

    /// <summary>Rise that goes on for three minutes while the power does not rise [K/min], above <see cref="WarmCelsius"/>.</summary>
    public double SteadyRise { get; init; } = 1;

    /// <summary>Below this no slow rise matters [°C].</summary>
    public double WarmCelsius { get; init; } = 40;
}
