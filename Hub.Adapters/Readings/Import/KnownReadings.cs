using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;

namespace Hub.Adapters.Readings.Import;

/// <summary>Finds out which readings of a batch the store holds already. Asks for no more than the stretches of time that the batch covers.</summary>
internal sealed class KnownReadings(IReadingsReader store)
{
    // Two readings further apart are asked for separately: an unsorted file must not make us read years between them.
    private const long StretchGapMs = 3_600_000;
    private const int PageSize = 100_000;

    // Newest time of each series in the store: what is newer cannot be there, so a file in the order of time asks nothing.
    private readonly Dictionary<Device, Dictionary<string, long>> newest = [];

    private readonly record struct Content(long AtMs, double Value, string? Text);

    /// <summary>Marks what is there already, or came before in the batch.</summary>
    public async Task MarkAsync(ImportBatch batch, CancellationToken stop)
    {
        foreach (var ((device, channel), indices) in BySeries(batch))
        {
            var latest = await NewestAsync(device, stop).ConfigureAwait(false);
            indices.Sort((a, b) => a.AtMs.CompareTo(b.AtMs));
            for (var from = 0; from < indices.Count;)
            {
                var to = from + 1;
                while (to < indices.Count && indices[to].AtMs - indices[to - 1].AtMs <= StretchGapMs) to++;
                var there = indices[from].AtMs > latest.GetValueOrDefault(channel.Name, long.MinValue) ? [] : await ReadAsync(device, channel, indices[from].AtMs, indices[to - 1].AtMs, stop).ConfigureAwait(false);
                for (; from < to; from++)
                {
                    var (atMs, index) = indices[from];
                    if (!there.Add(new Content(atMs, batch[index].Value, batch[index].Text))) batch.MarkKnown(index);
                }
            }

            latest[channel.Name] = Math.Max(latest.GetValueOrDefault(channel.Name, long.MinValue), indices[^1].AtMs);
        }
    }

    private static Dictionary<(Device Device, Channel Channel), List<(long AtMs, int Index)>> BySeries(ImportBatch batch)
    {
        var series = new Dictionary<(Device, Channel), List<(long, int)>>();
        foreach (var line in batch.Lines)
        {
            for (var i = line.From; i < line.From + line.Count; i++)
            {
                if (!series.TryGetValue((line.Device, batch[i].Channel), out var indices)) series[(line.Device, batch[i].Channel)] = indices = [];
                indices.Add((line.AtMs, i));
            }
        }

        return series;
    }

    private async Task<Dictionary<string, long>> NewestAsync(Device device, CancellationToken stop)
    {
        if (newest.TryGetValue(device, out var known)) return known;
        var latest = await store.LatestAsync(device.Id, stop).ConfigureAwait(false);
        return newest[device] = latest.ToDictionary(l => l.Key, l => l.Value.AtMs, StringComparer.Ordinal);
    }

    private async Task<HashSet<Content>> ReadAsync(Device device, Channel channel, long fromMs, long toMs, CancellationToken stop)
    {
        var there = new HashSet<Content>();
        while (true)
        {
            var points = await store.ReadAsync(new SeriesQuery(device.Id, channel.Name, fromMs, toMs + 1, Limit: PageSize), stop).ConfigureAwait(false);
            foreach (var point in points) there.Add(new Content(point.AtMs, point.Value, point.Text));
            if (points.Count < PageSize || points[^1].AtMs == fromMs) return there;
            fromMs = points[^1].AtMs; // the instant at the page's end is read once more, for it may not have been whole
        }
    }
}
