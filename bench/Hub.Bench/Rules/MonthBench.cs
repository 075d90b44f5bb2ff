using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Readings;
using Hub.Ingest;
using Hub.Rules;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;
using Hub.Simulators.Scenes;
using Hub.Simulators.Scoring;

namespace Hub.Bench.Rules;

/// <summary>
/// Many seeded days of the reference community through the real dialect and the shipped rules, held against the truth:
/// recall and precision by severity, false cases and workload a day, and a hash of all alerts that restarts must not change.
/// </summary>
internal static class MonthBench
{
    private static readonly DateTimeOffset start = new(2026, 11, 1, 0, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Usage: month [DAYS=30] [SCALE=0.1] [SEED=1] [RESTARTS=0] [--detail].</summary>
    public static int Run(string[] args)
    {
        var numbers = args.Where(a => a[0] != '-').Select(a => double.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var (days, scale) = (numbers.Length > 0 ? (int)numbers[0] : 30, numbers.Length > 1 ? numbers[1] : 0.1);
        var (seed, restarts) = (numbers.Length > 2 ? (ulong)numbers[2] : 1, numbers.Length > 3 ? (int)numbers[3] : 0);
        var clock = Stopwatch.StartNew();
        var month = new Month(days, scale, seed, restarts);
        month.LiveAsync().GetAwaiter().GetResult();
        Report(month, days, scale, args.Contains("--detail"));
        Console.WriteLine($"on trial: {string.Join(", ", month.Trials.Select(t => $"{t.Key} {t.Value}"))}");
        Console.WriteLine($"{month.Messages:N0} messages, {month.Undecoded} undecoded, {month.Restarts} restarts, alerts {month.AlertCount:N0}, sha256 {month.Hash}, {clock.Elapsed.TotalSeconds:F0} s");
        return 0;
    }

    private static void Report(Month month, int days, double scale, bool detail)
    {
        var card = Scorer.Score(month.Truths, month.Cases);
        Console.WriteLine("type | injected | found | joined | missed | false | doubles | precision | recall | median s | p95 s");
        foreach (var r in card.Rows())
            Console.WriteLine($"{r.Type} | {r.Injected} | {r.Found} | {r.Joined} | {r.Missed} | {r.False} | {r.Doubles} | {r.Precision:P1} | {r.Recall:P1} | {r.MedianSeconds:F1} | {r.P95Seconds:F1}");

        foreach (var severity in new[] { "P1", "P2", "P3", "P4" })
        {
            var asked = card.Verdicts.Where(v => v.Truth.Expected == "case" && v.Truth.Severity == severity).ToList();
            var right = card.Verdicts.Count(v => v.Truth.Expected != "none" && !v.Joined && v.Case?.Severity == severity);
            var wrong = card.Unexplained.Count(c => c.Severity == severity) + card.Verdicts.Count(v => v.Truth.Expected == "none" && !v.Joined && v.Case?.Severity == severity);
            Console.WriteLine($"{severity}: {asked.Count} injected, recall {Share(asked.Count(v => v.Case is not null), asked.Count)}; cases right {right}, false {wrong}, precision {Share(right, right + wrong)}");
        }

        var falseCases = card.Unexplained.Count + card.Verdicts.Count(v => v.Truth.Expected == "none" && v.Case is not null && !v.Joined);
        Console.WriteLine($"a day at this scale: {(double)month.Cases.Count / days:F1} cases, {(double)falseCases / days:F2} false (a share of {scale:0.##} of the budget: {60 * scale:0.#} and {20 * scale:0.#})");
        Console.WriteLine($"chess-room leads a week: {month.Cases.Count(c => c.Type == "ChessRoomLead") * 7.0 / days:F1}");
        if (!detail) return;
        foreach (var missed in card.Missed) Console.WriteLine($"missed {missed.ToLine()}");
        foreach (var wrong in card.Unexplained) Console.WriteLine($"false {wrong}");
        foreach (var v in card.Verdicts.Where(v => v.Truth.Expected == "none" && v.Case is not null && !v.Joined)) Console.WriteLine($"false {v.Case} against {v.Truth.ToLine()}");
    }

    private static string Share(int part, int whole) => whole == 0 ? "–" : ((double)part / whole).ToString("P1", CultureInfo.InvariantCulture);

    private sealed class Month(int days, double scale, ulong seed, int restarts)
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly Dictionary<string, (int Index, long LastMs)> open = new(StringComparer.Ordinal);

        public long Messages { get; private set; }

        public int Undecoded { get; private set; }

        public int Restarts { get; private set; }

        public int AlertCount { get; private set; }

        /// <summary>What rules on trial would have raised.</summary>
        public SortedDictionary<string, int> Trials { get; } = new(StringComparer.Ordinal);

        public string Hash => Convert.ToHexStringLower(hash.GetCurrentHash())[..16];

        public List<Truth> Truths { get; } = [];

        public List<FoundCase> Cases { get; } = [];

        public async Task LiveAsync()
        {
            var community = Community.Build(seed, scale);
            var registry = new DeviceRegistry();
            await registry.RegisterAsync([.. community.Devices], [.. community.Places], [.. community.Grids], CancellationToken.None);
            var channels = new ChannelTable();
            var book = RuleBook.Load(RulesFolder(), channels, TimeZoneInfo.CreateCustomTimeZone("local", TimeSpan.FromHours(8), "local", "local"));
            var engine = new RuleEngine(book, registry, 0, new EngineOptions());
            var dialect = new OwnDialect(channels, new IngestOptions());
            var simulation = new Simulation(community, start, new SimulationOptions { Seed = seed });
            var chance = new Random((int)seed);
            Script(simulation, chance);
            var stops = Enumerable.Range(0, restarts).Select(_ => chance.NextInt64(days * 86_400L)).ToHashSet();

            var (alerts, message, position) = (new List<Alert>(), new DecodedMessage(), 0L);
            for (var second = 1L; second <= days * 86_400L; second++)
            {
                var now = start.ToUnixTimeMilliseconds() + (second * 1_000);
                while (simulation.TryNext(now, out var sent))
                {
                    Messages++;
                    Judge(sent, ++position);
                    Take(alerts, simulation);
                }

                engine.Tick(now, ++position, alerts);
                Take(alerts, simulation);
                if (stops.Contains(second)) engine = Restart(engine, book, registry);
            }

            while (simulation.TryTruth(out var truth)) Truths.Add(truth);

            void Judge(SimMessage sent, long at)
            {
                message.Clear();
                if (!dialect.Decode(KindOf(sent.Topic), sent.Payload, sent.AtMs + 20, message))
                {
                    Undecoded++;
                    return;
                }

                foreach (var observation in message.Observations)
                {
                    (observation.Device, observation.Lane, observation.Position) = (registry.Find(sent.Device.Id)!, 0, at);
                    observation.Device.LastSeenMs = observation.ArrivalMs;
                    engine.Judge(observation, alerts);
                }
            }
        }

        // Every scene about once in three days, at its own hour where it has one.
        private void Script(Simulation simulation, Random chance)
        {
            foreach (var scene in SceneBook.All)
            {
                for (var day = chance.Next(3); day < days - 1; day += scene.Name == "chess-room" ? 14 : 3)
                    simulation.Play(scene.Name, start.AddDays(day).AddHours(double.IsNaN(scene.Hour) ? chance.NextDouble() * 23 : scene.Hour));
            }
        }

        private RuleEngine Restart(RuleEngine engine, RuleBook book, DeviceRegistry registry)
        {
            var state = new ArrayBufferWriter<byte>();
            engine.Save(state);
            var next = new RuleEngine(book, registry, 0, new EngineOptions());
            next.Restore(state.WrittenSpan);
            Restarts++;
            return next;
        }

        // Alerts of one key within its window are one case, as at a desk where people close what they have handled.
        private void Take(List<Alert> alerts, Simulation simulation)
        {
            foreach (var alert in alerts)
            {
                AlertCount++;
                hash.AppendData(Encoding.UTF8.GetBytes($"{alert.Position} {alert.Rule} {alert.RuleVersion} {alert.Signal} {alert.Severity} {alert.PlaceId} {alert.DedupeKey} {alert.Confidence:R} {alert.Explanation.En}\n"));
                foreach (var command in alert.Commands)
                    simulation.Command(command.DeviceId, Encoding.UTF8.GetBytes($"{{\"id\":\"{command.Id}\",\"name\":\"{command.Name}\"}}"));
                if (alert.Shadow && alert.Signal == AlertSignal.Raised) Trials[alert.Rule] = Trials.GetValueOrDefault(alert.Rule) + 1;
                if (alert.Signal == AlertSignal.Cleared || alert.Shadow) continue;
                if (open.TryGetValue(alert.DedupeKey, out var known) && alert.ArrivalMs - known.LastMs <= alert.DedupeWindow.TotalMilliseconds)
                {
                    var severity = string.CompareOrdinal($"P{(int)alert.Severity}", Cases[known.Index].Severity) < 0 ? $"P{(int)alert.Severity}" : Cases[known.Index].Severity;
                    Cases[known.Index] = Cases[known.Index] with { UpdatedMs = alert.ArrivalMs, Severity = severity };
                    open[alert.DedupeKey] = (known.Index, alert.ArrivalMs);
                    continue;
                }

                open[alert.DedupeKey] = (Cases.Count, alert.ArrivalMs);
                Cases.Add(new FoundCase($"{alert.Rule}-{Cases.Count}", alert.Type, $"P{(int)alert.Severity}", alert.PlaceId, alert.ArrivalMs, alert.ArrivalMs));
            }

            alerts.Clear();
        }

        private static MessageKind KindOf(string topic) => topic[(topic.LastIndexOf('/') + 1)..] switch
        {
            "telemetry" => MessageKind.Telemetry,
            "event" => MessageKind.Event,
            "status" => MessageKind.Status,
            _ => MessageKind.Ack,
        };

        private static string RulesFolder()
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Hub.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("run this from a checkout: the folder rules was not found");
            return Path.Combine(folder, "rules");
        }
    }
}
