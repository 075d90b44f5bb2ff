#pragma warning disable CA1822
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Sessions;

/// <summary>Writes down what changes in the sessions that must survive a restart.</summary>
internal sealed class SessionLog
{
    public void Commit() { }

    public void Away(string client, long endsAtMs) { }

    public void Ended(string client) { }

    public void Retain(Message message) { }

    public void Subscribed(string client, Subscription subscription) { }

    public void Unsubscribed(string client, byte[] filter) { }

    public void Queued(string client, in Waiting entry) { }

    public void Sent(string client, long sequence, ushort packetId) { }

    public void Released(string client, long sequence) { }

    public void Done(string client, long sequence) { }

    public void Parked(string client, ushort packetId, Message message) { }

    public void Inbound(string client, ushort packetId, bool open) { }
}
