namespace Hub.Bench.Detection;

/// <summary>Simulated homes of one person, of seven kinds: so that nothing is chosen to fit three recorded homes alone. A seed gives the same home on every machine.</summary>
internal sealed class InactivityResident
{
    private const double DayHours = 24;
    private const double HourMs = 3_600_000;
    private const int Weekdays = 5;

    // Hours of the day, hours and shares of days. Still: share of an hour's chance to sit quietly for one to three and a half hours. Burst: movements an hour while up.
    private static readonly Kind[] kinds =
    [
        new("old, regular", 6.3, 0.4, 21.3, 0.5, 14, 0.25, 0.7, 1.3, null, [new(9, 1.4, 0.7), new(16, 1.2, 0.35)], new(10, 6, 0.25), 0),
        new("old, irregular", 7.5, 1, 22.5, 1, 8, 0.4, 0.5, 1.5, null, [new(10, 2.5, 0.5), new(15, 2.5, 0.4)], new(11, 6, 0.3), 0),
        new("frail", 7, 0.7, 20.5, 0.7, 5, 0.6, 0.9, 2, null, [new(10, 1.5, 0.15)], new(11, 4, 0.1), 0),
        new("commuter", 7, 0.4, 23.3, 0.7, 15, 0.3, 0.05, 0.4, new(8.3, 10, 0.92), [new(19.5, 3, 0.3)], new(12, 5, 0.7), 0.2),
        new("student", 8.8, 0.8, 24.3, 1, 10, 0.3, 0.1, 0.7, new(10, 8, 0.92), [new(19, 4, 0.35)], new(12, 8, 0.7), 0.35),
        new("few sensors", 9.5, 0.8, 24.8, 0.8, 2.5, 0.5, 0.1, 0.1, null, [new(13, 3, 0.4), new(18, 3, 0.3)], new(14, 4, 0.5), 0),
        new("homemaker", 6.5, 0.6, 22, 1, 18, 0.3, 0.1, 0.6, new(13, 4, 0.6), [new(18, 2, 0.3)], new(12, 5, 0.4), 0),
    ];

    private readonly Random chance;
    private readonly Kind kind;
    private readonly double burstsAnHour;
    private readonly List<double> events = [];
    private readonly List<(double From, double To)> goneOut = [];
    private readonly List<(double From, double To)> asleep = [];

    private InactivityResident(Kind kind, int seed)
    {
        this.kind = kind;
        chance = new Random(seed);
        burstsAnHour = kind.Bursts * Math.Exp(Normal(0, 0.35));
    }

    public static IReadOnlyList<string> Kinds { get; } = [.. kinds.Select(k => k.Name)];

    /// <summary>One home.</summary>
    /// <param name="kind">Index into <see cref="Kinds"/>.</param>
    /// <param name="number">Which home of its kind; also its seed.</param>
    /// <param name="days">Days it is watched.</param>
    public static InactivityHome Live(int kind, int number, int days)
    {
        var resident = new InactivityResident(kinds[kind], (kind * 1000) + number);
        resident.Live(days);
        return new InactivityHome(
            $"{kinds[kind].Name} {number}",
            [.. resident.events.Order().Select(e => (Ms(e), false))],
            [.. resident.goneOut.Select(s => (Ms(s.From), Ms(s.To)))],
            [.. resident.asleep.Select(s => (Ms(s.From), Ms(s.To)))],
            long.MaxValue);
    }

    // Times are hours since the first midnight, a Monday's.
    private void Live(int days)
    {
        var (wakeShift, bedShift) = (Normal(0, 0.4), Normal(0, 0.5));
        var bed = Normal(kind.Bed + bedShift, kind.BedSpread) - DayHours;
        var back = double.NaN;
        for (var day = 0; day < days; day++)
        {
            var (midnight, weekend) = (day * DayHours, day % 7 >= Weekdays);
            var wake = midnight + Math.Max(3, Normal(kind.Wake + wakeShift + (weekend ? 0.5 : 0), kind.WakeSpread));
            var toBed = Math.Max(wake + 8, midnight + Normal(kind.Bed + bedShift + (weekend ? 0.3 : 0), kind.BedSpread));
            var slept = double.IsNaN(back);
            if (!slept && back > toBed) continue;
            if (slept) Sleep(bed, wake);
            var now = slept ? wake : Math.Max(back, wake);
            back = double.NaN;
            foreach (var (at, hours, away) in Plans(day, weekend))
            {
                var from = Math.Max(midnight + at, now + 0.2);
                if (from > toBed - 0.5) break;
                Stay(now, from);
                now = from + hours;
                if (away) goneOut.Add((from, now));
                if (now > midnight + DayHours) break;
            }

            if (now > midnight + DayHours)
            {
                Burst(now);
                back = now;
                continue;
            }

            bed = Math.Max(now + 0.2, toBed);
            Stay(now, bed);
        }
    }

    private void Sleep(double from, double to)
    {
        asleep.Add((from, to));
        for (var times = (int)kind.Toilet + (chance.NextDouble() < kind.Toilet % 1 ? 1 : 0); times > 0; times--)
            if (chance.NextDouble() < 0.85) Burst(from + ((to - from) * (0.2 + (0.75 * chance.NextDouble()))));
    }

    private List<(double At, double Hours, bool Away)> Plans(int day, bool weekend)
    {
        var plans = new List<(double At, double Hours, bool Away)>();
        if (!weekend && kind.Work is { } work && chance.NextDouble() < work.Share) plans.Add((Normal(work.At, 0.5), Math.Max(1, Normal(work.Hours, 1)), true));
        foreach (var outing in kind.Outings)
            if (chance.NextDouble() < outing.Share) plans.Add((Normal(outing.At, 0.6), Math.Max(0.4, outing.Hours * Math.Exp(Normal(0, 0.35))), true));
        if (weekend && chance.NextDouble() < kind.Weekend.Share) plans.Add((Normal(kind.Weekend.At, 1), Math.Max(1, Normal(kind.Weekend.Hours, 1.5)), true));
        if (day % 7 == Weekdays && chance.NextDouble() < kind.Trips) plans.Add((Normal(11, 2), Normal(32, 5), true));
        if (chance.NextDouble() < kind.Nap) plans.Add((Normal(12.8, 0.4), Math.Max(0.4, Normal(1.2, 0.4)), false));
        plans.Sort();
        return plans;
    }

    // Up and about, now and then sitting quietly.
    private void Stay(double from, double to)
    {
        var at = from;
        while (at < to)
        {
            Burst(at);
            at += chance.NextDouble() < kind.Still / 6 ? Math.Min(0.5 + Exponential(1.2), 3.5) : Exponential(3.2 / burstsAnHour);
        }

        Burst(to);
    }

    private void Burst(double at)
    {
        events.Add(at);
        for (var more = (int)Exponential(2.2); more > 0; more--) events.Add(at += Exponential(40 / 3600.0));
    }

    private double Normal(double mean, double deviation) => mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble()));

    private double Exponential(double mean) => -mean * Math.Log(1 - chance.NextDouble());

    private static long Ms(double hours) => (long)(hours * HourMs);

    private sealed record Outing(double At, double Hours, double Share);

    private sealed record Kind(string Name, double Wake, double WakeSpread, double Bed, double BedSpread, double Bursts, double Still, double Nap, double Toilet, Outing? Work, IReadOnlyList<Outing> Outings, Outing Weekend, double Trips);
}
