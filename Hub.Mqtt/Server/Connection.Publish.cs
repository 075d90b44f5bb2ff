using System.Buffers;
using System.Runtime.InteropServices;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Sessions;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Server;

internal sealed partial class Connection
{
    private TopicCache? topics;
    private byte[]?[]? aliases;
    private List<Pending>? pending;
    private List<byte[]>? heads;
    private long highestTicket;
    private int batch0, batch1, batch2;

    /// <summary>One QoS 1 or 2 PUBLISH that waits for the commit of its batch.</summary>
    private struct Pending
    {
        public ushort PacketId;
        public Qos Qos;
        public ReasonCode Reason;

        /// <summary>Null when nobody is to get it.</summary>
        public Message? Message;
        public Route Route;
    }

    /// <summary>Takes one PUBLISH: checks it, hands it to the sink, and notes what follows once it is durable.</summary>
    private ValueTask PublishAsync(in Frame frame)
    {
        PublishPacket.Read(Head(frame), frame.Body, frame.Flags, V5, out var packet);
        Count(packet.Qos);
        if (packet.Qos != Qos.AtMostOnce && packet.PacketId == 0) MqttProtocolException.Breach("PUBLISH with packet identifier 0");
        if (packet.HasSubscriptionId) MqttProtocolException.Breach("subscription identifier from a client");
        CheckReceiveMaximum(packet);
        ResolveTopic(ref packet);

        var reason = MayPublish(packet.Topic.Span);
        if (reason >= ReasonCode.UnspecifiedError)
        {
            broker.Statistics.Refused(reason);
            if (packet.Qos != Qos.AtMostOnce) Note(packet, reason, null, Route.Nobody);
            return default;
        }

        // [MQTT-4.3.3-10] a repeat before PUBREL is acknowledged again and goes no further.
        if (packet.Qos == Qos.ExactlyOnce && !session!.Reserve(packet.PacketId))
        {
            Note(packet, ReasonCode.Success, null, Route.Nobody);
            return default;
        }

        var inbound = new InboundPublish
        {
            Topic = packet.Topic,
            Payload = packet.Payload,
            Properties = new ReadOnlySequence<byte>(packet.Properties),
            Qos = packet.Qos,
            Retain = packet.Retain,
            Dup = packet.Dup,
            ExpirySeconds = packet.Expiry,
            Principal = principal,
            ClientId = clientId,
        };

        ValueTask<PublishReceipt> accepting;
        try
        {
            accepting = broker.Sink.AcceptAsync(inbound, aborted);
        }
        catch
        {
            if (packet.Qos == Qos.ExactlyOnce) session!.Free(packet.PacketId);
            throw;
        }

        if (!accepting.IsCompletedSuccessfully) return AwaitReceiptAsync(accepting, packet);
#pragma warning disable MA0042 // It has completed: no thread waits here.
        Accepted(packet, accepting.Result);
#pragma warning restore MA0042
        return default;
    }

    private async ValueTask AwaitReceiptAsync(ValueTask<PublishReceipt> accepting, PublishPacket packet)
    {
        try
        {
            Accepted(packet, await accepting.ConfigureAwait(false));
        }
        catch
        {
            // Not taken, so the identifier is free: the client will send it again.
            if (packet.Qos == Qos.ExactlyOnce) session!.Free(packet.PacketId);
            throw;
        }
    }

    private void Accepted(in PublishPacket packet, PublishReceipt receipt)
    {
        if (receipt.Reason >= ReasonCode.UnspecifiedError)
        {
            broker.Statistics.Refused(receipt.Reason);
            if (packet.Qos == Qos.ExactlyOnce) session!.Free(packet.PacketId);
            if (packet.Qos != Qos.AtMostOnce) Note(packet, receipt.Reason, null, Route.Nobody);
            return;
        }

        if (receipt.Ticket > highestTicket) highestTicket = receipt.Ticket;
        var route = receipt.Broker ? FindRoute(packet.Topic.Span) : Route.Nobody;
        var message = receipt.Broker && (packet.Retain || !route.IsEmpty) ? ToMessage(packet, route) : null;
        if (packet.Qos == Qos.AtMostOnce)
        {
            if (message is not null) broker.Deliver(message, route, session);
            return;
        }

        if (packet.Qos == Qos.ExactlyOnce)
        {
            // Goes on at PUBREL; held with the identifier until then.
            Unmark();
            if (session!.Hold(packet.PacketId, message)) message = null;
            Owe();
            Note(packet, receipt.Reason, message, route);
            return;
        }

        var nobody = V5 && receipt.Ticket == 0 && receipt.Broker && route.IsEmpty;
        Note(packet, nobody ? ReasonCode.NoMatchingSubscribers : receipt.Reason, message, route);
    }

    /// <summary>Completes when everything the batch handed over is on disk; then <see cref="SettleAsync"/> may answer.</summary>
    /// <remarks>Awaited by the reading loop itself, whose state is there already: a batch that waits makes no garbage.</remarks>
    private ValueTask DurableAsync()
    {
        if (highestTicket == 0 || pending is not { Count: > 0 }) return default;
        var ticket = highestTicket;
        highestTicket = 0;
        return broker.Sink.DurableAsync(ticket, aborted);
    }

    /// <summary>The one place where PUBACK and PUBREC are decided: only after <see cref="DurableAsync"/>.</summary>
    /// <remarks>[MQTT-4.3.2-4], [MQTT-4.3.3-8]; in the order the messages came [MQTT-4.6.0-2], [MQTT-4.6.0-3].</remarks>
    private ValueTask SettleAsync()
    {
        if (pending is { Count: > 0 }) Settle(pending);
        return owed == 0 && !uncommitted ? default : PayAsync();
    }

