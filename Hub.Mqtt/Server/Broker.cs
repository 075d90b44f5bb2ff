using System.Collections.Concurrent;
using System.Text;
using Hub.Mqtt.Sessions;
using Hub.Mqtt.Topics;
using Microsoft.Extensions.Logging;

namespace Hub.Mqtt.Server;

/// <summary>What all connections share: sessions, subscriptions, retained messages and their deadlines.</summary>
internal sealed class Broker(MqttOptions options, IGatekeeper gatekeeper, IPublishSink sink, TimeProvider clock, MqttStatistics statistics, ILogger log)
{
    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly byte[][] denied = [.. options.DenySubscribe.Select(Encoding.UTF8.GetBytes)];
    /// <summary>After a start, who watches for wills gets this long to be back [ms].</summary>
    private const int WatchersMs = 5_000;

    private int sessionCount;
    private Task lastWill = Task.CompletedTask;

    /// <summary>Completes when the latest will has gone its way.</summary>
    public Task LastWill => lastWill;

    public MqttOptions Options => options;

    public IGatekeeper Gatekeeper => gatekeeper;

    public IPublishSink Sink => sink;

    public TimeProvider Clock => clock;

    public MqttStatistics Statistics => statistics;

    public SubscriptionTree Tree { get; } = new();

    public RetainedTree Retained { get; } = new(options.RetainedMessages);

    public Deadlines Deadlines { get; } = new();

    /// <summary>The wills of those who are connected, or whose delay runs.</summary>
    public WillBook Wills { get; private set; } = new(null);

    public Meters Meters { get; } = new(options, clock);

    public Unfinished Unfinished { get; } = new(options.UnfinishedBytes);

    /// <summary>Where sessions are written down; null when they live in memory only.</summary>
    public SessionLog? Log
    {
        get;
        init => Wills = new WillBook(field = value);
    }

    public IEnumerable<Session> Sessions => sessions.Values;

    public int SessionCount => Volatile.Read(ref sessionCount);

    /// <summary>Unix milliseconds: the time of expiry, which must mean the same after a restart.</summary>
    public long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Gives <paramref name="connection"/> its session: the kept one, or a new one. An older connection of the same client is put
    /// out first and has said goodbye before this returns [MQTT-3.1.4-3].
    /// </summary>
    /// <returns>The session and whether it was kept; null when there are too many sessions.</returns>
    public async ValueTask<(Session Session, bool Present)?> OpenSessionAsync(Connection connection, string clientId, bool cleanStart, int receiveMaximum)
    {
        while (true)
        {
            if (!sessions.TryGetValue(clientId, out var session))
            {
                if (SessionCount >= options.Sessions) return null;
                session = new Session(clientId, options, statistics);
                if (!session.TryAttach(connection, receiveMaximum, out _) || !sessions.TryAdd(clientId, session)) continue;
                Interlocked.Increment(ref sessionCount);
                return (session, false);
            }

            if (session.Connection is { } old)
            {
                await old.TakeOverAsync(cleanStart).ConfigureAwait(false);
                continue;
            }

            if (cleanStart || session.ExpirySeconds == 0)
            {
                EndSession(session);
                continue;
            }

            if (session.TryAttach(connection, receiveMaximum, out _))
            {
                // [MQTT-3.1.3-9] back before the delay was over: the will is not published.
                Wills.Strike(Deadlines.Clear(session));
                return (session, true);
            }
        }
    }

    /// <summary>Takes in a session that an earlier process left.</summary>
    public void Adopt(string clientId, RestoredSession kept, long endsAtMs)
    {
        var session = new Session(clientId, options, statistics);
        session.Restore(kept, Log, endsAtMs);
        foreach (var (name, (filter, flags, id)) in kept.Subscriptions)
        {
            var subscription = new Subscription(session, filter, (Qos)(flags & 3), (flags & 4) != 0, (flags & 8) != 0, id);
            if (session.TryNote(name, subscription, out _)) Tree.Put(subscription);
        }

        if (!sessions.TryAdd(clientId, session)) return;
        Interlocked.Increment(ref sessionCount);
        Deadlines.Set(session, endsAtMs, null, long.MaxValue);
    }

    /// <summary>Takes in a will that an earlier process left: its client was connected then, or gone and the delay ran.</summary>
    public void Adopt(RestoredWill kept, long nowMs)
    {
        // A session that did not outlive the process has ended with it, and its end ends the delay. Only a delay can be cut short by
        // the client's return; without one the will goes out in any case.
        var waits = kept.Packet.DelaySeconds > 0 && sessions.TryGetValue(kept.ClientId, out var found) && !Deadlines.HasWill(found) ? found : null;
        var session = waits ?? new Session(kept.ClientId, options, statistics);
        var will = new Will(kept.Packet, kept.ClientId, principal: null, session) { Restored = true };
        var dueMs = waits is null ? 0 : kept.DueMs != 0 ? kept.DueMs : nowMs + (kept.Packet.DelaySeconds * 1000L);
        dueMs = Math.Max(dueMs, nowMs + WatchersMs);
        Wills.Note(will, dueMs);
        Deadlines.SetWill(session, will, dueMs);
    }

