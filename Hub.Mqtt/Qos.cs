namespace Hub.Mqtt;

/// <summary>How hard the two sides try to hand a message over. The numbers are those on the wire.</summary>
public enum Qos : byte
{
    /// <summary>Sent once, never acknowledged.</summary>
    AtMostOnce = 0,

    /// <summary>Acknowledged by PUBACK; may arrive twice.</summary>
    AtLeastOnce = 1,

    /// <summary>PUBLISH, PUBREC, PUBREL, PUBCOMP; arrives once.</summary>
    ExactlyOnce = 2,
}
