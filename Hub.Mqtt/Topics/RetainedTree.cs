using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Topics;

/// <summary>The last retained message of each topic, as a tree of topic levels. Any thread; one short lock.</summary>
internal sealed class RetainedTree(int capacity)
{
    private readonly Lock gate = new();
    private readonly Node root = new();
    private int count;

    /// <summary>No message expires before this.</summary>
    private long firstExpiryMs = long.MaxValue;

    public int Count => Volatile.Read(ref count);

    /// <summary>Keeps a message, or forgets the topic when its body is empty [MQTT-3.3.1-6]. False when the store is full.</summary>
    /// <param name="message">A message with the retain flag.</param>
    /// <param name="log">Where the change is written down; null for nowhere.</param>
    public bool Put(Message message, SessionLog? log)
    {
        lock (gate)
        {
            if (message.Payload.Length > 0 && count >= capacity && Find(message.Topic) is null) return false;
            Write(message, log);
            if (message.Payload.Length == 0)
            {
                Remove(root, message.Topic);
                return true;
            }

            ReadOnlySpan<byte> topic = message.Topic;
            var node = root;
            foreach (var level in topic.Split((byte)'/')) node = node.Child(topic[level]);
            if (node.Message is null) count++;
            node.Message = message;
            if (message.ExpiresMs < firstExpiryMs) firstExpiryMs = message.ExpiresMs;
            return true;
        }
    }

    /// <summary>Expired messages give up their place. Called by the heartbeat; walks only when one may have expired.</summary>
    public void Sweep(long nowMs)
    {
        lock (gate)
        {
            if (nowMs < firstExpiryMs) return;
            firstExpiryMs = long.MaxValue;
            var found = new List<Message>();
            CollectAll(root, long.MinValue, found);
            foreach (var message in found)
            {
                if (message.IsExpired(nowMs)) Remove(root, message.Topic);
                else if (message.ExpiresMs < firstExpiryMs) firstExpiryMs = message.ExpiresMs;
            }
        }
    }

    /// <summary>Adds what falls under <paramref name="filter"/> and has not expired to <paramref name="found"/>.</summary>
    public void Match(ReadOnlySpan<byte> filter, long nowMs, List<Message> found)
    {
        lock (gate)
        {
            if (count > 0) Collect(root, filter, atRoot: true, nowMs, found);
        }
    }

    /// <summary>Writes down everything held.</summary>
    public void WriteTo(SessionLog log)
    {
        lock (gate)
        {
            var found = new List<Message>();
            CollectAll(root, long.MinValue, found);
            foreach (var message in found)
            {
                if (!message.Transient) log.Retain(message);
            }
        }
    }

    /// <summary>The hub's own are published anew after a start; but what they replace must not come back then.</summary>
    private void Write(Message message, SessionLog? log)
    {
        if (log is null) return;
        if (!message.Transient || message.Payload.Length == 0) log.Retain(message);
        else if (Find(message.Topic) is { Transient: false }) log.Retain(new Message { Topic = message.Topic, Payload = [], Retain = true });
    }

    private static void Collect(Node node, ReadOnlySpan<byte> filter, bool atRoot, long nowMs, List<Message> found)
    {
        var slash = filter.IndexOf((byte)'/');
        var level = slash < 0 ? filter : filter[..slash];
        if (level is [(byte)'#'])
        {
            if (!atRoot) Take(node, nowMs, found);
            foreach (var (name, child) in node)
            {
                if (!(atRoot && name is [(byte)'$', ..])) CollectAll(child, nowMs, found);
            }
        }
        else if (level is [(byte)'+'])
        {
            foreach (var (name, child) in node)
            {
                if (!(atRoot && name is [(byte)'$', ..])) Step(child, filter, slash, nowMs, found);
            }
        }
        else if (node.TryChild(level, out var child))
        {
            Step(child, filter, slash, nowMs, found);
        }
    }

    private static void Step(Node node, ReadOnlySpan<byte> filter, int slash, long nowMs, List<Message> found)
    {
        if (slash < 0) Take(node, nowMs, found);
        else Collect(node, filter[(slash + 1)..], atRoot: false, nowMs, found);
    }

    private static void CollectAll(Node node, long nowMs, List<Message> found)
    {
        Take(node, nowMs, found);
        foreach (var (_, child) in node) CollectAll(child, nowMs, found);
    }

    private static void Take(Node node, long nowMs, List<Message> found)
    {
        if (node.Message is { } message && !message.IsExpired(nowMs)) found.Add(message);
    }

    private Message? Find(ReadOnlySpan<byte> topic)
    {
        var node = root;
        foreach (var level in topic.Split((byte)'/'))
        {
            if (!node.TryChild(topic[level], out node)) return null;
        }

        return node.Message;
    }

    private void Remove(Node node, ReadOnlySpan<byte> topic)
    {
        var slash = topic.IndexOf((byte)'/');
        var level = slash < 0 ? topic : topic[..slash];
        if (!node.TryChild(level, out var child)) return;
        if (slash >= 0) Remove(child, topic[(slash + 1)..]);
        else if (child.Message is not null)
        {
            child.Message = null;
            count--;
        }

        if (child.IsEmpty) node.Prune(level);
    }

    private sealed class Node
    {
        private Dictionary<byte[], Node>? children;

        public Message? Message { get; set; }

        public bool IsEmpty => Message is null && children is null;

        public Dictionary<byte[], Node>.Enumerator GetEnumerator() => (children ?? Empty).GetEnumerator();

        public bool TryChild(ReadOnlySpan<byte> level, out Node child)
        {
            if (children is not null) return children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out child!);
            child = this;
            return false;
        }

        public Node Child(ReadOnlySpan<byte> level)
        {
            children ??= new Dictionary<byte[], Node>(1, LevelComparer.Instance);
            var lookup = children.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!lookup.TryGetValue(level, out var child)) lookup[level] = child = new Node();
            return child;
        }

        public void Prune(ReadOnlySpan<byte> level)
        {
            children!.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(level);
            if (children.Count == 0) children = null;
        }

        private static readonly Dictionary<byte[], Node> Empty = new(LevelComparer.Instance);
    }
}
