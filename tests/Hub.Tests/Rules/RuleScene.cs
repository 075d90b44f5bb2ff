using System.Buffers;
using System.Globalization;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Rules;
using Hub.Tests.House;

namespace Hub.Tests.Rules;

/// <summary>Devices and places in memory.</summary>
internal sealed class TestDirectory : IDeviceDirectory
{
    private readonly Dictionary<string, Device> devices = new(StringComparer.Ordinal);
    private readonly List<Device> all = [];

    public int Count => all.Count;
    public IReadOnlyList<Device> All => all;
    public IReadOnlyCollection<Place> Places => [];
    public IReadOnlyCollection<Grid> Grids => [];

    public Device? Find(string id) => devices.GetValueOrDefault(id);

    public Place PlaceOf(string path) => PlaceNames.FromPath(path);

    public Task RegisterAsync(IReadOnlyCollection<DeviceRecord> d, IReadOnlyCollection<Place> p, IReadOnlyCollection<Grid> g, CancellationToken stop) => Task.CompletedTask;

    public Device Add(string id, string kind, string place, string? gateway = null, params (string, string)[] facts)
    {
        var device = new Device(all.Count, id, DeviceKinds.Of(kind), PlaceNames.FromPath(place)) { GatewayId = gateway, Attributes = facts.ToDictionary(f => f.Item1, f => f.Item2) };
        devices[id] = device;
        all.Add(device);
        return device;
    }
}

/// <summary>A lane told by hand: who says what when; the clock ticks each second in between, as in the journal.</summary>
internal sealed class RuleScene
{
    public const string Shed = "leshan/estate-1/shed-1";
    public const string Stairwell = "leshan/estate-1/building-01/stairwell-1";

    private static readonly ChannelTable channels = new();
    private static readonly TimeZoneInfo china = TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), "UTC+8", "UTC+8");
    private static readonly Lazy<RuleBook> shipped = new(() => RuleBook.Load(RulesFolder, channels, china));

    private readonly Observation observation = new();
    private long position;

    public RuleScene(RuleBook? book = null, DateTimeOffset? start = null)
    {
        Book = book ?? Shipped;
        NowMs = (start ?? new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.FromHours(8))).ToUnixTimeMilliseconds();
        Engine = new RuleEngine(Book, Directory, 3, new EngineOptions { Owns = device => Owns(device) });
    }

    /// <summary>The channels of every scene.</summary>
    public static ChannelTable Channels => channels;

    public static RuleBook Shipped => shipped.Value;

    public static string RulesFolder => Repository.Rules;

    public RuleBook Book { get; private set; }
    public TestDirectory Directory { get; } = new();
    public RuleEngine Engine { get; private set; }
    public List<Alert> Alerts { get; } = [];
    public long NowMs { get; private set; }

    /// <summary>Keeps alerts of silent devices; scenes about something else let their devices fall silent freely.</summary>
    public bool KeepOutages { get; init; }

    /// <summary>Keeps what the shipped rules on trial say; scenes about the others are not about them.</summary>
    public bool KeepTrials { get; init; }

    /// <summary>Whether a device speaks in this lane.</summary>
    public Func<Device, bool> Owns { get; set; } = _ => true;

    /// <summary>Cuts the engine's life after every so many records: it is saved and a new one restored. 0 for never.</summary>
    public int RestartEvery { get; set; }

    public static RuleBook Parse(string yaml, string file = "test.yaml") => RuleBook.Parse([(file, yaml)], channels, china);

    public IEnumerable<Alert> Of(string type) => Alerts.Where(a => a.Type == type);

    public Device Device(string id, string kind, string place, string? gateway = null, params (string, string)[] facts) =>
        Directory.Find(id) ?? Directory.Add(id, kind, place, gateway, facts);

    public void Wait(double seconds)
    {
        var until = NowMs + (long)(seconds * 1000);
        while (NowMs + 1000 <= until)
        {
            NowMs += 1000;
            var tick = Next();
            Engine.Tick(NowMs, tick, Alerts);
            Sift();
        }

        NowMs = until;
    }

    /// <summary>Time passes with one tick at its end: for scenes of many days.</summary>
    public void Skip(int seconds)
    {
        NowMs += seconds * 1000L;
        Engine.Tick(NowMs, Next(), Alerts);
    }

    public void Say(Device device, params (string Channel, object Value)[] values) => Send(device, MessageKind.Telemetry, null, values);

    public void Event(Device device, string type, double confidence = 1, string? zone = null, params (string Channel, object Value)[] values) =>
        Send(device, MessageKind.Event, type, values, confidence, zone);

    public void Send(
        Device device, MessageKind kind, string? type, (string Channel, object Value)[] values, double confidence = 1, string? zone = null,
        bool late = false, long? atMs = null, string? track = null, bool suspect = false, long? skewMs = null)
    {
        observation.Clear();
        observation.Device = device;
        observation.Kind = kind;
        observation.Lane = 3;
        observation.Position = Next();
        observation.AtMs = atMs ?? NowMs;
        observation.ArrivalMs = NowMs;
        observation.EventType = type;
        observation.Confidence = confidence;
        observation.Zone = zone;
        observation.Track = track;
        observation.Late = late;
        (observation.Stamped, observation.SkewMs) = (skewMs is not null, skewMs ?? 0);
        foreach (var (channel, value) in values)
        {
            var text = value as string;
            observation.Add(new Reading(channels.GetOrAdd(channel)!, text is null ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : double.NaN, text, suspect));
        }

        Engine.Judge(observation, Alerts);
        Sift();
    }

    /// <summary>Begins anew with an engine that answers a question.</summary>
    public void Ask(RuleQuestion question) => Engine = new RuleEngine(Book, Directory, 3, new EngineOptions { Owns = device => Owns(device) }) { Asked = question };

    public byte[] Save()
    {
        var writer = new ArrayBufferWriter<byte>();
        Engine.Save(writer);
        return writer.WrittenSpan.ToArray();
    }

    public void Restart(RuleBook? book = null)
    {
        var saved = Save();
        Book = book ?? Book;
        Engine = new RuleEngine(Book, Directory, 3, new EngineOptions { Owns = device => Owns(device) });
        Engine.Restore(saved);
    }

    public void Reload(RuleBook book)
    {
        Book = book;
        Engine = Engine.Under(book);
    }

    private void Sift()
    {
        if (!KeepOutages) Alerts.RemoveAll(a => a.Type == "DeviceOutage" || a.Rule == "A16-lost-together");
        if (!KeepTrials && ReferenceEquals(Book, Shipped)) Alerts.RemoveAll(a => a.Shadow);
    }

    private long Next()
    {
        if (RestartEvery > 0 && position % RestartEvery == 0) Restart();
        return ++position;
    }
}
