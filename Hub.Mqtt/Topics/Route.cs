using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Topics;

/// <summary>One copy to one session: the best of all its subscriptions that match.</summary>
internal struct Target
{
    public Session Session;
    public Qos Qos;
    public bool RetainAsPublished;

    /// <summary>Subscription identifiers of all that match [MQTT-3.3.4-3]; null when none has one.</summary>
    public uint[]? Ids;
}

/// <summary>Everyone who gets what is published on one topic by one publisher. Valid for one version of the tree.</summary>
internal sealed class Route
{
    public static readonly Route Nobody = new([], [], []);

    private Route(byte[] topic, Target[] targets, SharedGroup[] groups)
    {
        Topic = topic;
        Targets = targets;
        Groups = groups;
    }

    /// <summary>Its own copy of the topic, for the messages that go this way; empty for <see cref="Nobody"/>.</summary>
    public byte[] Topic { get; }

    public Target[] Targets { get; }

    public SharedGroup[] Groups { get; }

    public bool IsEmpty => Targets.Length == 0 && Groups.Length == 0;

    /// <summary>Folds the subscriptions that match into one copy for each session [MQTT-3.3.5-1].</summary>
    public static Route From(ReadOnlySpan<byte> topic, List<Subscription> matches, List<SharedGroup> groups, Session? publisher)
    {
        if (matches.Count == 0 && groups.Count == 0) return Nobody;
        var targets = new List<Target>(matches.Count);
        var places = matches.Count > 8 ? new Dictionary<Session, int>(matches.Count) : null;
        foreach (var match in matches)
        {
            if (match.NoLocal && match.Session == publisher) continue;
            var place = Find(targets, places, match.Session);
            if (place < 0)
            {
                places?.Add(match.Session, targets.Count);
                targets.Add(new Target { Session = match.Session, Qos = match.Qos, RetainAsPublished = match.RetainAsPublished, Ids = match.Id == 0 ? null : [match.Id] });
                continue;
            }

            var target = targets[place];
            if (match.Qos > target.Qos) target.Qos = match.Qos;
            target.RetainAsPublished |= match.RetainAsPublished;
            if (match.Id != 0) target.Ids = target.Ids is null ? [match.Id] : [.. target.Ids, match.Id];
            targets[place] = target;
        }

        return targets.Count == 0 && groups.Count == 0 ? Nobody : new Route(topic.ToArray(), [.. targets], [.. groups]);
    }

    private static int Find(List<Target> targets, Dictionary<Session, int>? places, Session session)
    {
        if (places is not null) return places.TryGetValue(session, out var place) ? place : -1;
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i].Session == session) return i;
        }

        return -1;
    }
}
