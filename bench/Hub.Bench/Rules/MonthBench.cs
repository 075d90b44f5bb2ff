using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Core.Alerts;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;
using Hub.Simulators.Scenes;
using Hub.Simulators.Scoring;
using Hub.Tests.Simulators;

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
        TrialReport.Print(month.Leads, month.Truths, days, args.Contains("--detail"));
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
        private JudgedCommunity judged = null!;

        public long Messages => judged.Messages;

        public int Undecoded => judged.Undecoded;

        public int Restarts { get; private set; }

        public int AlertCount { get; private set; }

        /// <summary>What rules on trial would have raised, and what the rules that learn or add up did.</summary>
        public List<Lead> Leads { get; } = [];

        public string Hash => Convert.ToHexStringLower(hash.GetCurrentHash())[..16];

        public IReadOnlyList<Truth> Truths { get; private set; } = [];

        public IReadOnlyList<FoundCase> Cases => judged.Cases;

        public async Task LiveAsync()
        {
            var community = Community.Build(seed, scale);
            var simulation = new Simulation(community, start, new SimulationOptions { Seed = seed });
            judged = await JudgedCommunity.BuildAsync(community, simulation, Note, CancellationToken.None);
            var chance = new Random((int)seed);
            Script(simulation, chance);
            var stops = Enumerable.Range(0, restarts).Select(_ => chance.NextInt64(days * 86_400L)).ToHashSet();
            for (var second = 1L; second <= days * 86_400L; second++)
            {
                judged.LiveUntil(start.ToUnixTimeMilliseconds() + (second * 1_000));
                if (!stops.Contains(second)) continue;
                judged.Restart();
                Restarts++;
            }

            Truths = [.. judged.Truths()];
        }

        // Every scene about once in three days, at its own hour where it has one.
        private void Script(Simulation simulation, Random chance)
        {
            foreach (var scene in SceneBook.All)
            {
                for (var day = chance.Next(3); day < days - 1; day += scene.Name is "chess-room" or "line-habit" ? 14 : 3)
                    simulation.Play(scene.Name, start.AddDays(day).AddHours(double.IsNaN(scene.Hour) ? chance.NextDouble() * 23 : scene.Hour));
            }
        }

        private void Note(Alert alert)
        {
            AlertCount++;
            hash.AppendData(Encoding.UTF8.GetBytes($"{alert.Position} {alert.Rule} {alert.RuleVersion} {alert.Signal} {alert.Severity} {alert.PlaceId} {alert.DedupeKey} {alert.Confidence:R} {alert.Explanation.En}\n"));
            if (alert.Signal == AlertSignal.Raised && (alert.Shadow || TrialReport.Watched.Contains(alert.Rule)))
                Leads.Add(new Lead(alert.Rule, alert.Type, alert.DedupeKey, alert.PlaceId, alert.DeviceId ?? "", alert.OccurredAtMs, alert.Explanation.En));
        }
    }
}
