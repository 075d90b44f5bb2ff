using System.Text;
using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Topics;

/// <summary>All subscriptions, as a tree of topic levels. Any thread; one short lock.</summary>
/// <remarks>
/// Publishers keep the <see cref="Route"/> of their last topic and ask again only when <see cref="Version"/> has moved, so a
/// device that publishes on one topic does not come here at all.
/// </remarks>
internal sealed class SubscriptionTree
{
    private readonly Lock gate = new();
    private readonly Node root = new();
    private readonly List<Subscription> matches = [];
    private readonly List<SharedGroup> groups = [];
    private long version = 1;
    private long count;

    /// <summary>Moves with every change.</summary>
    public long Version => Volatile.Read(ref version);

    public long Count => Volatile.Read(ref count);

    /// <summary>Puts a subscription in, in place of the session's earlier one for the same filter; true when there was none.</summary>
    public bool Put(Subscription subscription)
    {
        var filter = Inner(subscription.Filter, out var share);
        lock (gate)
        {
            var node = root;
            foreach (var level in filter.Split((byte)'/')) node = node.Child(filter[level]);
            var added = node.Put(subscription, share);
            if (added) count++;
            Volatile.Write(ref version, version + 1);
            return added;
        }
    }

    public bool Remove(Session session, byte[] filter)
    {
        var inner = Inner(filter, out var share);
        lock (gate)
        {
            if (!Remove(root, inner, session, share)) return false;
            count--;
            Volatile.Write(ref version, version + 1);
            return true;
        }
    }

    /// <summary>Who gets what <paramref name="publisher"/> publishes on <paramref name="topic"/>.</summary>
    public Route Find(ReadOnlySpan<byte> topic, Session? publisher)
    {
        if (Count == 0) return Route.Nobody;
        lock (gate)
        {
            matches.Clear();
            groups.Clear();
            Collect(root, topic, atRoot: true);
            return Route.From(topic, matches, groups, publisher);
        }
    }

    private void Collect(Node node, ReadOnlySpan<byte> topic, bool atRoot)
    {
        // A leading wildcard does not match '$…' [MQTT-4.7.2-1].
        var wild = !(atRoot && topic is [(byte)'$', ..]);
        var slash = topic.IndexOf((byte)'/');
        var level = slash < 0 ? topic : topic[..slash];

        if (wild && node.Hash is { } hash) Take(hash);
        if (node.TryChild(level, out var child)) Step(child, topic, slash);
        if (wild && node.Plus is { } plus) Step(plus, topic, slash);
    }

    private void Step(Node node, ReadOnlySpan<byte> topic, int slash)
    {
        if (slash >= 0)
        {
            Collect(node, topic[(slash + 1)..], atRoot: false);
            return;
        }

        Take(node);
        if (node.Hash is { } parent) Take(parent); // 'a/#' matches 'a' too.
    }

    private void Take(Node node)
    {
        matches.AddRange(node.Plain);
        if (node.Shares is null) return;
        foreach (var group in node.Shares.Values) groups.Add(group);
    }

    private static bool Remove(Node node, ReadOnlySpan<byte> filter, Session session, string? share)
    {
        var slash = filter.IndexOf((byte)'/');
        var level = slash < 0 ? filter : filter[..slash];
        if (node.Existing(level) is not { } child) return false;
        var removed = slash < 0 ? child.Remove(session, share) : Remove(child, filter[(slash + 1)..], session, share);
        if (child.IsEmpty) node.Prune(level);
        return removed;
    }

    private static ReadOnlySpan<byte> Inner(byte[] filter, out string? share)
    {
        share = null;
        if (!TopicFilter.IsShared(filter) || !TopicFilter.TrySplitShared(filter, out var name, out var inner)) return filter;
        share = Encoding.UTF8.GetString(name);
        return inner;
    }

    private sealed class Node
    {
        private Dictionary<byte[], Node>? children;

        public Subscription[] Plain { get; private set; } = [];

        public Dictionary<string, SharedGroup>? Shares { get; private set; }

        public Node? Plus { get; private set; }

        public Node? Hash { get; private set; }

        public bool IsEmpty => Plain.Length == 0 && Shares is null && Plus is null && Hash is null && children is null;

        public bool TryChild(ReadOnlySpan<byte> level, out Node child)
        {
            if (children is not null) return children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out child!);
            child = this;
            return false;
        }

        public Node? Existing(ReadOnlySpan<byte> level) => level switch
        {
            [(byte)'+'] => Plus,
            [(byte)'#'] => Hash,
            _ => TryChild(level, out var child) ? child : null,
        };

        public Node Child(ReadOnlySpan<byte> level)
        {
            if (level is [(byte)'+']) return Plus ??= new Node();
            if (level is [(byte)'#']) return Hash ??= new Node();
            children ??= new Dictionary<byte[], Node>(1, LevelComparer.Instance);
            var lookup = children.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!lookup.TryGetValue(level, out var child)) lookup[level] = child = new Node();
            return child;
        }

        public void Prune(ReadOnlySpan<byte> level)
        {
            if (level is [(byte)'+']) Plus = null;
            else if (level is [(byte)'#']) Hash = null;
            else if (children is not null)
            {
                children.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(level);
                if (children.Count == 0) children = null;
            }
        }

        public bool Put(Subscription subscription, string? share)
        {
            if (share is not null)
            {
                Shares ??= new Dictionary<string, SharedGroup>(StringComparer.Ordinal);
                if (!Shares.TryGetValue(share, out var group)) Shares[share] = group = new SharedGroup();
                return group.Put(subscription);
            }

            var at = Array.FindIndex(Plain, s => s.Session == subscription.Session);
            Plain = at < 0 ? [.. Plain, subscription] : [.. Plain[..at], subscription, .. Plain[(at + 1)..]];
            return at < 0;
        }

        public bool Remove(Session session, string? share)
        {
            if (share is not null)
            {
                if (Shares is null || !Shares.TryGetValue(share, out var group) || !group.Remove(session)) return false;
                if (group.Members.Length == 0) Shares.Remove(share);
                if (Shares.Count == 0) Shares = null;
                return true;
            }

            var at = Array.FindIndex(Plain, s => s.Session == session);
            if (at < 0) return false;
            Plain = [.. Plain[..at], .. Plain[(at + 1)..]];
            return true;
        }
    }
}
