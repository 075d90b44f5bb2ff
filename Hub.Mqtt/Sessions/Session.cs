using Hub.Mqtt.Packets;
using Hub.Mqtt.Server;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Sessions;

/// <summary>What the hub remembers of one client: subscriptions, and messages on the way in both directions (MQTT 5 section 4.1).</summary>
/// <remarks>
/// Publishers (any thread), the client's own connection and the heartbeat meet here: everything mutable is guarded by the
/// session's own lock, held for a few steps only and never while waiting or while another session's lock is held.
/// Invariant: outstanding = number of <see cref="inFlight"/> entries with Counted set ≤ window.
/// </remarks>
internal sealed partial class Session(string clientId, MqttOptions limits, MqttStatistics statistics)
{
    private readonly Lock sync = new();
    private Connection? connection;
    private Dictionary<string, Subscription>? subscriptions;
    private bool ended;

    public string ClientId => clientId;

    /// <summary>Where changes are written down; null for sessions that need not survive a restart.</summary>
    public SessionLog? Log { get; set; }

    /// <summary>Seconds the session outlives its connection; <see cref="uint.MaxValue"/> for ever. Written by the owner of the connection.</summary>
    public uint ExpirySeconds { get; set; }

    /// <summary>Moves with every attach and detach, so that a deadline set earlier can tell that it is stale.</summary>
    public long Epoch { get; private set; }

    public Connection? Connection => Volatile.Read(ref connection);

    /// <summary>Connected, and its queue is not full: the one a shared subscription prefers.</summary>
    public bool CanTakeMore => Connection is not null && Volatile.Read(ref held) < limits.QueuePerSession;

    /// <summary>Binds a connection; false when the session has ended or another connection holds it.</summary>
    public bool TryAttach(Connection owner, int receiveMaximum, out Connection? holder)
    {
        lock (sync)
        {
            holder = connection;
            if (ended || holder is not null) return false;
            connection = owner;
            Epoch++;
            window = Math.Min(receiveMaximum, limits.SendMaximum);
            outstanding = 0;
            resend = null;
            if (inFlight is not { Count: > 0 }) return true;

            // [MQTT-4.4.0-1] what was sent and not acknowledged goes first, in the order it was sent.
            var again = new List<InFlight>(inFlight.Values);
            again.Sort(static (a, b) => a.Entry.Sequence.CompareTo(b.Entry.Sequence));
            foreach (var item in again) item.Counted = false;
            resend = new Queue<InFlight>(again);
            return true;
        }
    }

    /// <summary>Lets go of a connection; false when it no longer held the session. QoS 0 messages do not wait for the next one.</summary>
    public bool Detach(Connection owner)
    {
        lock (sync)
        {
            if (connection != owner) return false;
            connection = null;
            Epoch++;
            while (queue0 is { Count: > 0 }) Forget(queue0.Dequeue());
            queue0 = null;
            resend = null;
            return true;
        }
    }

    /// <summary>Ends the session unless a connection holds it; its subscriptions are the caller's to take out of the tree.</summary>
    public bool TryEnd(out Subscription[] left)
    {
        left = [];
        lock (sync)
        {
            if (ended || connection is not null) return false;
            ended = true;
            Epoch++;
            if (subscriptions is not null) left = [.. subscriptions.Values];
            subscriptions = null;
            queue0 = queue12 = null;
            inFlight = null;
            inbound = null;
            held = 0;
            heldBytes = 0;
            Log?.Ended(clientId);
            return true;
        }
    }

    public int SubscriptionCount
    {
        get { lock (sync) return subscriptions?.Count ?? 0; }
    }

    /// <summary>Notes a subscription; <paramref name="existed"/> tells whether it replaced one. False when there are too many.</summary>
    public bool TryNote(string filter, Subscription subscription, out bool existed)
    {
        lock (sync)
        {
            subscriptions ??= new Dictionary<string, Subscription>(StringComparer.Ordinal);
            existed = subscriptions.ContainsKey(filter);
            if (ended || (!existed && subscriptions.Count >= limits.Subscriptions)) return false;
            subscriptions[filter] = subscription;
            Log?.Subscribed(clientId, subscription);
            return true;
        }
    }

    public bool Strike(string filter, byte[] raw)
    {
        lock (sync)
        {
            if (subscriptions is null || !subscriptions.Remove(filter)) return false;
            Log?.Unsubscribed(clientId, raw);
            return true;
        }
    }
}
