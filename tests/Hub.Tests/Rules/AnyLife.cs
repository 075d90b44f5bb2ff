using System.Buffers;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>Devices of every kind that say anything at all, by a seed: mostly ordinary, now and then old, late, suspect or beyond every limit.</summary>
internal sealed class AnyLife
{
    private static readonly TimeZoneInfo china = TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), null, null);

    private static readonly string[] events =
    [
        "smoke", "heat", "fire", "flame", "gas", "alarm", "eBike", "cable", "complaint", "register", "watcher", "loitering", "tailgate", "pass", "fall", "sos", "tamper", "goods", "vehicle", "person",
    ];

    private readonly Random chance;
    private readonly ChannelTable channels = new();
    private readonly Observation observation = new();
    private readonly List<Alert> alerts = [];
    private long nowMs = new DateTimeOffset(2026, 11, 21, 19, 30, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();
    private long position;

    public AnyLife(int seed)
    {
        chance = new Random(seed);
        foreach (var kind in DeviceKinds.All)
        {
            for (var i = 0; i < 3; i++)
            {
                var place = (i, chance.Next(2)) switch { (0, _) => RuleScene.Shed, (_, 0) => RuleScene.Stairwell, _ => RuleScene.Stairwell + "/flat-301" };
                Directory.Add($"{kind.Id}{i}", kind.Id, place);
            }
        }
    }

    public TestDirectory Directory { get; } = new();

    /// <summary>Every alert so far, one line each.</summary>
    public List<string> Told { get; } = [];

    public RuleBook Book(string folder) => RuleBook.Load(folder, channels, china);

    public RuleBook Book(IReadOnlyList<(string File, string Text)> files) => RuleBook.Parse(files, channels, china);

    public static byte[] StateOf(RuleEngine engine)
    {
        var state = new ArrayBufferWriter<byte>();
        engine.Save(state);
        return state.WrittenSpan.ToArray();
    }

    /// <summary>So many records pass.</summary>
    public void Go(RuleEngine engine, int records)
    {
        for (var i = 0; i < records; i++)
        {
            position++;
            if (chance.Next(12) == 0) engine.Tick(nowMs += 1000 * chance.Next(1, 20), position, alerts);
            else
            {
                Compose();
                engine.Judge(observation, alerts);
            }

            Told.AddRange(alerts.Select(a => $"{a.Rule} {a.Position}.{a.Ordinal} {a.Signal} {a.Severity} {a.DedupeKey} {a.Explanation.En}"));
            alerts.Clear();
        }
    }

    private void Compose()
    {
        observation.Clear();
        observation.Device = Directory.All[chance.Next(Directory.Count)];
        observation.Position = position;
        observation.Kind = MessageKind.Telemetry;
        observation.ArrivalMs = nowMs;
        observation.AtMs = chance.Next(20) == 0 ? nowMs - chance.Next(3_600_000) : nowMs;
        observation.Late = observation.AtMs < nowMs - 1_800_000;
        if (chance.Next(15) == 0)
        {
            observation.Kind = MessageKind.Event;
            observation.EventType = events[chance.Next(events.Length)];
            observation.Confidence = chance.NextDouble();
            observation.Zone = chance.Next(3) == 0 ? "lift" : null;
            observation.Track = chance.Next(2) == 0 ? "t" + chance.Next(5) : null;
        }

        for (var i = chance.Next(4); i >= 0; i--)
        {
            var row = ChannelCatalogue.All[chance.Next(ChannelCatalogue.All.Count)];
            var value = chance.Next(6) == 0 ? row.Min + ((row.Max - row.Min) * Math.Pow(chance.NextDouble(), 3)) : chance.Next(3);
            var text = chance.Next(30) == 0 ? "charging" : null;
            observation.Add(new Reading(channels.Find(row.Name)!, chance.Next(40) == 0 ? double.NaN : value, text, chance.Next(50) == 0));
        }
    }
}
