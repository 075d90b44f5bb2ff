using System.Globalization;

namespace Hub.Bench.Detection;

/// <summary>Days of one flat made of single appliances of tracebase, with or without a charger: minute powers and, where there is one, its minutes.</summary>
internal sealed class DayComposer
{
    public const int Minutes = 1_440;

    private const double HomeShare = 1.6;

    // How often a kind of appliance runs on a day; judged, not measured.
    private static readonly (string Kind, double Share)[] shares =
    [
        ("Refrigerator", 0.95), ("Freezer", 0.2), ("Router", 0.6), ("TV-LCD", 0.5), ("PC-Laptop", 0.5), ("PC-Desktop", 0.4), ("Monitor-TFT", 0.5), ("Lamp", 0.6),
        ("WaterKettle", 0.7), ("Coffeemaker", 0.5), ("MicrowaveOven", 0.5), ("Washingmachine", 0.35), ("Dishwasher", 0.35), ("Toaster", 0.4), ("Playstation3", 0.2),
        ("Amplifier", 0.2), ("Iron", 0.1), ("LaundryDryer", 0.15), ("Printer", 0.2), ("Cookingstove", 0.3), ("Charger-Smartphone", 0.2),
    ];

    private readonly Dictionary<string, List<Run>> runs = new(StringComparer.Ordinal);
    private readonly List<(double Share, double Watts)> measured = [];

    // Who owns a thing uses it on most days: of a home the share of days is that much higher.
    private double owned = 1;

    private DayComposer()
    {
    }

    public sealed record Run(string Kind, string Device, double[] Watts);

    public sealed record Day(double[] Watts, int From, int To);

    public IEnumerable<Run> Runs => runs.Values.SelectMany(r => r);

