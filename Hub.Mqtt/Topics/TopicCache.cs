using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Topics;

/// <summary>The last few topics of one publisher: already checked, and with who gets them. Its buffers are used again and again.</summary>
internal sealed class TopicCache
{
    private const int Places = 4;
    private readonly Entry[] entries = new Entry[Places];
    private int latest;

    /// <summary>Whether this topic was checked before; remembers which one it was for <see cref="Route"/>.</summary>
    public bool Knows(ReadOnlySpan<byte> topic)
    {
        for (var i = 0; i < Places; i++)
        {
            var place = (latest + i) & (Places - 1);
            ref readonly var entry = ref entries[place];
            if (entry.Length != topic.Length || !topic.SequenceEqual(entry.Name.AsSpan(0, entry.Length)) || topic.IsEmpty) continue;
            latest = place;
            return true;
        }

        return false;
    }

    public void Add(ReadOnlySpan<byte> topic)
    {
        latest = (latest + Places - 1) & (Places - 1);
        ref var entry = ref entries[latest];
        if (entry.Name is null || entry.Name.Length < topic.Length) entry.Name = new byte[topic.Length];
        topic.CopyTo(entry.Name);
        entry.Length = topic.Length;
        entry.Version = 0;
    }

    /// <summary>Who gets what is published on <paramref name="topic"/>; asks the tree only when it has changed.</summary>
    public Route Route(ReadOnlySpan<byte> topic, SubscriptionTree tree, Session publisher)
    {
        if (!Knows(topic)) Add(topic);
        ref var entry = ref entries[latest];
        var version = tree.Version;
        if (entry.Version == version) return entry.Route!;
        entry.Route = tree.Find(topic, publisher);
        entry.Version = version;
        return entry.Route;
    }

    private struct Entry
    {
        public byte[] Name;
        public int Length;
        public Route? Route;
        public long Version;
    }
}
