using System.Buffers;
using System.Text;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Readings;
using Hub.Ingest;
using Hub.Rules;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;
using Hub.Simulators.Scoring;
using Hub.Tests.House;

namespace Hub.Tests.Simulators;

/// <summary>
/// A simulated community through the real dialect and the shipped rules, second by second, with no journal, server or clock. Devices get
/// the rules' commands; alerts of one key within its window are one case, as at a desk where people close what they have handled.
/// </summary>
internal sealed class JudgedCommunity
{
    private readonly Simulation simulation;
    private readonly DeviceRegistry registry = new();
    private readonly OwnDialect dialect;
    private readonly DecodedMessage message = new();
    private readonly List<Alert> alerts = [];
    private readonly List<FoundCase> cases = [];
    private readonly Dictionary<string, (int Index, long LastMs)> open = new(StringComparer.Ordinal);
    private RuleEngine engine;
    private long position;

    private JudgedCommunity(Simulation simulation)
    {
        this.simulation = simulation;
        var channels = new ChannelTable();
        Book = RuleBook.Load(Repository.Rules, channels, TimeZoneInfo.CreateCustomTimeZone("local", TimeSpan.FromHours(8), "local", "local"));
        dialect = new OwnDialect(channels, new IngestOptions());
        engine = NewEngine();
    }

    public RuleBook Book { get; }

    public long Messages { get; private set; }

    public int Undecoded { get; private set; }

    public IReadOnlyList<FoundCase> Cases => cases;

    /// <summary>Sees every alert, in order.</summary>
    public Action<Alert>? OnAlert { get; init; }

    public static async Task<JudgedCommunity> BuildAsync(Community community, Simulation simulation, Action<Alert>? onAlert, CancellationToken stop)
    {
        var judged = new JudgedCommunity(simulation) { OnAlert = onAlert };
        await judged.registry.RegisterAsync([.. community.Devices], [.. community.Places], [.. community.Grids], stop);
        return judged;
    }

    /// <summary>All that is sent until then, then the tick of that second.</summary>
    public void LiveUntil(long nowMs)
    {
        while (simulation.TryNext(nowMs, out var sent))
        {
            Messages++;
            Judge(sent, ++position);
            Take();
        }

        engine.Tick(nowMs, ++position, alerts);
        Take();
    }

    /// <summary>What happened really, of the scenes that are over.</summary>
    public IEnumerable<Truth> Truths()
    {
        while (simulation.TryTruth(out var truth)) yield return truth;
    }

    /// <summary>The engine's state into bytes and into a new engine.</summary>
    public void Restart()
    {
        var state = new ArrayBufferWriter<byte>();
        engine.Save(state);
        engine = NewEngine();
        engine.Restore(state.WrittenSpan);
    }

    private RuleEngine NewEngine() => new(Book, registry, 0, new EngineOptions());

    private void Judge(SimMessage sent, long at)
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

    private void Take()
    {
        foreach (var alert in alerts)
        {
            OnAlert?.Invoke(alert);
            foreach (var command in alert.Commands)
                simulation.Command(command.DeviceId, Encoding.UTF8.GetBytes($"{{\"id\":\"{command.Id}\",\"name\":\"{command.Name}\"}}"));
            if (alert.Signal != AlertSignal.Cleared && !alert.Shadow) Join(alert);
        }

        alerts.Clear();
    }

    private void Join(Alert alert)
    {
        var severity = $"P{(int)alert.Severity}";
        if (open.TryGetValue(alert.DedupeKey, out var known) && alert.ArrivalMs - known.LastMs <= alert.DedupeWindow.TotalMilliseconds)
        {
            var worst = string.CompareOrdinal(severity, cases[known.Index].Severity) < 0 ? severity : cases[known.Index].Severity;
            cases[known.Index] = cases[known.Index] with { UpdatedMs = alert.ArrivalMs, Severity = worst };
            open[alert.DedupeKey] = (known.Index, alert.ArrivalMs);
            return;
        }

        open[alert.DedupeKey] = (cases.Count, alert.ArrivalMs);
        cases.Add(new FoundCase($"{alert.Rule}-{cases.Count}", alert.Type, severity, alert.PlaceId, alert.ArrivalMs, alert.ArrivalMs));
    }

    private static MessageKind KindOf(string topic) => topic[(topic.LastIndexOf('/') + 1)..] switch
    {
        "telemetry" => MessageKind.Telemetry,
        "event" => MessageKind.Event,
        "status" => MessageKind.Status,
        _ => MessageKind.Ack,
    };
}
