using System.Globalization;
using Hub.Rules.Detectors;

namespace Hub.Bench.Detection;

/// <summary>The charger port on simulated charges with faults put in, and on what real measurements there are: [DATA_FOLDER].</summary>
internal static class PortBench
{
    private const int Sessions = 400;
    private const int StepS = 30;

    public static int Run(string[] args)
    {
        foreach (var fault in new[] { "none", "overlong", "no taper", "15 % more", "bad contact", "thermal ramp", "self-heating" }) Simulated(fault);
        if (args.Length == 0) return 0;
        Charge(Path.Combine(args[0], "ebike_charge_real", "charge_swoop_asm.csv"));
        Battery(Path.Combine(args[0], "battery_thermal_runaway", "cell_level.csv.gz"));
        Plugs(Path.Combine(args[0], "plug_power"));
        return 0;
    }

    // Each fault strikes one charge of a port that saw fifteen to thirty good ones before; the good ones are counted for false alarms.
    private static void Simulated(string fault)
    {
        var chance = new Random(fault.Length);
        var (found, stray, good, hours) = (0, 0, 0, 0.0);
        var delays = new List<double>();
        var strays = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var port = 0; port < Sessions / 20; port++)
        {
            var detector = Detectors.Find("charger-port")!.Create();
            var at = 0L;
            var warmth = new Warmth(chance);
            var charges = 15 + chance.Next(15);
            for (var c = 0; c <= charges; c++)
            {
                var strikes = c == charges && fault != "none";
                var plan = new Plan(chance, strikes ? fault : "none");
                var alarmed = false;
                for (var s = 0; s < plan.Seconds + 3_600; s += StepS, at += StepS * 1000)
                {
                    var watts = Math.Max(0, plan.Watts(s));
                    var (celsius, ambient) = warmth.Step(watts, plan.Heat(s), at);
                    var finding = detector.Observe(at, [watts, celsius, ambient]);
                    hours += StepS / 3600.0;
                    if (!finding.Alarm) continue;
                    if (strikes && s >= plan.FaultAt && !alarmed)
                    {
                        alarmed = true;
                        found++;
                        delays.Add((s - plan.FaultAt) / 60.0);
                    }
                    else if (!strikes || s < plan.FaultAt)
                    {
                        stray++;
                        var text = detector.Explain();
                        var rule = text[(text.LastIndexOf(';') + 2)..];
                        rule = rule[..rule.LastIndexOf(" at ", StringComparison.Ordinal)];
                        strays[rule] = strays.GetValueOrDefault(rule) + 1;
                    }
                }

                if (!strikes) good++;
                at += (long)(chance.NextDouble() * 10 * 3_600_000);
            }
        }

