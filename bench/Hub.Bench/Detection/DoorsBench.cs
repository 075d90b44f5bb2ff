using System.Globalization;
using Hub.Bench.Rules;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Bench.Detection;

/// <summary>
/// Realised against asked false alarms on simulated doors, through the rule engine and its own calibration: doors [COUNT] [WEEKS] [SEED].
/// Doors differ in size, in how much their counts vary beyond Poisson, drift over weeks and have good and bad days; nothing out of the ordinary happens at them.
/// </summary>
internal static class DoorsBench
{
    private const long SlotMs = 30 * 60_000;
    private static readonly double[] daily = [40, 250, 1_200];

    public static int Run(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 150;
        var weeks = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 12;
        var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
        Console.WriteLine($"{count} doors, {weeks} weeks, seed {seed}; thresholds from the fifth week on, each by what went before");
        foreach (var asked in (double[])[0.2, 0.5, 1, 2])
        {
            var audit = Judge(count, weeks, seed, asked);
            var (low, high) = Poisson(audit.Realised);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"asked {asked} a door and month: {audit.Asked:F0} alarms allowed, {audit.Realised} came, ratio {audit.Realised / audit.Asked:F2} (95 % {low / audit.Asked:F2} to {high / audit.Asked:F2}), threshold {audit.Threshold:F2}"));
        }

        return 0;
    }

    private static DetectorAudit Judge(int count, int weeks, int seed, double asked)
    {
        var channels = new ChannelTable();
        var detectors = string.Create(CultureInfo.InvariantCulture, $"detectors: [{{id: gathering, detector: gathering, watch: {{kinds: [doorReader]}}, channels: {{in_count: [in_count]}}, every: 30 min, budget: {asked}}}]");
        const string pack = "pack: p\nrules:\n  - {id: X, version: 1.0.0, type: X, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [shedMeter]}, steps: [{name: a, severity: P4, when: power > 5 W, explain: {zh: a, en: a}}], firstReceivers: []}";
        var book = RuleBook.Parse([("detectors.yaml", detectors), ("p.yaml", pack)], channels, TimeZoneInfo.Utc);
        var directory = new FixedDirectory(count, d => new Device(d, FixedDirectory.Id(d), DeviceKinds.Of("doorReader"), PlaceNames.FromPath($"town/estate-1/building-{d}")));
        Door[] doors = [.. Enumerable.Range(0, count).Select(d => new Door(new Random((seed * 10_000) + d), daily[d % daily.Length]))];
        var engine = new RuleEngine(book, directory, 0, new EngineOptions());
        var observation = new Observation();
        var alerts = new List<Alert>();
        var start = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        long position = 0;
        for (var slot = 0; slot < weeks * 336; slot++)
        {
            for (var d = 0; d < count; d++)
            {
                observation.Clear();
                observation.Device = directory.All[d];
                observation.Kind = MessageKind.Telemetry;
                observation.Position = ++position;
                observation.AtMs = observation.ArrivalMs = start + (slot * SlotMs);
                observation.Add(new Reading(channels.Find("in_count")!, doors[d].Next(slot)));
                engine.Judge(observation, alerts);
            }

            alerts.Clear();
        }

        return engine.Detectors.Single();
    }

    // Exact enough beyond a handful (Wilson and Hilferty).
    private static (double Low, double High) Poisson(long n)
    {
        var low = n == 0 ? 0 : n * Math.Pow(1 - (1 / (9.0 * n)) - (1.96 / (3 * Math.Sqrt(n))), 3);
        return (low, (n + 1) * Math.Pow(1 - (1 / (9.0 * (n + 1))) + (1.96 / (3 * Math.Sqrt(n + 1))), 3));
    }

    /// <summary>One door: two rushes on workdays, one long hump at weekends, quiet nights.</summary>
    private sealed class Door(Random random, double perDay)
    {
        private readonly double morning = 7.5 + random.NextDouble();
        private readonly double evening = 17.5 + (1.5 * random.NextDouble());
        private readonly double weekend = 0.5 + (0.6 * random.NextDouble());
        private readonly double spread = 0.02 + (0.15 * random.NextDouble());
        private double drift;
        private double day;

        public double Next(int slot)
        {
            var hour = slot % 48 / 2.0;
            if (slot % 48 == 0)
            {
                drift = (0.98 * drift) + (0.03 * Normal());
                day = 0.12 * Normal();
            }

            var free = slot / 48 % 7 >= 5;
            var shape = free ? weekend * Bump(hour, 14, 4) : (0.45 * Bump(hour, morning, 1)) + (0.55 * Bump(hour, evening, 2));
            var mean = perDay * ((0.97 * shape) + (0.03 / 48)) * Math.Exp(drift + day);
            return Poisson(mean * Gamma(1 / spread) * spread);
        }

        // Share of a day's passes that falls into a half hour.
        private static double Bump(double hour, double at, double width) => 0.5 / (width * Math.Sqrt(2 * Math.PI)) * Math.Exp(-Math.Pow((hour - at) / width, 2) / 2);

        private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

        private double Poisson(double mean)
        {
            if (mean > 60) return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));
            var n = 0;
            for (var p = random.NextDouble(); p > Math.Exp(-mean); p *= random.NextDouble()) n++;
            return n;
        }

        // Marsaglia and Tsang, shape at least 1.
        private double Gamma(double shape)
        {
            var d = shape - (1 / 3.0);
            var c = 1 / Math.Sqrt(9 * d);
            while (true)
            {
                var x = Normal();
                var v = Math.Pow(1 + (c * x), 3);
                if (v > 0 && Math.Log(1 - random.NextDouble()) < (x * x / 2) + d - (d * v) + (d * Math.Log(v))) return d * v;
            }
        }
    }
}
