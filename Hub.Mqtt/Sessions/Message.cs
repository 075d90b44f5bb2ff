namespace Hub.Mqtt.Sessions;

/// <summary>One application message on its way to subscribers. Never changed, shared by all who wait for it.</summary>
internal sealed class Message
{
    /// <summary>What "expires at once" means: time enough to be handed to a connection that waits.</summary>
    private const int AtOnceMs = 250;

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

    /// <summary>When a message taken now expires. 0 seconds: who is connected gets it, nobody later.</summary>
    public static long ExpiryOf(uint? seconds, long nowMs) => seconds switch
    {
        null => long.MaxValue,
        0 => nowMs + AtOnceMs,
        _ => nowMs + (seconds.Value * 1000L),
    };

    /// <summary>Seconds left for the message expiry forwarded [MQTT-3.3.2-6]; null when it never expires. Rounded up, but for the last moment.</summary>
    public uint? SecondsLeft(long nowMs) => ExpiresMs == long.MaxValue ? null : (uint)Math.Max(0, (ExpiresMs - nowMs + 999 - AtOnceMs) / 1000);
}
