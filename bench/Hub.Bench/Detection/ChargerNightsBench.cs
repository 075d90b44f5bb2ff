using Hub.Rules.Detectors.Charging;

namespace Hub.Bench.Detection;

/// <summary>
/// The same charger night after night in homes composed of single appliances: a model fitted on half of the appliances, tried in homes that own only others.
/// </summary>
internal static class ChargerNightsBench
{
    private const int Homes = 300;
    private const int Nights = 14;
    private const double ChargesOn = 0.6;
    private const double NightsOfMonth = 30;

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.WriteLine("charger-nights PLUG_FOLDER [CHARGE_CSV]: PLUG_FOLDER holds runs.csv and runs/, CHARGE_CSV a measured charge");
            return 2;
        }

        var all = DayComposer.Read(args[0], args.Length > 1 ? args[1] : null);
        var (a, b) = all.Split(new Random(0));
        var (without, with) = (new List<Course>(), new List<Course>());
        foreach (var (learnt, tried, seed) in new[] { (a, b, 1), (b, a, 2) })
        {
            var model = ChargerFit.Fit(ChargerFit.Make(learnt, 1_600, seed));
            var chance = new Random(100 + seed);
            for (var i = 0; i < Homes; i++)
            {
                without.Add(Live(tried.Home(chance), model, chance, double.NaN));
                with.Add(Live(tried.Home(chance), model, chance, 90 * Math.Pow(450 / 90.0, chance.NextDouble())));
            }
        }

        var months = without.Count * Nights / NightsOfMonth;
        Console.WriteLine($"{without.Count} homes without and {with.Count} with a charger of 90 to 450 W on {ChargesOn:P0} of {Nights} nights; none of their appliances was fitted on");
        Console.WriteLine("false alarms a home and month | one night: threshold, homes found | nights added up: threshold, homes found, nights until (median)");
        foreach (var asked in new[] { 3, 1, 0.3, 0.2, 0.1, 0.04, 0.02 })
        {
            var one = Threshold(without.Select(c => c.Sessions), asked * months);
            var sum = Threshold(without.Select(c => c.Sums), asked * months);
            var first = with.Select(c => Array.FindIndex(c.Sums, s => s > sum) + 1).Where(n => n > 0).Order().ToList();
            Console.WriteLine($"{asked} | {one:F2}, {Share(with, c => c.Sessions.Any(s => s > one))} | {sum:F2}, {Share(with, c => c.Sums.Any(s => s > sum))}, {(first.Count > 0 ? first[first.Count / 2] : 0)}");
        }

        var shipped = new ChargerNightsDetector().Observe(0, [0]).Threshold;
        Console.WriteLine($"at the shipped threshold {shipped:F1}: found {Share(with, c => c.Sums.Any(s => s >= shipped))}, {without.Count(c => c.Sums.Any(s => s >= shipped)) / months:F2} false a home and month");
        return 0;
    }

    // By night: the likeliest load of the night, and the evidence at its end.
    private sealed record Course(double[] Sessions, double[] Sums);

    private static Course Live(DayComposer home, (double[] Weights, double Constant) model, Random chance, double watts)
    {
        var best = -12.0;
        var loads = new FlatChargerDetector
        {
            Model = (in ChargeShape shape) =>
            {
                var sum = model.Constant;
                for (var i = 0; i < model.Weights.Length; i++) sum += model.Weights[i] * shape[i];
                return Math.Clamp(sum, -12, 12);
            },
        };
        var detector = new ChargerNightsDetector(loads: loads);
        var (sessions, sums) = (new double[Nights], new double[Nights]);
        // Days begin at noon, so that a night lies within one.
        for (var night = 0; night <= Nights; night++)
        {
            var day = night < Nights ? home.Compose(chance, !double.IsNaN(watts) && chance.NextDouble() < ChargesOn, chance.Next(2) == 0, watts) : null;
            for (var minute = 0; minute < (day is null ? 1 : DayComposer.Minutes); minute++)
            {
                var score = detector.Observe((((night * (long)DayComposer.Minutes) + minute) * 60_000) + (12 * 3_600_000), [day?.Watts[minute] ?? 0]).Score;
                if (minute == 0 && night > 0) (sessions[night - 1], sums[night - 1], best) = (best, score, -12);
                best = Math.Max(best, detector.Likeliest);
            }
        }

        return new Course(sessions, sums);
    }

    // Counted as alarms would be: once a home while it stays above.
    private static double Threshold(IEnumerable<double[]> homes, double allowed)
    {
        var peaks = homes.Select(h => h.Max()).OrderDescending().ToList();
        return peaks[Math.Min((int)Math.Round(allowed), peaks.Count - 1)];
    }

    private static string Share(List<Course> homes, Func<Course, bool> found) => (homes.Count(found) / (double)homes.Count).ToString("P0", System.Globalization.CultureInfo.InvariantCulture);
}
