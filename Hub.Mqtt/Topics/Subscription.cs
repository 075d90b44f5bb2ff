using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Topics;

/// <summary>One session's wish for one filter. Never changed: a re-subscribe puts a new one in its place.</summary>
/// <param name="Session">Who wants it.</param>
/// <param name="Filter">As asked, with the <c>$share/NAME/</c> in front when shared.</param>
/// <param name="Qos">Highest QoS wanted.</param>
/// <param name="NoLocal">Not for what the session itself publishes.</param>
/// <param name="RetainAsPublished">Keeps the retain flag of the publisher.</param>
/// <param name="Id">Subscription identifier; 0 for none.</param>
internal sealed record Subscription(Session Session, byte[] Filter, Qos Qos, bool NoLocal, bool RetainAsPublished, uint Id)
{
    public bool Shared { get; } = TopicFilter.IsShared(Filter);
}

/// <summary>The sessions that take turns on one shared filter (MQTT 5 section 4.8.2).</summary>
internal sealed class SharedGroup
{
    private Subscription[] members = [];
    private int turn;

    /// <summary>Copy on write: deliveries read it without a lock.</summary>
    public Subscription[] Members => Volatile.Read(ref members);

    public bool Put(Subscription subscription)
    {
        var at = Array.FindIndex(members, m => m.Session == subscription.Session);
        Volatile.Write(ref members, at < 0 ? [.. members, subscription] : [.. members[..at], subscription, .. members[(at + 1)..]]);
        return at < 0;
    }

    public bool Remove(Session session)
    {
        var at = Array.FindIndex(members, m => m.Session == session);
        if (at < 0) return false;
        Volatile.Write(ref members, [.. members[..at], .. members[(at + 1)..]]);
        return true;
    }

    /// <summary>The next in turn, connected ones first: nobody waits for an absent member while another is there.</summary>
    public Subscription? Next()
    {
        var all = Members;
        if (all.Length == 0) return null;
        var first = (int)((uint)Interlocked.Increment(ref turn) % (uint)all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            var member = all[(first + i) % all.Length];
            if (member.Session.CanTakeMore) return member;
        }

        return all[first];
    }
}
