using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Mqtt;

/// <summary>The MQTT server: add it to a Kestrel listener with <c>UseConnectionHandler&lt;MqttEndpoint&gt;()</c> (register it as a singleton).</summary>
public sealed class MqttEndpoint : ConnectionHandler
{
    /// <param name="options">Limits; a wrong value throws here.</param>
    /// <param name="gatekeeper">Who may connect, publish, subscribe.</param>
    /// <param name="sink">Who takes what is published.</param>
    /// <param name="clock">Time for keep-alive, expiry and delays.</param>
    /// <param name="logs">Where faults are told.</param>
    /// <param name="sessions">Where sessions survive a restart; null keeps them in memory.</param>
    public MqttEndpoint(MqttOptions options, IGatekeeper gatekeeper, IPublishSink sink, TimeProvider clock, ILoggerFactory logs, ISessionStore? sessions = null)
    {
        if (options.Fault() is { } fault) throw new ArgumentException(fault, nameof(options));
        _ = (gatekeeper, sink, clock, logs, sessions);
    }

    /// <summary>Counters and gauges.</summary>
    public MqttStatistics Statistics { get; } = new();

    /// <summary>Raised on the connection's thread when a client comes or goes. Handlers must be quick and must not throw.</summary>
    public event Action<ClientPresence>? PresenceChanged;

    /// <summary>Publishes a message of the hub's own to whoever subscribed.</summary>
    public void Publish(string topic, ReadOnlySpan<byte> payload, Qos qos = Qos.AtMostOnce, bool retain = false)
    {
        PresenceChanged?.Invoke(default);
        throw new NotImplementedException();
    }

    /// <summary>Serves one connection until it ends.</summary>
    public override Task OnConnectedAsync(ConnectionContext connection) => throw new NotImplementedException();

    /// <summary>Serves one MQTT over WebSocket connection; map it at <c>/mqtt</c> behind <c>UseWebSockets()</c>.</summary>
    public Task OnWebSocketAsync(HttpContext context) => throw new NotImplementedException();

    /// <summary>Tells every client that the hub is going (0x8B), closes all connections and saves the sessions.</summary>
    public Task StopAsync(CancellationToken stop = default) => PresenceChanged is null ? Task.CompletedTask : Task.CompletedTask;
}
