// Benchmarks by name: dotnet run -c Release --project bench/Hub.Bench -- NAME [options]
// A bench is a static method (string[] args) => int; each prints what it measured as plain lines, figures with their unit.
var benches = new SortedDictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["alloc"] = Hub.Bench.Road.HopsBench.Run,
    ["detectors"] = Hub.Bench.Detection.DetectorSpeedBench.Run,
    ["doors"] = Hub.Bench.Detection.DoorsBench.Run,
    ["decode"] = Hub.Bench.Journal.DecodeBench.Run,
    ["gathering"] = Hub.Bench.Detection.GatheringBench.Run,
    ["fire"] = Hub.Bench.Detection.FireBench.Run,
    ["inactivity"] = Hub.Bench.Detection.InactivityBench.Run,
    ["charger-port"] = Hub.Bench.Detection.PortBench.Run,
    ["charger-nights"] = Hub.Bench.Detection.ChargerNightsBench.Run,
    ["charger-fit"] = Hub.Bench.Detection.ChargerFit.Run,
    ["flat-charger"] = Hub.Bench.Detection.FlatDays.Run,
    ["journal"] = Hub.Bench.Journal.JournalBench.Run,
    ["latency"] = Hub.Bench.Road.LatencyBench.Run,
    ["nab"] = Hub.Bench.Detection.NabBench.Run,
    ["mqtt-serve"] = Hub.Bench.Mqtt.BareEndpoint.Run,
    ["month"] = Hub.Bench.Rules.MonthBench.Run,
    ["rules-plain"] = Hub.Bench.Rules.Plain.PlainBench.Run,
    ["rules"] = Hub.Bench.Rules.RulesBench.Run,
    ["rules-keys"] = Hub.Bench.Rules.RuleScaleBench.Keys,
    ["rules-many"] = Hub.Bench.Rules.RuleScaleBench.Many,
    ["store"] = Hub.Bench.Store.StoreBench.Run,
};

if (args.Length > 0 && benches.TryGetValue(args[0], out var bench)) return bench(args[1..]);
Console.WriteLine($"benches: {string.Join(", ", benches.Keys)}");
return args.Length == 0 ? 0 : 2;
