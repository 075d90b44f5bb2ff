using System.Globalization;
using Hub.Rules.Detectors;

namespace Hub.Bench.Detection;

/// <summary>The fire detector on real room fires, and on rooms and machines without one: FIRE_FOLDER [other data folder].</summary>
internal static class FireBench
{
    private const double ReferenceKelvin = 8.3;

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.WriteLine("fire FIRE_FOLDER [DATA_FOLDER]: FIRE_FOLDER holds runs.csv and runs/; DATA_FOLDER holds sets without a fire");
            return 2;
        }

        var list = Table.Read(Path.Combine(args[0], "runs.csv"));
        var files = Enumerable.Range(0, list.Rows).Select(i => (Name: list.Text(i, "run"), Ignition: list.Number(i, "ignition_t_s"),
            Data: Table.Read(Path.Combine(args[0], "runs", list.Text(i, "run") + ".csv.gz")))).ToList();
        foreach (var depth in new[] { "_25mm_c", "_300mm_c", "_1500mm_c" })
            foreach (var everyS in new[] { 1, 10, 60 })
                Report(files, depth, everyS);
        if (args.Length > 1) FireQuiet.Run(args[1]);
        return 0;
    }

    private static void Report(List<(string Name, double Ignition, Table Data)> files, string depth, int everyS)
    {
        var ours = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        var reference = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        var (early, missed, series, calm) = (0, 0, 0, double.NegativeInfinity);
        foreach (var (name, ignition, data) in files)
        {
            var fuel = name[..name.IndexOf('_', StringComparison.Ordinal)];
            fuel = fuel.Contains("kW", StringComparison.Ordinal) ? "burner" : fuel;
            foreach (var column in data.Columns.Where(c => c.EndsWith(depth, StringComparison.Ordinal)))
            {
                for (var phase = 0; phase < everyS; phase += Math.Max(1, everyS / 6))
                {
                    var rows = Rows(data, column, everyS, phase);
                    series++;
                    var at = First(rows, ignition, ref calm);
                    if (double.IsNaN(at))
                    {
                        missed++;
                        if (depth == "_25mm_c") Console.WriteLine($"    missed: {name} {column} phase {phase}");
                    }
                    else if (at < ignition)
                    {
                        early++;
                        Console.WriteLine($"    early: {name} {column} phase {phase}: {at - ignition:0} s");
                    }
                    else Add(ours, fuel, at - ignition);

                    Add(reference, fuel, RateOfRise(rows, everyS) - ignition);
                }
            }
        }

        var text = ours.Select(p => string.Create(CultureInfo.InvariantCulture,
            $"{p.Key} median {Share(p.Value, 0.5):0} (95 % {Share(p.Value, 0.95):0}; 8.3 K/min reference {Share(reference[p.Key], 0.5):0} ({Share(reference[p.Key], 0.95):0}))"));
        Console.WriteLine($"fire {depth[1..^2]} every {everyS} s: {series} series, {missed} missed, {early} early, highest score before ignition {calm:0.0}; seconds from ignition: {string.Join("; ", text)}");
    }

    private static List<(double AtS, double Celsius)> Rows(Table data, string column, int everyS, int phase)
    {
        var rows = new List<(double, double)>();
        for (var i = phase; i < data.Rows; i += everyS)
            if (double.IsFinite(data.Number(i, column))) rows.Add((data.Number(i, "t_s"), data.Number(i, column)));
        return rows;
    }

    private static double First(List<(double AtS, double Celsius)> rows, double ignition, ref double calm)
    {
        var detector = Detectors.Find("fire")!.Create();
        foreach (var (at, celsius) in rows)
        {
            var finding = detector.Observe((long)(at * 1000) + 1_700_000_000_000, [celsius, double.NaN, double.NaN, double.NaN]);
            if (at < ignition) calm = Math.Max(calm, finding.Score);
            if (finding.Alarm) return at;
        }

        return double.NaN;
    }

    private static double RateOfRise(List<(double AtS, double Celsius)> rows, int everyS)
    {
        var back = Math.Max(1, 60 / everyS);
        for (var i = back; i < rows.Count; i++)
            if (rows[i].Celsius - rows[i - back].Celsius >= ReferenceKelvin) return rows[i].AtS;
        return double.NaN;
    }

    private static void Add(SortedDictionary<string, List<double>> all, string fuel, double seconds)
    {
        if (!all.TryGetValue(fuel, out var list)) all[fuel] = list = [];
        list.Add(double.IsNaN(seconds) ? double.PositiveInfinity : seconds);
    }

    private static double Share(List<double> values, double share)
    {
        values.Sort();
        return values[Math.Min(values.Count - 1, (int)(share * values.Count))];
    }
}
