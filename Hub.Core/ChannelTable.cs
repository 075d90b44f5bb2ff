using System.Collections.Concurrent;

namespace Hub.Core;

/// <summary>The channels this process knows: the catalogue first, others as devices send them, up to a limit.</summary>
public sealed class ChannelTable
{
    /// <summary>Most channels a process will intern; beyond it a message is rejected, so a mad device cannot fill memory.</summary>
    public const int Limit = 8192;

    /// <summary>Prefix of the channel that an event of a type is stored under: <c>event.smoke</c>, value = confidence.</summary>
    public const string EventPrefix = "event.";

    /// <summary>Before the name of a piece of evidence that took part in an alert.</summary>
    public const string EvidencePrefix = "evidence.";

    private readonly ConcurrentDictionary<string, Channel> channels = new(StringComparer.Ordinal);
    private readonly Lock adding = new();
    private volatile Channel[] byIndex = [];

    /// <summary>A table that holds the catalogue of <see cref="ChannelCatalogue"/>.</summary>
    public ChannelTable()
    {
        foreach (var c in ChannelCatalogue.All) Add(c.Name, c.Unit, c.Min, c.Max, c.Title, c.FaultCodes);
    }

    /// <summary>Channels by <see cref="Channel.Index"/>.</summary>
    public ReadOnlySpan<Channel> All => byIndex;

    /// <summary>The channel of that name, or null when none was seen yet.</summary>
    public Channel? Find(string name) => channels.GetValueOrDefault(name);

    /// <summary>The channel of that name, made on first sight; null when the table is full.</summary>
    public Channel? GetOrAdd(string name)
    {
        if (channels.TryGetValue(name, out var known)) return known;
        if (channels.Count >= Limit) return null;
        return Add(name, "", double.NegativeInfinity, double.PositiveInfinity, new LocalText(name, name));
    }

    private Channel Add(string name, string unit, double min, double max, LocalText title, double[]? faultCodes = null)
    {
        lock (adding)
        {
            if (channels.TryGetValue(name, out var known)) return known;
            var channel = new Channel(byIndex.Length, name, unit, min, max, title, faultCodes);
            byIndex = [.. byIndex, channel];
            channels[name] = channel;
            return channel;
        }
    }
}
