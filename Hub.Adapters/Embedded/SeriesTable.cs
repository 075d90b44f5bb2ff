using Hub.Core;
using Hub.Core.Devices;

namespace Hub.Adapters.Embedded;

/// <summary>All series in memory, found by name or, on the hot path, by the objects that stand for device and channel.</summary>
/// <remarks>Everything is under <see cref="Gate"/>, which is held for microseconds: never across the disk.</remarks>
internal sealed class SeriesTable
{
    private readonly Dictionary<(string Device, string Channel), Series> byName = [];
    private readonly Dictionary<string, List<Series>> byDevice = new(StringComparer.Ordinal);
    private Slot[] slots = [];
    private long nextSeriesId = 1;

    /// <summary>Held by the writer while it appends, by readers while they copy.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Id of the next chunk to be sealed.</summary>
    public long NextChunkId = 1;

    /// <summary>All series, in no order.</summary>
    public Dictionary<(string Device, string Channel), Series>.ValueCollection All => byName.Values;

    public Series? Find(string device, string channel) => byName.GetValueOrDefault((device, channel));

    public IReadOnlyList<Series> OfDevice(string device) => byDevice.TryGetValue(device, out var list) ? list : [];

    /// <summary>The series of a channel of a device, made on first sight.</summary>
    public Series GetOrAdd(Device device, Channel channel)
    {
        if (device.Index >= slots.Length) Array.Resize(ref slots, Math.Max(device.Index + 1, slots.Length * 2));
        ref var slot = ref slots[device.Index];
        if (!ReferenceEquals(slot.Device, device)) slot = new Slot(device);
        for (var i = 0; i < slot.Count; i++)
            if (ReferenceEquals(slot.Channels[i], channel)) return slot.Series[i];

        var series = Find(device.Id, channel.Name) ?? Add(nextSeriesId, device.Id, channel.Name);
        slot.Add(channel, series);
        return series;
    }

    /// <summary>The series of marks beside another, made with the first flag.</summary>
    public Series MarksOf(Series series) =>
        series.Marks ??= Find(series.Device, series.Channel + FlagMarks.Suffix) ?? Add(nextSeriesId, series.Device, series.Channel + FlagMarks.Suffix);

    /// <summary>Adds a series as the file has it.</summary>
    public Series Add(long id, string device, string channel)
    {
        var series = new Series(id, device, channel);
        byName.Add((device, channel), series);
        if (!byDevice.TryGetValue(device, out var list)) byDevice[device] = list = [];
        list.Add(series);
        nextSeriesId = Math.Max(nextSeriesId, id + 1);
        return series;
    }

    // A device has a handful of channels: walking them by reference beats hashing.
    private struct Slot(Device device)
    {
        public Device? Device = device;
        public Channel[] Channels = new Channel[4];
        public Series[] Series = new Series[4];
        public int Count;

        public void Add(Channel channel, Series series)
        {
            if (Count == Channels.Length)
            {
                Array.Resize(ref Channels, Count * 2);
                Array.Resize(ref Series, Count * 2);
            }

            Channels[Count] = channel;
            Series[Count++] = series;
        }
    }
}