        delays.Sort();
        var ports = Sessions / 20;
        var delay = delays.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {found} of {ports} found, minutes after it began: median {delays[delays.Count / 2]:0}, 90 % {delays[(int)(0.9 * (delays.Count - 1))]:0}");
        Console.WriteLine($"charger-port, {fault}{delay}; {stray} false alarms in {good} good charges ({string.Join(", ", strays.Select(p => $"{p.Key} {p.Value}"))})");
    }

    private static void Charge(string path)
    {
        if (!File.Exists(path)) return;
        var table = Table.Read(path);
        var detector = Detectors.Find("charger-port")!.Create();
        var top = 0.0;
        for (var i = 0; i < table.Rows; i++)
            top = Math.Max(top, detector.Observe(DateTimeOffset.Parse(table.Text(i, "timestamp"), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), [table.Number(i, "power_w"), table.Number(i, "temperature_c"), double.NaN]).Score);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"charger-port, one real charge of 7.5 h: furthest rule at {top * 100:0} % of its limit; {detector.Explain()}"));
    }

    private static void Battery(string path)
    {
        if (!File.Exists(path)) return;
        var table = Table.Read(path);
        foreach (var everyS in new[] { 1, 10, 60 })
        {
            for (var cell = 1; cell <= 9; cell++)
            {
                var detector = Detectors.Find("charger-port")!.Create();
                var (alarm, runaway, heated) = (-1, -1, -1);
                for (var i = 0; i < table.Rows; i += everyS)
                {
                    var celsius = table.Number(i, $"Cell {cell} Temperature (C)");
                    if (runaway < 0 && table.Text(i, "Thermal Runaway") == "TRUE") runaway = i;
                    if (heated < 0 && celsius > table.Number(0, $"Cell {cell} Temperature (C)") + 2) heated = i;
                    if (alarm < 0 && detector.Observe(i * 1000L, [120, celsius, double.NaN]).Alarm) alarm = i;
                }

                if (everyS == 1 || cell == 5) Console.WriteLine($"charger-port, cell {cell} of a pack heated to runaway, every {everyS} s: 2 K warmer at {heated} s, alarm at {alarm} s, the pack's runaway at {runaway} s");
            }
        }
    }

    private static void Plugs(string folder)
    {
        if (!Directory.Exists(folder)) return;
        var list = Table.Read(Path.Combine(folder, "runs.csv"));
        var alarms = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < list.Rows; i++)
        {
            if (list.Text(i, "category") is not ("Charger-Smartphone" or "PC-Laptop")) continue;
            var table = Table.Read(Path.Combine(folder, "runs", list.Text(i, "run") + ".csv.gz"));
            var detector = Detectors.Find("charger-port")!.Create();
            for (var r = 0; r < table.Rows; r++)
                if (detector.Observe((long)(table.Number(r, 0) * 1000), [table.Number(r, 1), double.NaN, double.NaN]).Alarm) alarms[list.Text(i, "run")] = alarms.GetValueOrDefault(list.Text(i, "run")) + 1;
        }

        Console.WriteLine($"charger-port, ten days of laptop and telephone chargers: {alarms.Values.Sum()} alarms {string.Join(' ', alarms.Select(p => $"{p.Key} {p.Value}"))}");
    }

    private static double Normal(Random chance) => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    // One charge: 60 to 400 W, constant current for two to six hours, then a taper; and what goes wrong with it.
    private sealed class Plan
    {
        private readonly Random chance;
        private readonly string fault;
        private readonly double peak;
        private readonly double constantS;
        private readonly double fadeS;
        private readonly double start;

        public Plan(Random chance, string fault)
        {
            this.chance = chance;
            this.fault = fault;
            peak = 60 * Math.Pow(400 / 60.0, chance.NextDouble());
            constantS = 3600 * (2 + (3.5 * chance.NextDouble()));
            fadeS = 60 * (10 + (40 * chance.NextDouble()));
            start = 0.78 + (0.12 * chance.NextDouble());
            var whole = constantS + (3 * fadeS);
            FaultAt = fault switch { "none" => int.MaxValue, "overlong" or "no taper" => (int)constantS, _ => (int)(constantS * (0.3 + (0.4 * chance.NextDouble()))) };
            Seconds = (int)(fault is "overlong" or "no taper" ? 14 * 3600 : whole);
        }

        public int FaultAt { get; }

        public int Seconds { get; }

        public double Watts(int s)
        {
            if (s >= Seconds) return 0;
            var watts = s < constantS || fault == "no taper" ? peak * (start + ((1 - start) * Math.Min(1, s / constantS)))
                : fault == "overlong" ? Math.Max(0.35 * peak, peak * Math.Exp(-(s - constantS) / fadeS)) : peak * Math.Exp(-(s - constantS) / fadeS);
            if (s >= FaultAt && fault == "15 % more") watts *= 1.15;
            if (s >= FaultAt && fault == "bad contact" && chance.NextDouble() < 0.4) watts *= 0.5;
            return watts * (1 + (0.01 * Normal(chance)));
        }

        // Kelvin a minute put in on top of what the power explains.
        public double Heat(int s) => s < FaultAt ? 0 : fault switch { "thermal ramp" => 0.8, "self-heating" => Math.Min(8, 0.5 * Math.Pow(2, (s - FaultAt) / 240.0)), _ => 0 };
    }

    // A port that warms by 0.03 to 0.08 K a watt within 15 to 30 minutes, in a shed whose air warms by day.
    private sealed class Warmth(Random chance)
    {
        private readonly double perWatt = 0.03 + (0.05 * chance.NextDouble());
        private readonly double tauS = 60 * (15 + (15 * chance.NextDouble()));
        private double warmth;
        private double extra;

        public (double Port, double Ambient) Step(double watts, double heat, long atMs)
        {
            warmth += (1 - Math.Exp(-StepS / tauS)) * ((perWatt * watts) - warmth);
            extra = heat == 0 ? 0 : extra + (heat * StepS / 60);
            var ambient = 15 + (7 * Math.Sin(atMs / 86_400_000.0 * 2 * Math.PI));
            return (Math.Round(ambient + warmth + extra + (0.3 * Normal(chance)), 1), Math.Round(ambient + (0.3 * Normal(chance)), 1));
        }
    }
}
