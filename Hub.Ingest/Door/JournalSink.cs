using System.Text;
using Hub.Core.Devices;
using Hub.Journal;
using Hub.Mqtt;

namespace Hub.Ingest;

/// <summary>The step from the wire to the journal: whose message, may it in, which lane; then append. Allocates nothing per message.</summary>
public sealed class JournalSink(IJournal journal, DeviceRegistry registry, FrontCounts front, IngestOptions options, TimeProvider time) : IPublishSink
{
    private static readonly PublishReceipt unclaimed = new(ReasonCode.Success, Ticket: 0, Broker: true);

    /// <inheritdoc/>
    public ValueTask<PublishReceipt> AcceptAsync(in InboundPublish publish, CancellationToken stop)
    {
        var topic = publish.Topic.Span;
        if (!OwnTopic.TryClaim(topic, out var claim))
        {
            front.Count(DoorOutcome.Unclaimed);
            return new(unclaimed);
        }

        var id = claim.DeviceId(topic);
        if (!DeviceIds.IsValid(id)) return Reject(RejectReason.BadTopic, ReasonCode.TopicNameInvalid, publish, null);
        if (publish.Payload.Length > Math.Min(options.PayloadBytes, journal.MostBodyBytes - MessageRecord.HeadBytes - topic.Length)) return Reject(RejectReason.TooLarge, ReasonCode.QuotaExceeded, publish, registry.Find(id));
        var device = registry.Find(id);
        if (device is null)
        {
            if (options.UnknownDevices == UnknownDevices.Reject) return Reject(RejectReason.UnknownDevice, ReasonCode.NotAuthorized, publish, null);
            if (options.UnknownDevices == UnknownDevices.Accept)
            {
                device = registry.AddUnknown(id, options.MostDevices);
                if (device is null) return Reject(RejectReason.TooManyDevices, ReasonCode.QuotaExceeded, publish, null);
            }
        }

        if (device is { Disabled: true }) return Reject(RejectReason.DisabledDevice, ReasonCode.NotAuthorized, publish, device);
        return Append(publish, device, device is null ? LaneMap.Of(id, journal.Lanes) : LaneMap.Of(device, journal.Lanes), stop);
    }

    /// <summary>Journals what the hub itself has to say about a device, as an event of it: judged like any other, and no life sign.</summary>
    /// <param name="device">Whom it is about.</param>
    /// <param name="type">Type of the event, such as <c>quarantined</c>.</param>
    /// <param name="stop">Ends the wait for room.</param>
    /// <exception cref="MqttProtocolException">The journal refuses.</exception>
    public async Task ReportAsync(Device device, string type, CancellationToken stop)
    {
        var report = new InboundPublish
        {
            Topic = Encoding.ASCII.GetBytes($"hub/v1/{device.Id}/event"),
            Payload = new(Encoding.ASCII.GetBytes($$"""{"type":"{{type}}"}""")),
            Qos = Qos.AtLeastOnce,
        };
        var receipt = await Append(report, device, LaneMap.Of(device, journal.Lanes), stop, MessageRecord.HubFlag).ConfigureAwait(false);
        await journal.CommittedAsync(receipt.Ticket, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DurableAsync(long ticket, CancellationToken stop) => journal.CommittedAsync(ticket, stop);

    private ValueTask<PublishReceipt> Append(in InboundPublish publish, Device? device, int lane, CancellationToken stop, byte who = 0)
    {
        var arrivalMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var flags = (byte)(who | (publish.Dup ? MessageRecord.DupFlag : 0) | (publish.Will ? MessageRecord.WillFlag : 0) | (publish.Qos == Qos.AtMostOnce ? MessageRecord.Qos0Flag : 0));
        Span<byte> head = stackalloc byte[MessageRecord.HeadBytes];
        var topic = publish.Topic.Span;
        MessageRecord.WriteHead(head, flags, arrivalMs, topic.Length);
        ValueTask<long> appending;
        front.Begin();
        try
        {
            appending = journal.AppendAsync(lane, new JournalBody(head, topic, default, publish.Payload), stop);
        }
        catch (Exception e)
        {
            Refused(ReasonOf(e), publish, device);
            front.End();
            if (e is JournalException) throw Refusal(e);
            throw;
        }

        // A last will is the hub speaking for a device that has gone.
        if (device is not null && !publish.Will && who == 0) device.Heard(arrivalMs);
        if (!appending.IsCompletedSuccessfully) return WaitForRoomAsync(appending);
        front.Count(DoorOutcome.Journalled);
        front.End();
        return new(new PublishReceipt(ReasonCode.Success, appending.Result, Broker: true));
    }

    private async ValueTask<PublishReceipt> WaitForRoomAsync(ValueTask<long> appending)
    {
        try
        {
            var ticket = await appending.ConfigureAwait(false);
            front.Count(DoorOutcome.Journalled);
            return new PublishReceipt(ReasonCode.Success, ticket, Broker: true);
        }
        catch (Exception e)
        {
            front.Count(DoorOutcome.Rejected, ReasonOf(e));
            if (e is JournalException) throw Refusal(e);
            throw;
        }
        finally
        {
            front.End();
        }
    }

    private ValueTask<PublishReceipt> Reject(RejectReason reason, ReasonCode code, in InboundPublish publish, Device? device)
    {
        Refused(reason, publish, device);
        return new(new PublishReceipt(code, Ticket: 0, Broker: false));
    }

    private void Refused(RejectReason reason, in InboundPublish publish, Device? device)
    {
        front.Count(DoorOutcome.Rejected, reason);
        front.Refusals.Add(reason, time.GetUtcNow().ToUnixTimeMilliseconds(), publish.Topic.Span, publish.ClientId, publish.Payload, device);
    }

    // Ends the connection with a reason code and one line in the log. No acknowledgement goes out, so the sender keeps the message and tries again.
    private static MqttProtocolException Refusal(Exception e) =>
        new(e is JournalFullException ? ReasonCode.QuotaExceeded : ReasonCode.ServerBusy, e.Message);

    private static RejectReason ReasonOf(Exception e) => e is JournalFullException ? RejectReason.JournalFull : RejectReason.JournalFailed;
}
