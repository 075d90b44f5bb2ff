namespace Hub.Mqtt;

/// <summary>How a client reaches its broker.</summary>
public sealed class MqttClientOptions
{
    /// <summary>Broker, as <c>mqtt://host:1883</c>, <c>mqtts://host:8883</c>; user and password may stand in the address.</summary>
    public required Uri Broker { get; init; }

    /// <summary>Client identifier; empty asks the broker for one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Protocol version. Default 5.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>User name; null sends none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password; null sends none.</summary>
    public string? Password { get; init; }

    /// <summary>Keep-alive [s]. Default 60; 0 for none.</summary>
    public ushort KeepAliveSeconds { get; init; } = 60;

    /// <summary>False keeps the session at the broker across connections (3.1.1 clean session 0; 5 with <see cref="SessionExpirySeconds"/>).</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>How long [s] an MQTT 5 broker keeps the session. Default 0; with <see cref="CleanStart"/> false one day.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>QoS 1 and 2 messages in flight at once. Default 100; the broker may ask for fewer.</summary>
    public int Window { get; init; } = 100;

    /// <summary>Connects again by itself after a loss. Default true.</summary>
    public bool Reconnect { get; init; } = true;

    /// <summary>Last will; null for none.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>Asks for manual acknowledgement: QoS 1 messages are acknowledged by <see cref="MqttClient.Acknowledge"/>.</summary>
    public bool ManualAcknowledge { get; init; }

    /// <summary>Accepts any server certificate. For test benches only.</summary>
    public bool AcceptAnyCertificate { get; init; }
}

/// <summary>One application message.</summary>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, Qos Qos = Qos.AtMostOnce, bool Retain = false)
{
    /// <summary>What <see cref="MqttClient.Acknowledge"/> needs; 0 when there is nothing to acknowledge.</summary>
    public long Receipt { get; init; }

    /// <summary>True when the broker may have sent this before.</summary>
    public bool Dup { get; init; }
}

/// <summary>An MQTT client: pipelined publishing, reconnecting, manual acknowledgement.</summary>
public sealed class MqttClient : IAsyncDisposable
{
    public MqttClient(MqttClientOptions options, TimeProvider clock) => _ = (options, clock);

    /// <summary>Called for every message, in order, on the client's reading loop; holding it holds the socket.</summary>
    public Func<MqttMessage, CancellationToken, ValueTask>? OnMessage { get; set; }

    /// <summary>Called when the connection is up (true) or lost (false).</summary>
    public Action<bool>? OnConnection { get; set; }

    /// <summary>True between CONNACK and the loss of the connection.</summary>
    public bool Connected { get; private set; }

    /// <summary>Connects and, with <see cref="MqttClientOptions.Reconnect"/>, stays connected. Throws <see cref="MqttClientException"/> when the broker refuses or cannot be reached.</summary>
    public Task ConnectAsync(CancellationToken stop = default) => throw new NotImplementedException();

    /// <summary>Publishes; the task completes when the broker has it (QoS 1: PUBACK, QoS 2: PUBCOMP; QoS 0: written). Many may be in flight: start several, await later.</summary>
    public ValueTask<ReasonCode> PublishAsync(string topic, ReadOnlyMemory<byte> payload, Qos qos = Qos.AtLeastOnce, bool retain = false, CancellationToken stop = default) => throw new NotImplementedException();

    /// <summary>Subscribes; returns the granted QoS or the refusal. Repeated by itself after a reconnect without a session.</summary>
    public Task<ReasonCode> SubscribeAsync(string filter, Qos qos = Qos.AtLeastOnce, CancellationToken stop = default) => throw new NotImplementedException();

    /// <summary>Unsubscribes.</summary>
    public Task<ReasonCode> UnsubscribeAsync(string filter, CancellationToken stop = default) => throw new NotImplementedException();

    /// <summary>Acknowledges one message taken with <see cref="MqttClientOptions.ManualAcknowledge"/>. Any thread, any order; sent in order of arrival.</summary>
    public void Acknowledge(MqttMessage message) => throw new NotImplementedException();

    /// <summary>Says goodbye and closes. With <paramref name="withWill"/> the connection is dropped so that the will is published.</summary>
    public Task DisconnectAsync(bool withWill = false) => throw new NotImplementedException();

    /// <summary>Disconnects.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The broker refused, broke the protocol or could not be reached.</summary>
public sealed class MqttClientException(string message, ReasonCode reason = ReasonCode.UnspecifiedError, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The broker's reason, where it gave one.</summary>
    public ReasonCode Reason { get; } = reason;
}
