namespace Hub.Core;

/// <summary>How bad and how urgent. P1 is life or fire and never waits for a filter or a person.</summary>
public enum Severity
{
    /// <summary>Life or fire.</summary>
    P1 = 1,

    /// <summary>Urgent: minutes count.</summary>
    P2 = 2,

    /// <summary>Hazard: to be removed within the day.</summary>
    P3 = 3,

    /// <summary>Lead or upkeep.</summary>
    P4 = 4,
}
