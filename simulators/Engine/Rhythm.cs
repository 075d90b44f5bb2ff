namespace Hub.Simulators.Engine;

/// <summary>A daily rhythm: what share of a day's events falls into each span of hours.</summary>
internal sealed class Rhythm
{
    /// <summary>Passes of gates and doors on a working day.</summary>
    public static readonly Rhythm Passes = new((5, 7, 0.10), (7, 9, 0.18), (9, 11, 0.11), (11, 13, 0.11), (13, 16, 0.12), (16, 19, 0.24), (19, 22, 0.10), (22, 24, 0.02), (0, 5, 0.02));

    /// <summary>Passes at the weekend: the morning peak one and a half hours later and a third lower.</summary>
    public static readonly Rhythm WeekendPasses = new((6.5, 8.5, 0.07), (8.5, 10.5, 0.12), (10.5, 12.5, 0.15), (12.5, 16, 0.20), (16, 19, 0.27), (19, 22, 0.13), (22, 24, 0.03), (0, 6.5, 0.03));

    /// <summary>Starts of charging.</summary>
    public static readonly Rhythm Charging = new((0, 7, 0.03), (7, 11, 0.08), (11, 14, 0.12), (14, 18, 0.15), (18, 22, 0.55), (22, 24, 0.07));

    /// <summary>Cooking: smoke and a trace of gas.</summary>
    public static readonly Rhythm Cooking = new((6, 8, 0.10), (11, 13, 0.40), (17, 19, 0.50));

    /// <summary>Running water in a home.</summary>
    public static readonly Rhythm Water = new((0, 5, 0.01), (5, 9, 0.33), (9, 11, 0.08), (11, 13, 0.17), (13, 17, 0.08), (17, 21, 0.28), (21, 24, 0.05));

    /// <summary>Fires by hour: 61.4 % in 10 to 20 h, 10.3 % in 0 to 6 h.</summary>
    public static readonly Rhythm Fires = new((0, 6, 0.103), (6, 10, 0.133), (10, 20, 0.614), (20, 24, 0.15));

    /// <summary>Daylight business: parking, deliveries, lifts.</summary>
    public static readonly Rhythm Daytime = new((0, 6, 0.06), (6, 9, 0.18), (9, 17, 0.40), (17, 22, 0.30), (22, 24, 0.06));

    /// <summary>Evening and night: cables are let down when people are home.</summary>
    public static readonly Rhythm Evening = new((0, 6, 0.15), (6, 17, 0.15), (17, 22, 0.45), (22, 24, 0.25));

    /// <summary>No rhythm at all.</summary>
    public static readonly Rhythm Flat = new((0, 24, 1));

    private readonly (double From, double To, double Share)[] spans;

    private Rhythm(params (double From, double To, double Share)[] spans) => this.spans = spans;

    /// <summary>Rhythm of passes for a day.</summary>
    public static Rhythm PassesOf(long ms) => LocalTime.IsWeekend(ms) ? WeekendPasses : Passes;

    /// <summary>Share of a day's events per hour, at an hour of the day.</summary>
    public double At(double hour)
    {
        foreach (var (from, to, share) in spans)
            if (hour >= from && hour < to) return share / (to - from);
        return 0;
    }

    /// <summary>Share of a day's events between two hours of one day.</summary>
    public double Between(double from, double to)
    {
        var sum = 0.0;
        foreach (var s in spans) sum += s.Share * Math.Max(0, Math.Min(to, s.To) - Math.Max(from, s.From)) / (s.To - s.From);
        return sum;
    }

    /// <summary>An hour of the day drawn from the rhythm.</summary>
    public double Draw(Rng rng)
    {
        var left = rng.Next();
        foreach (var (from, to, share) in spans)
        {
            if (left < share) return from + ((to - from) * left / share);
            left -= share;
        }

        return spans[^1].To - 0.01;
    }
}
