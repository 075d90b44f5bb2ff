using System.Text;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Sessions;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Server;

internal sealed partial class Connection
{
    private List<(Subscription Subscription, byte RetainHandling, bool Existed)>? subscribed;

    /// <summary>Answers every filter in order, then sends the retained messages the new subscriptions ask for.</summary>
    private void Subscribe(SubscribePacket packet)
    {
        // All filters are checked before one is taken: a malformed packet changes nothing.
        foreach (var request in packet.Filters) CheckFilter(request);

        var reasons = new ReasonCode[packet.Filters.Count];
        var fresh = new List<(Subscription Subscription, byte RetainHandling, bool Existed)>();
        Unmark();
        for (var i = 0; i < reasons.Length; i++)
        {
            var request = packet.Filters[i];
            reasons[i] = Judge(request);
            if (reasons[i] >= ReasonCode.UnspecifiedError)
            {
                broker.Statistics.Refused(reasons[i]);
                continue;
            }

            var subscription = new Subscription(session!, request.Filter, request.Qos, request.NoLocal, request.RetainAsPublished, packet.SubscriptionId);
            if (!session!.TryNote(Encoding.UTF8.GetString(request.Filter), subscription, out var existed))
            {
                reasons[i] = ReasonCode.QuotaExceeded;
                broker.Statistics.Refused(ReasonCode.QuotaExceeded);
                continue;
            }

            broker.Tree.Put(subscription);
            reasons[i] = (ReasonCode)request.Qos;
            fresh.Add((subscription, request.RetainHandling, existed));
        }

        Owe();
        var answer = Builder;
        answer.SubAck(PacketType.SubAck, packet.PacketId, reasons, version);
        Reply(answer.Packet);
        subscribed = fresh;
    }

    /// <summary>Retained messages come behind SUBACK.</summary>
    private async ValueTask ServeNewSubscriptionsAsync()
    {
        if (owed != 0) await PayAsync().ConfigureAwait(false);
        foreach (var (subscription, handling, existed) in subscribed!) SendRetained(subscription, handling, existed);
        subscribed = null;
    }

    /// <summary>MQTT 5 section 3.8.3.1: retain handling 0 always, 1 only when new, 2 never; never for shared subscriptions.</summary>
    private void SendRetained(Subscription subscription, byte handling, bool existed)
    {
        if (subscription.Shared || handling == 2 || (handling == 1 && existed)) return;
        var nowMs = broker.NowMs;
        var found = new List<Message>();
        broker.Retained.Match(subscription.Filter, nowMs, found);
        foreach (var message in found)
        {
            session!.Offer(
                new Waiting
                {
                    Message = message,
                    Qos = message.Qos < subscription.Qos ? message.Qos : subscription.Qos,
                    Retain = true,
                    Ids = subscription.Id == 0 ? null : [subscription.Id],
                },
                nowMs,
                publisher: session,
                beyondLimit: true);
        }
    }

    private void CheckFilter(in FilterRequest request)
    {
        var filter = request.Filter.AsSpan();
        if (TopicName.Separators(filter) > broker.Options.TopicLevels) MqttProtocolException.Malformed($"topic filter with more than {broker.Options.TopicLevels} separators");
        if (!TopicFilter.IsShared(filter))
        {
            if (!TopicFilter.IsValid(filter)) MqttProtocolException.Malformed("topic filter is empty or its wildcards stand where none may stand");
            return;
        }

        if (V5 && request.NoLocal) MqttProtocolException.Breach("no local on a shared subscription");
        if (!TopicFilter.TrySplitShared(filter, out _, out var inner) || !TopicFilter.IsValid(inner)) MqttProtocolException.Malformed("shared filter is not $share/NAME/FILTER");
    }

    private ReasonCode Judge(in FilterRequest request)
    {
        ReadOnlySpan<byte> filter = request.Filter;
        if (TopicFilter.IsShared(filter)) TopicFilter.TrySplitShared(filter, out _, out filter);
        if (broker.IsDenied(filter)) return ReasonCode.NotAuthorized;
        return broker.Gatekeeper.MaySubscribe(principal, Encoding.UTF8.GetString(filter));
    }

    private void Unsubscribe(UnsubscribePacket packet)
    {
        foreach (var filter in packet.Filters)
        {
            var valid = TopicFilter.IsShared(filter)
                ? TopicFilter.TrySplitShared(filter, out _, out var inner) && TopicFilter.IsValid(inner)
                : TopicFilter.IsValid(filter);
            if (!valid) MqttProtocolException.Malformed("UNSUBSCRIBE with a filter that is none");
        }

        var reasons = new ReasonCode[packet.Filters.Count];
        Unmark();
        for (var i = 0; i < reasons.Length; i++)
        {
            var filter = packet.Filters[i];
            var known = session!.Strike(Encoding.UTF8.GetString(filter), filter);
            if (known) broker.Tree.Remove(session, filter);
            reasons[i] = known ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted;
        }

        Owe();
        var answer = Builder;
        answer.SubAck(PacketType.UnsubAck, packet.PacketId, reasons, version);
        Reply(answer.Packet);
    }
}
