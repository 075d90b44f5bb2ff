namespace Hub.Mqtt.Sessions;

/// <summary>One application message on its way to subscribers. Never changed, shared by all who wait for it.</summary>
internal sealed class Message
{
    public required byte[] Topic { get; init; }
    public required byte[] Payload { get; init; }

    /// <summary>The MQTT 5 properties that travel on, encoded, without length prefix.</summary>
    public byte[] Properties { get; init; } = [];

    public Qos Qos { get; init; }

    /// <summary>The publisher's retain flag.</summary>
    public bool Retain { get; init; }

    /// <summary>The hub's own: published anew after a restart, so it is not written down.</summary>
    public bool Transient { get; init; }

    /// <summary>When it expires, Unix milliseconds; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpiresMs { get; init; } = long.MaxValue;

    public int Size => Topic.Length + Payload.Length + Properties.Length;

    public bool IsExpired(long nowMs) => ExpiresMs <= nowMs;

    /// <summary>Seconds left, rounded up, for the message expiry forwarded [MQTT-3.3.2-6]; null when it never expires.</summary>
    public uint? SecondsLeft(long nowMs) => ExpiresMs == long.MaxValue ? null : (uint)Math.Max(0, (ExpiresMs - nowMs + 999) / 1000);
}
