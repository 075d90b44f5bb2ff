using System.Globalization;
using Hub.Rules.Detectors.Charging;

namespace Hub.Bench.Detection;

/// <summary>Fits the model of a charger on a flat's line and says how well it holds on appliances it never saw.</summary>
internal static class ChargerFit
{
    private const int Splits = 3;

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.WriteLine("charger-fit PLUG_FOLDER [CHARGE_CSV [FLAT_FOLDER]]: PLUG_FOLDER holds runs.csv and runs/, CHARGE_CSV a measured charge, FLAT_FOLDER labels.csv and watts_by_minute.csv.gz");
            return 2;
        }

        var all = DayComposer.Read(args[0], args.Length > 1 ? args[1] : null);
        var given = args.Length > 2 ? FlatDays.Read(args[2]).Select(d => Shapes(d.Watts, d.From, d.To)).ToList() : [];
        var (unseen, days) = (new List<(bool, double)>(), new List<(bool, double)>());
        for (var split = 0; split < Splits; split++)
        {
            var (a, b) = all.Split(new Random(split));
            var (daysA, daysB) = (Make(a, 800, 2 * split), Make(b, 800, (2 * split) + 1));
            foreach (var (learnt, tried) in new[] { (daysA, daysB), (daysB, daysA) })
            {
                var model = Fit(learnt);
                unseen.AddRange(tried.Select(d => (d.Charger, Score(model, d))));
                days.AddRange(given.Select(d => (d.Charger, Score(model, d))));
            }
        }

        Table($"fitted on half of the devices, tried on the others, {Splits} splits both ways", unseen);
        if (given.Count > 0)
        {
            Table("the same models on the given days", days);
            Table("given days, fitted on all the others of them", [.. given.Select((d, i) => (d.Charger, Score(Fit([.. given.Where((_, k) => k != i)]), d)))]);
        }

        var final = Fit(Make(all, 4_000, 99));
        Console.WriteLine("weights: " + string.Join(", ", final.Weights.Select(w => w.ToString("0.####", CultureInfo.InvariantCulture))));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"constant: {final.Constant:0.####}"));
        return 0;
    }

    public sealed record DayShapes(bool Charger, List<(double[] Shape, int Label, long Start)> Shapes);

    public static List<DayShapes> Make(DayComposer composer, int days, int seed)
    {
        var chance = new Random(seed);
        return [.. Enumerable.Range(0, days).Select(i => composer.Compose(chance, i % 2 == 1, i % 4 == 3)).Select(d => Shapes(d.Watts, d.From, d.To))];
    }

    // Label 1: the charger; 0: another load; -1: neither clearly.
    private static DayShapes Shapes(double[] watts, int from, int to)
    {
        var list = new List<(double[], int, long)>();
        var detector = new FlatChargerDetector
        {
            Judged = (candidate, shape, tick) =>
            {
                // Once an hour and at the end: neighbouring shapes say the same.
                if ((tick - candidate.Start) % 6 != 0 && shape[15] == 0) return;
                var figures = new double[ChargeShape.Count];
                for (var i = 0; i < figures.Length; i++) figures[i] = shape[i];
                list.Add((figures, Label((int)(candidate.Start * 5) - 25, (int)(tick + 1) * 5, from, to), candidate.Start));
            },
        };
        for (var i = 0; i < watts.Length; i++) detector.Observe(i * 60_000L, [watts[i]]);
        return new DayShapes(to > from, list);
    }

    private static int Label(int start, int now, int from, int to)
    {
        if (to <= from) return 0;
        var share = Math.Max(0, Math.Min(now, to) - Math.Max(start, from)) / (double)(now - start);
        return Math.Abs(start - from) <= 20 && share > 0.8 ? 1 : share > 0.3 ? -1 : 0;
    }

    public static (double[] Weights, double Constant) Fit(List<DayShapes> days)
    {
        var samples = new List<(double[], bool, double)>();
        foreach (var day in days)
            foreach (var load in day.Shapes.Where(s => s.Label >= 0).GroupBy(s => (s.Start, s.Label)))
                foreach (var (shape, label, _) in load) samples.Add((shape, label == 1, 1 / Math.Sqrt(load.Count())));
        return Logistic.Fit(samples);
    }

    private static double Score((double[] Weights, double Constant) model, DayShapes day)
    {
        var best = -12.0;
        foreach (var (shape, _, _) in day.Shapes)
        {
            var sum = model.Constant;
            for (var i = 0; i < shape.Length; i++) sum += model.Weights[i] * shape[i];
            best = Math.Max(best, sum);
        }

        return best;
    }

    private static void Table(string title, List<(bool Charger, double Score)> scores)
    {
        var with = scores.Where(s => s.Charger).Select(s => s.Score).ToList();
        var without = scores.Where(s => !s.Charger).Select(s => s.Score).OrderDescending().ToList();
        var area = with.Average(w => without.Average(o => w > o ? 1 : w < o ? 0 : 0.5));
        var points = new[] { 0.5, 1, 1.25, 1.5, 2, 3 }.Select(t => $"{t:0.##}: {with.Count(w => w >= t) / (double)with.Count:P0} / {without.Count(w => w >= t) / (double)without.Count:P1}");
        Console.WriteLine($"{title}: {with.Count} days with, {without.Count} without; ROC area {area:0.000}; at threshold found / false days {string.Join(", ", points)}");
    }
}
