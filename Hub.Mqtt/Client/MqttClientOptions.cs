using System.Security.Cryptography.X509Certificates;

namespace Hub.Mqtt;

/// <summary>How a client reaches its broker.</summary>
public sealed class MqttClientOptions
{
    /// <summary>Broker, as <c>mqtt://host:1883</c>, <c>mqtts://host:8883</c>, <c>ws://host/mqtt</c> or <c>wss://host/mqtt</c>; user and password may stand in the address.</summary>
    public required Uri Broker { get; init; }

    /// <summary>Client identifier; empty asks the broker for one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Protocol version. Default 5.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>
    /// A broker that refuses version 5, or closes instead of answering its CONNECT, is asked in 3.1.1 the next time, and so on in
    /// turn until it has answered once. Default false.
    /// </summary>
    public bool FallBack { get; init; }

    /// <summary>User name; null takes the one of the address.</summary>
    public string? UserName { get; init; }

    /// <summary>Password; null takes the one of the address.</summary>
    public string? Password { get; init; }

    /// <summary>Keep-alive [s]. Default 60; 0 for none.</summary>
    public ushort KeepAliveSeconds { get; init; } = 60;

    /// <summary>False keeps the session at the broker across connections.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>How long [s] an MQTT 5 broker keeps the session. Default: 0 with <see cref="CleanStart"/>, else one day.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>QoS 1 and 2 messages sent and not yet acknowledged. Default 100; the broker may take fewer at once.</summary>
    public int Window { get; init; } = 100;

    /// <summary>QoS 1 and 2 messages that may wait for their turn. Default 100,000; more are refused by an exception.</summary>
    public int Queue { get; init; } = 100_000;

    /// <summary>QoS 1 and 2 messages an MQTT 5 broker may send before they are acknowledged. Default 1,000.</summary>
    public ushort ReceiveMaximum { get; init; } = 1000;

    /// <summary>Connects again by itself after a loss. Default true.</summary>
    public bool Reconnect { get; init; } = true;

    /// <summary>First pause [ms] before connecting again; doubles up to <see cref="LongestPauseMilliseconds"/>, each with ±50 % of chance. Default 500.</summary>
    public int FirstPauseMilliseconds { get; init; } = 500;

    /// <summary>Longest pause [ms]. Default 30,000.</summary>
    public int LongestPauseMilliseconds { get; init; } = 30_000;

    /// <summary>Time [s] for connecting and for CONNACK. Default 10.</summary>
    public int ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>Last will; null for none.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>QoS 1 and 2 messages are acknowledged by <see cref="MqttClient.Acknowledge"/>, not when the handler returns.</summary>
    public bool ManualAcknowledge { get; init; }

    /// <summary>Accepts any server certificate. For test benches only.</summary>
    public bool AcceptAnyCertificate { get; init; }

    /// <summary>The authority that must vouch for the broker, instead of the machine's own. Its name is checked in any case.</summary>
    public X509Certificate2? Authority { get; init; }

    /// <summary>More such authorities.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>The certificate to show to the broker.</summary>
    public X509Certificate2? Certificate { get; init; }
}
