namespace Hub.Adapters.Embedded;

/// <summary>How long a kind of readings is kept.</summary>
/// <param name="Name">What the class is called in the report.</param>
/// <param name="Channels">Channel names; one that ends in <c>*</c> stands for all that begin so.</param>
/// <param name="RawDays">Days every point is kept.</param>
/// <param name="HourlyDays">Days hourly count, sum, least, greatest and last are kept; 0: points go without a trace.</param>
public sealed record RetentionClass(string Name, IReadOnlyList<string> Channels, int RawDays, int HourlyDays);

/// <summary>How long readings are kept, by class; the first class that names a channel holds it.</summary>
public sealed class RetentionOptions
{
    /// <summary>Days of points of channels in no class. Default 90.</summary>
    public int RawDays { get; init; } = 90;

    /// <summary>Days of hourly roll-ups of channels in no class. Default two years.</summary>
    public int HourlyDays { get; init; } = 730;

    /// <summary>
    /// The classes. By default what tells of people's movements goes after 30 days and leaves hourly counts, what a fire
    /// investigation asks for stays a year and a month.
    /// </summary>
    public IReadOnlyList<RetentionClass> Classes { get; init; } =
    [
        new("people", ["in_count", "out_count", "motion", "away", "door", "contact", "event.pass*"], 30, 730),
        new("fire", ["smoke", "co", "h2", "lel", "valve", "event.smoke*", "event.fire*", "event.gas*", "event.heat*"], 400, 730),
    ];

    /// <summary>Days of points and of roll-ups for a channel.</summary>
    public (int RawDays, int HourlyDays) For(string channel)
    {
        foreach (var c in Classes)
            foreach (var name in c.Channels)
                if (name.EndsWith('*') ? channel.StartsWith(name[..^1], StringComparison.Ordinal) : channel == name) return (c.RawDays, c.HourlyDays);
        return (RawDays, HourlyDays);
    }
}

/// <summary>What a run of retention did.</summary>
/// <param name="Chunks">Chunks of points removed.</param>
/// <param name="Points">Points in them.</param>
/// <param name="RollupsMade">Rows of hourly roll-ups written in their place.</param>
/// <param name="RollupsRemoved">Rows of hourly roll-ups that were old enough to go themselves.</param>
public readonly record struct RetentionReport(long Chunks, long Points, long RollupsMade, long RollupsRemoved);