    /// <summary>The connection is over: the session waits, or ends; the will goes out now, later, or never.</summary>
    /// <param name="session">Already detached.</param>
    /// <param name="will">Null when there is none, or the client took it back.</param>
    public void Release(Session session, Will? will)
    {
        if (session.ExpirySeconds == 0)
        {
            EndSession(session);
            if (will is not null) Publish(will);
            return;
        }

        if (will is { DelaySeconds: 0 })
        {
            Publish(will);
            will = null;
        }

        // [MQTT-3.1.3-9] the earlier of will delay and session end: ending the session publishes the will.
        var nowMs = NowMs;
        var endsAt = session.ExpirySeconds == uint.MaxValue ? long.MaxValue : nowMs + (session.ExpirySeconds * 1000L);
        session.NoteAway(endsAt);
        var willAt = will is null ? long.MaxValue : nowMs + (will.DelaySeconds * 1000L);
        if (will is not null) Wills.Note(will, willAt);
        Deadlines.Set(session, endsAt, will, willAt);
    }

    /// <summary>Ends a session whose connection is gone; a will that was still waiting goes out.</summary>
    public void EndSession(Session session)
    {
        if (!session.TryEnd(out var left)) return;
        if (sessions.TryRemove(KeyValuePair.Create(session.ClientId, session))) Interlocked.Decrement(ref sessionCount);
        foreach (var subscription in left) Tree.Remove(session, subscription.Filter);
        if (Deadlines.Clear(session) is { } will) Publish(will);
    }

    /// <summary>Called by the heartbeat: wills and sessions whose time has come.</summary>
    public void MeetDeadlines()
    {
        var nowMs = NowMs;
        while (Deadlines.TryTake(nowMs, out var session, out var will))
        {
            if (session.Connection is not null) Wills.Strike(will);
            else if (will is not null) Publish(will);
            else EndSession(session);
        }
    }

    /// <summary>Hands a message to those who subscribed and keeps it when it asks for that. Returns whether anyone is there.</summary>
    /// <remarks>The publisher's own connection is not woken: its loop sends before it reads on.</remarks>
    public bool Deliver(Message message, Route route, Session? publisher)
    {
        if (message.Retain) Retained.Put(message, Log);
        if (route.IsEmpty) return false;

        var nowMs = NowMs;
        foreach (ref readonly var target in route.Targets.AsSpan())
        {
            target.Session.Offer(
                new Waiting
                {
                    Message = message,
                    Qos = message.Qos < target.Qos ? message.Qos : target.Qos,
                    Retain = message.Retain && target.RetainAsPublished,
                    Ids = target.Ids,
                },
                nowMs,
                publisher);
        }

        foreach (var group in route.Groups)
        {
            if (group.Next() is not { } member) continue;
            member.Session.Offer(
                new Waiting
                {
                    Message = message,
                    Qos = message.Qos < member.Qos ? message.Qos : member.Qos,
                    Retain = message.Retain && member.RetainAsPublished,
                    Ids = member.Id == 0 ? null : [member.Id],
                },
                nowMs,
                publisher);
        }

        return true;
    }

    /// <summary>Publishes a will on behalf of a client that is gone: the same road as any PUBLISH, without an acknowledgement.</summary>
    public void Publish(Will will) => lastWill = PublishAsync(will);

    private async Task PublishAsync(Will will)
    {
        try
        {
            if (await TakenAsync(will).ConfigureAwait(false)) Deliver(will.AsMessage(NowMs), Tree.Find(will.Topic, will.Publisher), null);

            // Only now: a hub that dies before this publishes it after its next start, twice rather than never.
            Wills.Strike(will);
            Log?.Commit();
        }
        catch (Exception fault)
        {
            log.WillLost(fault, will.ClientId);
        }
    }

    /// <summary>The sink has it for good, and it goes on to subscribers.</summary>
    private async ValueTask<bool> TakenAsync(Will will)
    {
        // A restored one was checked before it was written down; whoever left it is not known any more.
        if (!will.Restored && gatekeeper.MayPublish(will.Principal, will.Topic) >= ReasonCode.UnspecifiedError) return false;
        var receipt = await sink.AcceptAsync(will.AsInbound(), CancellationToken.None).ConfigureAwait(false);
        if (receipt.Reason >= ReasonCode.UnspecifiedError) return false;
        if (receipt.Ticket != 0) await sink.DurableAsync(receipt.Ticket, CancellationToken.None).ConfigureAwait(false);
        return receipt.Broker;
    }

    /// <summary>Whether the settings refuse this filter to everyone.</summary>
    public bool IsDenied(ReadOnlySpan<byte> filter)
    {
        foreach (var pattern in denied)
        {
            if (TopicFilter.Covers(pattern, filter)) return true;
        }

        return false;
    }
}