    /// <param name="plugs">Folder with runs.csv and runs/.</param>
    /// <param name="charge">CSV of a measured charge (timestamp, power_w); null to simulate every charge.</param>
    public static DayComposer Read(string plugs, string? charge)
    {
        var composer = new DayComposer();
        var list = Table.Read(Path.Combine(plugs, "runs.csv"));
        for (var i = 0; i < list.Rows; i++)
        {
            var table = Table.Read(Path.Combine(plugs, "runs", list.Text(i, "run") + ".csv.gz"));
            composer.Add(new Run(list.Text(i, "category"), list.Text(i, "device"), ByMinute(table)));
        }

        if (charge is null) return composer;
        var points = Table.Read(charge);
        var begun = 0L;
        for (var i = 0; i < points.Rows; i++)
        {
            var at = DateTimeOffset.Parse(points.Text(i, "timestamp"), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
            if (begun == 0 && points.Number(i, "power_w") > 60) begun = at;
            if (begun > 0) composer.measured.Add((at - begun, points.Number(i, "power_w")));
        }

        var (length, peak) = (composer.measured[^1].Share, composer.measured.Max(p => p.Watts));
        for (var i = 0; i < composer.measured.Count; i++) composer.measured[i] = (composer.measured[i].Share / length, composer.measured[i].Watts / peak);
        return composer;
    }

    /// <summary>Two composers, each with half of the devices of every kind.</summary>
    public (DayComposer A, DayComposer B) Split(Random chance)
    {
        var (a, b) = (new DayComposer(), new DayComposer());
        foreach (var kind in runs.Keys.Order(StringComparer.Ordinal))
        {
            var devices = runs[kind].Select(r => r.Device).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            chance.Shuffle(devices);
            var first = devices.Length == 1 ? (chance.Next(2) == 0 ? devices : []) : devices[..((devices.Length + 1) / 2)];
            foreach (var run in runs[kind]) (first.Contains(run.Device, StringComparer.Ordinal) ? a : b).Add(run);
        }

        a.measured.AddRange(measured);
        b.measured.AddRange(measured);
        return (a, b);
    }

    /// <summary>One home: of each kind of appliance the one it owns, if any, so that its days resemble one another.</summary>
    public DayComposer Home(Random chance)
    {
        var home = new DayComposer { owned = HomeShare };
        home.measured.AddRange(measured);
        foreach (var (kind, share) in shares)
        {
            if (!runs.TryGetValue(kind, out var choices) || chance.NextDouble() >= Math.Min(1, HomeShare * share)) continue;
            var device = choices[chance.Next(choices.Count)].Device;
            foreach (var run in choices.Where(r => string.Equals(r.Device, device, StringComparison.Ordinal))) home.Add(run);
        }

        return home;
    }

    /// <summary>One day; with a charger of the measured form, a simulated one, or none.</summary>
    /// <param name="chance">Chance.</param>
    /// <param name="charger">With a charger.</param>
    /// <param name="simulated">Of a simulated form.</param>
    /// <param name="peak">Highest power of the charger [W]; NaN for any.</param>
    public Day Compose(Random chance, bool charger, bool simulated, double peak = double.NaN)
    {
        var watts = new double[Minutes];
        foreach (var (kind, share) in shares)
        {
            if (!runs.TryGetValue(kind, out var choices) || chance.NextDouble() >= (owned > 1 ? share / Math.Min(1, owned * share) : share)) continue;
            var run = choices[chance.Next(choices.Count)];
            for (var i = 0; i < Minutes; i++) watts[i] += run.Watts[i];
        }

        var (from, to) = (-1, -1);
        while (charger && to - from < 100)
        {
            var charge = simulated || measured.Count == 0 ? Simulated(chance, peak) : Measured(chance, peak);
            from = chance.Next(1_300);
            to = Math.Min(Minutes, from + charge.Count);
            if (to - from < 100) continue;
            for (var i = from; i < to; i++) watts[i] += charge[i - from];
        }

        for (var i = 0; i < Minutes; i++) watts[i] = Math.Round(watts[i]);
        return new Day(watts, from, to);
    }

    private void Add(Run run)
    {
        if (!runs.TryGetValue(run.Kind, out var list)) runs[run.Kind] = list = [];
        list.Add(run);
    }

    private List<double> Measured(Random chance, double given)
    {
        var (peak, minutes) = (60 + (240 * chance.NextDouble()), 150 + chance.Next(390));
        if (!double.IsNaN(given)) peak = given;
        var charge = new List<double>(minutes);
        for (var (i, k) = (0, 1); i < minutes; i++)
        {
            var share = (i + 0.5) / minutes;
            while (k < measured.Count - 1 && measured[k].Share < share) k++;
            var (a, b) = (measured[k - 1], measured[k]);
            charge.Add(peak * (a.Watts + ((b.Watts - a.Watts) * Math.Clamp((share - a.Share) / (b.Share - a.Share + 1e-9), 0, 1))));
        }

        return Cut(chance, charge);
    }

    // Constant current while the voltage of the battery rises, then constant voltage while the current fades, then off or a trickle.
    private static List<double> Simulated(Random chance, double given)
    {
        var peak = 60 * Math.Pow(520 / 60.0, chance.NextDouble());
        if (!double.IsNaN(given)) peak = given;
        var constant = 80 + chance.Next(340);
        var (start, bend) = (0.75 + (0.17 * chance.NextDouble()), 0.6 + (0.8 * chance.NextDouble()));
        var fade = 6 * Math.Pow(80 / 6.0, chance.NextDouble());
        var (end, unrest) = (0.04 + (0.26 * chance.NextDouble()), 0.001 + (0.007 * chance.NextDouble()));
        var charge = new List<double>();
        for (var i = 0; i < constant; i++) charge.Add(peak * (start + ((1 - start) * Math.Pow(i / (double)constant, bend))) * (1 + (unrest * Normal(chance))));
        for (var i = 0; i < 300 && Math.Exp(-i / fade) > end; i++) charge.Add(peak * Math.Exp(-i / fade) * (1 + (unrest * Normal(chance))));
        if (chance.NextDouble() < 0.4) for (var i = 0; i < 60; i++) charge.Add(0.03 * peak);
        return Cut(chance, charge);
    }

    // One in three is unplugged early.
    private static List<double> Cut(Random chance, List<double> charge) =>
        chance.NextDouble() < 0.33 ? charge[..(int)(charge.Count * (0.5 + (0.4 * chance.NextDouble())))] : charge;

    private static double[] ByMinute(Table table)
    {
        var (sums, counts) = (new double[Minutes], new int[Minutes]);
        for (var i = 0; i < table.Rows; i++)
        {
            var minute = Math.Clamp((int)(table.Number(i, 0) / 60), 0, Minutes - 1);
            sums[minute] += table.Number(i, 1);
            counts[minute]++;
        }

        var last = 0.0;
        for (var i = 0; i < Minutes; i++) sums[i] = last = counts[i] > 0 ? sums[i] / counts[i] : last;
        return sums;
    }

    private static double Normal(Random chance) => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
}
