using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Tests.Adapters.Readings;

/// <summary>Plays the consumer of the journal: numbers observations, appends them, commits with the position reached.</summary>
public sealed class ReadingsFeed(IReadingsStore store, int lanes = 2)
{
    public static readonly long Noon = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly Dictionary<string, Device> devices = [];
    private readonly Observation observation = new();

    public ChannelTable Channels { get; } = new();

    public long[] Positions { get; private set; } = new long[lanes];

    /// <summary>What is added next is late.</summary>
    public bool Late { get; set; }

    /// <summary>What is added next is of a device whose clock is wrong.</summary>
    public bool Skewed { get; set; }

    public long Readings { get; private set; }

    public async Task<Checkpoint> OpenAsync()
    {
        var checkpoint = await store.OpenAsync(lanes, TestContext.Current.CancellationToken);
        Positions = [.. checkpoint.Positions];
        Readings = checkpoint.Readings;
        return checkpoint;
    }

    public void Add(string device, long atMs, params (string Channel, object Value)[] values) => AddAt(0, ++Positions[0], 0, device, atMs, values);

    public void AddAt(int lane, long position, int ordinal, string device, long atMs, params (string Channel, object Value)[] values)
    {
        observation.Clear();
        if (!devices.TryGetValue(device, out var known))
            devices[device] = known = new Device(devices.Count, device, new DeviceKind("chargerPort", new LocalText("口", "port"), 60, 180), Place.Unknown);
        observation.Device = known;
        observation.Kind = MessageKind.Telemetry;
        observation.Lane = lane;
        observation.Position = position;
        observation.Ordinal = ordinal;
        observation.AtMs = observation.ArrivalMs = atMs;
        (observation.Late, observation.ClockSkewed) = (Late, Skewed);
        foreach (var (channel, value) in values)
            observation.Add(value is Suspect suspect ? new Reading(Channels.GetOrAdd(channel)!, suspect.Value, null, Suspect: true) : value is string text
                ? new Reading(Channels.GetOrAdd(channel)!, double.NaN, text)
                : new Reading(Channels.GetOrAdd(channel)!, Convert.ToDouble(value)));
        store.Append(observation);
        Readings += values.Length;
    }

    public Task CommitAsync(byte[]? state = null) =>
        store.CommitAsync(new Checkpoint([.. Positions], state ?? [], Readings), TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<SeriesPoint>> ReadAsync(string device, string channel, long from = 0, long to = long.MaxValue / 2, long step = 0, int limit = 1_000_000) =>
        await store.ReadAsync(new SeriesQuery(device, channel, from, to, step, limit), TestContext.Current.CancellationToken);

    public Task<IReadOnlyDictionary<string, SeriesPoint>> LatestAsync(string device) => store.LatestAsync(device, TestContext.Current.CancellationToken);
}

/// <summary>A value outside its channel's range.</summary>
public readonly record struct Suspect(double Value);
