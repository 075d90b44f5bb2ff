namespace Hub.Mqtt;

/// <summary>What the sink did with one PUBLISH.</summary>
/// <param name="Reason">Success, or a code from 0x80 that refuses the message (told to MQTT 5 senders).</param>
/// <param name="Ticket">What to wait for before acknowledging; 0 when there is nothing to wait for. Grows.</param>
/// <param name="Broker">True when the message also goes to its subscribers.</param>
public readonly record struct PublishReceipt(ReasonCode Reason, long Ticket, bool Broker);

/// <summary>Takes ownership of what devices publish. Implemented by the room behind the endpoint.</summary>
public interface IPublishSink
{
    /// <summary>
    /// Takes one PUBLISH. Called on the connection's loop, in the order of the wire; copies what it keeps;
    /// completes synchronously except under back-pressure, which then holds only this connection.
    /// </summary>
    /// <remarks>MQTT 3.1.1 [MQTT-4.3.2-2]: if this throws, no acknowledgement goes out and the sender tries again.</remarks>
    ValueTask<PublishReceipt> AcceptAsync(in InboundPublish publish, CancellationToken stop);

    /// <summary>Completes when everything up to <paramref name="ticket"/> is on disk.</summary>
    ValueTask DurableAsync(long ticket, CancellationToken stop);
}
