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

namespace Hub.Tests.Simulators;

/// <summary>A simulated day through the real dialect and the shipped rules, held against its truth. No server, no clock.</summary>
public sealed class TruthAgainstRulesTests
{
    private static readonly DateTimeOffset midnight = new(2026, 11, 20, 0, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task The_shipped_rules_find_every_P1_and_P2_of_a_day_of_scenes_and_cry_wolf_at_nothing_harmless()
    {
        var day = await LiveAsync(scale: 0.03, hours: 24, TestContext.Current.CancellationToken);
        Assert.True(day.Messages > 200_000);
        Assert.Equal(0, day.Undecoded);
        Assert.Contains(day.Card.Verdicts, v => v.Truth.Severity == "P1" && v.Truth.Expected == "case");
        Assert.Empty(day.Card.Missed.Where(t => t.Severity is "P1" or "P2").Select(t => t.ToLine()));
        Assert.Empty(day.Card.Verdicts.Where(v => v.Truth.Expected == "none" && v.Case is not null && !v.Joined).Select(v => v.Truth.ToLine()));
        Assert.Empty(day.Card.Unexplained.Select(c => c.ToString()));
    }

    private static async Task<(long Messages, int Undecoded, ScoreCard Card)> LiveAsync(double scale, double hours, CancellationToken stop)
    {
        var community = Community.Build(1, scale);
        var registry = new DeviceRegistry();
        await registry.RegisterAsync([.. community.Devices], [.. community.Places], [.. community.Grids], stop);
        var channels = new ChannelTable();
        var book = RuleBook.Load(Rules(), channels, TimeZoneInfo.CreateCustomTimeZone("local", TimeSpan.FromHours(8), "local", "local"));
        var engine = new RuleEngine(book, registry, 0, new EngineOptions());
        var dialect = new OwnDialect(channels, new IngestOptions());
        var simulation = new Simulation(community, midnight);
        PlayAll(simulation);

        var (alerts, all, message) = (new List<Alert>(), new List<Alert>(), new DecodedMessage());
        var (messages, position, undecoded) = (0L, 0L, 0);
        for (var second = midnight.ToUnixTimeMilliseconds() + 1_000; second <= midnight.AddHours(hours).ToUnixTimeMilliseconds(); second += 1_000)
        {
            while (simulation.TryNext(second, out var sent))
            {
                messages++;
                if (!Judge(sent, ++position)) undecoded++;
                foreach (var command in alerts.SelectMany(a => a.Commands))
                    simulation.Command(command.DeviceId, Encoding.UTF8.GetBytes($"{{\"id\":\"{command.Id}\",\"name\":\"{command.Name}\"}}"));
                all.AddRange(alerts);
                alerts.Clear();
            }

            engine.Tick(second, ++position, alerts);
            all.AddRange(alerts);
            alerts.Clear();
        }

        var covered = book.Rules.Select(r => Scorer.Family(r.Type)).ToHashSet();
        var truths = new List<Truth>();
        while (simulation.TryTruth(out var truth))
            if (covered.Contains(Scorer.Family(truth.Type))) truths.Add(truth);
        return (messages, undecoded, Scorer.Score(truths, Cases(all)));

        bool Judge(SimMessage sent, long at)
        {
            message.Clear();
            if (!dialect.Decode(KindOf(sent.Topic), sent.Payload, sent.AtMs + 20, message)) return false;
            foreach (var observation in message.Observations)
            {
                (observation.Device, observation.Lane, observation.Position) = (registry.Find(sent.Device.Id)!, 0, at);
                observation.Device.LastSeenMs = observation.ArrivalMs;
                engine.Judge(observation, alerts);
            }

            return true;
        }
    }

    private static void PlayAll(Simulation simulation)
    {
        var minute = 5;
        foreach (var scene in SceneBook.All.Where(s => s.Name != "chess-room"))
        {
            Assert.Null(simulation.Play(scene.Name, double.IsNaN(scene.Hour) ? midnight.AddMinutes(minute) : midnight.AddHours(scene.Hour)));
            minute += 35;
        }
    }

    private static MessageKind KindOf(string topic) => topic[(topic.LastIndexOf('/') + 1)..] switch
    {
        "telemetry" => MessageKind.Telemetry,
        "event" => MessageKind.Event,
        "status" => MessageKind.Status,
        _ => MessageKind.Ack,
    };

    // As the case desk does: alerts of one key within its window are one case.
    private static List<FoundCase> Cases(List<Alert> alerts)
    {
        var cases = new List<FoundCase>();
        var open = new Dictionary<string, (int Index, long LastMs)>();
        foreach (var alert in alerts.Where(a => a.Signal != AlertSignal.Cleared && !a.Shadow))
        {
            if (open.TryGetValue(alert.DedupeKey, out var known) && alert.ArrivalMs - known.LastMs <= alert.DedupeWindow.TotalMilliseconds)
            {
                cases[known.Index] = cases[known.Index] with { UpdatedMs = alert.ArrivalMs };
                open[alert.DedupeKey] = (known.Index, alert.ArrivalMs);
                continue;
            }

            open[alert.DedupeKey] = (cases.Count, alert.ArrivalMs);
            cases.Add(new FoundCase($"{alert.Rule}-{cases.Count}", alert.Type, $"P{(int)alert.Severity}", alert.PlaceId, alert.ArrivalMs, alert.ArrivalMs));
        }

        return cases;
    }

    private static string Rules()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hub.sln"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "rules");
    }
}
