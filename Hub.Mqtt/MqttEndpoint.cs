using System.Net;
using System.Text;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Server;
using Hub.Mqtt.Sessions;
using Hub.Mqtt.Topics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Hub.Mqtt;

/// <summary>The MQTT server: add it to a Kestrel listener with <c>UseConnectionHandler&lt;MqttEndpoint&gt;()</c> (register it as a singleton).</summary>
public sealed class MqttEndpoint : ConnectionHandler, IAsyncDisposable
{
    /// <summary>One heartbeat for all timeouts: keep-alive, CONNECT, will delay, session end.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>Every two seconds the gatekeeper is asked who may stay.</summary>
    private const int BeatsPerReview = 4;

    private readonly Broker broker;
    private readonly Lobby lobby;
    private readonly SessionKeeper? keeper;
    private readonly ILogger log;
    private readonly ITimer heartbeat;
    private readonly CancellationTokenSource stopping = new();
    private int beats;
    private volatile bool closed;

    /// <param name="options">Limits; a wrong value throws here.</param>
    /// <param name="gatekeeper">Who may connect, publish, subscribe.</param>
    /// <param name="sink">Who takes what is published.</param>
    /// <param name="clock">Time for keep-alive, expiry and delays.</param>
    /// <param name="logs">Where faults are told.</param>
    /// <param name="sessions">Where sessions survive a restart; null keeps them in memory.</param>
    public MqttEndpoint(MqttOptions options, IGatekeeper gatekeeper, IPublishSink sink, TimeProvider clock, ILoggerFactory logs, ISessionStore? sessions = null)
    {
        if (options.Fault() is { } fault) throw new ArgumentException(fault, nameof(options));
        log = logs.CreateLogger("Hub.Mqtt");
        broker = new Broker(options, gatekeeper, sink, clock, Statistics, log) { Log = sessions is null ? null : new SessionLog(sessions, options.SyncSessions == 1) };
        keeper = broker.Log is null ? null : new SessionKeeper(broker, broker.Log, log);
        keeper?.Restore();
        lobby = new Lobby(options, clock, Statistics, log) 
        {
            PresenceChanged = presence => PresenceChanged?.Invoke(presence),
            WhenQuarantined = quarantine => Quarantined?.Invoke(quarantine),
        };
        Statistics.Gauges = (
            () => broker.SessionCount,
            () => broker.Tree.Count,
            () => broker.Retained.Count,
            () => broker.Sessions.Sum(static s => (long)s.Held),
            () => broker.Sessions.Sum(static s => (long)s.InFlightCount),
            () => broker.Meters.Quarantined,
            () => broker.Sessions.Sum(static s => s.HeldBytes));
        heartbeat = clock.CreateTimer(static self => ((MqttEndpoint)self!).OnBeat(), this, Beat, Beat);
    }

    /// <summary>Counters and gauges.</summary>
    public MqttStatistics Statistics { get; } = new();

    /// <summary>Raised on the connection's thread when a client comes or goes. Handlers must be quick and must not throw.</summary>
    public event Action<ClientPresence>? PresenceChanged;

    /// <summary>Raised on the connection's thread when a client is put in quarantine for publishing too fast. Handlers must be quick and must not throw.</summary>
    public event Action<ClientQuarantine>? Quarantined;

    internal long UnfinishedBytes => broker.Unfinished.Held;

    internal int MeterCount => broker.Meters.Count;

    /// <summary>When the quarantine of a client ends; null when it is in none.</summary>
    /// <param name="who">Its principal where the gatekeeper called it exclusive, else its client identifier.</param>
    public DateTimeOffset? QuarantineEnds(object who) => broker.Meters.Find(who)?.QuarantineEnds;

    /// <summary>Lets a client out of quarantine; false when it was in none.</summary>
    /// <param name="who">As for <see cref="QuarantineEnds"/>.</param>
    public bool Release(object who) => broker.Meters.Find(who)?.Release() ?? false;

    /// <summary>Publishes a message of the hub's own to whoever subscribed. Any thread; never waits.</summary>
    /// <remarks>With <paramref name="retain"/> the message is kept until the hub stops: publish it again after a start.</remarks>
    /// <exception cref="ArgumentException">The topic is empty, too long, or holds a wildcard.</exception>
    public void Publish(string topic, ReadOnlySpan<byte> payload, Qos qos = Qos.AtMostOnce, bool retain = false)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        if (!TopicName.IsValid(name) || name.Length > ushort.MaxValue || TopicName.Separators(name) > broker.Options.TopicLevels)
            throw new ArgumentException($"'{topic}' is no topic name: it must not be empty nor hold '+', '#' or U+0000", nameof(topic));
        var route = broker.Tree.Find(name, publisher: null);
        if (route.IsEmpty && !retain) return;
        broker.Deliver(new Message { Topic = name, Payload = payload.ToArray(), Qos = qos, Retain = retain, Transient = true }, route, publisher: null);
    }

    /// <summary>Serves one connection until it ends.</summary>
    public override Task OnConnectedAsync(ConnectionContext connection) =>
        ServeAsync(
            new Peer(connection.Transport, connection.Abort)
            {
                Address = (connection.RemoteEndPoint as IPEndPoint)?.Address,
                Certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate,
                Socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket,
            });

    /// <summary>Serves one MQTT over WebSocket connection; map it at <c>/mqtt</c> behind <c>UseWebSockets()</c>.</summary>
    public async Task OnWebSocketAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains("mqtt"))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("This is MQTT over WebSocket: connect with a WebSocket and the subprotocol 'mqtt'.", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync("mqtt").ConfigureAwait(false);
        var pipe = new WebSocketPipe(socket, broker.Clock);
        await pipe.RunAsync(
            ServeAsync(new Peer(pipe, context.Abort) { Address = context.Connection.RemoteIpAddress, Certificate = context.Connection.ClientCertificate }),
            context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Tells every client that the hub is going (0x8B), closes all connections and saves the sessions.</summary>
    public async Task StopAsync(CancellationToken stop = default)
    {
        if (closed) return;
        closed = true;
        await heartbeat.DisposeAsync().ConfigureAwait(false);
        var all = lobby.Connections;
        foreach (var connection in all) connection.Close(ReasonCode.ServerShuttingDown);
        foreach (var connection in all) await connection.Farewell.WaitAsync(stop).ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await broker.LastWill.ConfigureAwait(false);
        broker.Log?.Commit();
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    internal async Task ServeAsync(Peer peer)
    {
        var connection = new Connection(broker, peer, lobby, stopping.Token);
        if (closed || !lobby.TryEnter(connection, peer.Address))
        {
            peer.Abort();
            return;
        }

        if (closed) connection.Close(ReasonCode.ServerShuttingDown);
        await connection.RunAsync().ConfigureAwait(false);
    }

    private void OnBeat()
    {
        try
        {
            lobby.CheckTimes();
            if (++beats % BeatsPerReview == 0)
            {
                lobby.CheckWelcomes();
                broker.Meters.Sweep();
            }

            broker.MeetDeadlines();
            keeper?.Tidy();
        }
        catch (Exception fault)
        {
            log.HeartbeatFailed(fault);
        }
    }
}
