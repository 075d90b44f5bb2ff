namespace Hub.Mqtt;

/// <summary>One application message.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Payload">Body.</param>
/// <param name="Qos">Quality of service.</param>
/// <param name="Retain">Published: keep it. Received: it had been kept.</param>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, Qos Qos = Qos.AtMostOnce, bool Retain = false)
{
    /// <summary>True when the broker may have sent this before.</summary>
    public bool Dup { get; init; }

    /// <summary>What <see cref="MqttClient.Acknowledge"/> needs; null when there is nothing to acknowledge.</summary>
    internal Receipt? Receipt { get; init; }
}
