namespace Hub.Mqtt.Sessions;

/// <summary>One message waiting for one session.</summary>
internal struct Waiting
{
    public Message Message;
    public Qos Qos;

    /// <summary>The retain flag to send.</summary>
    public bool Retain;

    /// <summary>Subscription identifiers to send; null for none.</summary>
    public uint[]? Ids;

    /// <summary>Place in the order of arrival; names the entry in the session log.</summary>
    public long Sequence;
}

/// <summary>A QoS 1 or 2 message sent and not yet acknowledged to the end.</summary>
internal sealed class InFlight
{
    public required Waiting Entry { get; init; }
    public required ushort PacketId { get; init; }

    /// <summary>PUBREC has come: from now on only PUBREL is sent (QoS 2).</summary>
    public bool Released { get; set; }

    /// <summary>Counts against the client's receive maximum on this connection.</summary>
    public bool Counted { get; set; }
}

/// <summary>What the pump sends next: a PUBLISH, or the PUBREL of an earlier one.</summary>
internal struct Outgoing
{
    public Waiting Entry;
    public ushort PacketId;
    public bool Dup;
    public bool Release;
}