    private void Settle(List<Pending> pending)
    {
        Unmark();
        foreach (ref readonly var done in CollectionsMarshal.AsSpan(pending))
        {
            if (done.Message is not null) broker.Deliver(done.Message, done.Route, session);
        }

        Owe();
        ServeSelf();
        foreach (ref readonly var done in CollectionsMarshal.AsSpan(pending))
        {
            Answer(done.Qos == Qos.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec, done.PacketId, done.Reason);
        }

        pending.Clear();
    }

    /// <summary>What the client gets of its own messages goes out before the answer to them.</summary>
    private void ServeSelf()
    {
        if (session!.Held > 0) Outbox.Kick();
    }

    private void Note(in PublishPacket packet, ReasonCode reason, Message? message, Route route) =>
        (pending ??= new List<Pending>(4)).Add(new Pending { PacketId = packet.PacketId, Qos = packet.Qos, Reason = reason, Message = message, Route = route });

    private void Count(Qos qos)
    {
        if (qos == Qos.AtMostOnce) batch0++;
        else if (qos == Qos.AtLeastOnce) batch1++;
        else batch2++;
    }

    /// <summary>[MQTT-3.3.4-9] more unanswered messages than granted: 0x93.</summary>
    private void CheckReceiveMaximum(in PublishPacket packet)
    {
        if (!V5 || packet.Qos == Qos.AtMostOnce) return;
        if ((pending?.Count ?? 0) + session!.ReservedCount < broker.Options.ReceiveMaximum) return;
        var open = OpenInbound(packet);
        if (open > broker.Options.ReceiveMaximum) MqttProtocolException.Throw(ReasonCode.ReceiveMaximumExceeded, $"{open} messages without an answer; {broker.Options.ReceiveMaximum} are granted");
    }

    /// <summary>QoS 1 messages of this batch and QoS 2 messages before PUBCOMP, this one included once.</summary>
    private int OpenInbound(in PublishPacket packet)
    {
        var open = session!.ReservedCount;
        foreach (ref readonly var item in CollectionsMarshal.AsSpan(pending))
        {
            if (item.Qos == Qos.AtLeastOnce) open++;
        }

        return packet.Qos == Qos.ExactlyOnce && session.IsReserved(packet.PacketId) ? open : open + 1;
    }

    /// <summary>Puts the topic of an alias in, notes a new alias, and checks the name.</summary>
    private void ResolveTopic(ref PublishPacket packet)
    {
        if (packet.TopicAlias > broker.Options.TopicAliasMaximum) MqttProtocolException.Throw(ReasonCode.TopicAliasInvalid, $"topic alias {packet.TopicAlias}; at most {broker.Options.TopicAliasMaximum}");
        if (packet.Topic.IsEmpty && packet.TopicAlias != 0)
        {
            if (aliases?[packet.TopicAlias] is not { } known) throw new MqttProtocolException(ReasonCode.ProtocolError, $"topic alias {packet.TopicAlias} is not known");
            packet.Topic = known;
            return;
        }

        if (!(topics ??= new TopicCache()).Knows(packet.Topic.Span))
        {
            CheckTopic(packet.Topic.Span);
            topics.Add(packet.Topic.Span);
        }

        if (packet.TopicAlias == 0) return;
        aliases ??= new byte[broker.Options.TopicAliasMaximum + 1][];
        if (!aliases[packet.TopicAlias].AsSpan().SequenceEqual(packet.Topic.Span)) aliases[packet.TopicAlias] = packet.Topic.ToArray();
    }

    private void CheckTopic(ReadOnlySpan<byte> topic)
    {
        PacketReader.CheckName(topic);
        if (!TopicName.IsValid(topic)) MqttProtocolException.Breach(topic.IsEmpty ? "PUBLISH without a topic" : "topic name with a wildcard");
        if (TopicName.Separators(topic) > broker.Options.TopicLevels) MqttProtocolException.Breach($"topic name with more than {broker.Options.TopicLevels} separators");
    }

    private ReasonCode MayPublish(ReadOnlySpan<byte> topic) =>
        topic is [(byte)'$', ..] && (topic.StartsWith("$SYS"u8) || topic.StartsWith("$share"u8)) ? ReasonCode.NotAuthorized : broker.Gatekeeper.MayPublish(principal, topic);

    private Route FindRoute(ReadOnlySpan<byte> topic) => broker.Tree.Count == 0 ? Route.Nobody : (topics ??= new TopicCache()).Route(topic, broker.Tree, session!);

    private Message ToMessage(in PublishPacket packet, Route route) => new()
    {
        Topic = route.Topic.Length > 0 ? route.Topic : packet.Topic.ToArray(),
        Payload = packet.Payload.ToArray(),
        Properties = PublishPacket.Forwarded(packet.Properties.Span),
        Qos = packet.Qos,
        Retain = packet.Retain,
        ExpiresMs = Message.ExpiryOf(packet.Expiry, broker.NowMs),
    };

    /// <summary>The packet's fields in one piece: in place when they are, else copied into a rented array.</summary>
    private ReadOnlyMemory<byte> Head(in Frame frame)
    {
        if (frame.Body.IsSingleSegment) return frame.Body.First;
        var length = PublishPacket.HeadLength(frame.Body, frame.Flags, V5);
        if (frame.Body.First.Length >= length) return frame.Body.First;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        (heads ??= []).Add(copy);
        frame.Body.Slice(0, length).CopyTo(copy);
        return copy.AsMemory(0, length);
    }

    private void ReturnHeads()
    {
        if (heads is not { Count: > 0 }) return;
        foreach (var head in heads) ArrayPool<byte>.Shared.Return(head);
        heads.Clear();
    }
}
