using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Hub.Mqtt.Packets;

namespace Hub.Mqtt;

/// <summary>An MQTT client for 3.1.1 and 5: pipelined publishing, reconnecting, manual acknowledgement.</summary>
/// <remarks>
/// QoS 1 and 2 messages given to <see cref="PublishAsync"/> survive a lost connection: they are sent again on the next one, in
/// order. At most <see cref="MqttClientOptions.Window"/> are in flight and <see cref="MqttClientOptions.Queue"/> wait behind them.
/// </remarks>
public sealed partial class MqttClient : IAsyncDisposable
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock sync = new();
    private readonly Dictionary<string, Qos> subscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, TaskCompletionSource<ReasonCode>> requests = [];
    private ClientLink? link;
    private Task running = Task.CompletedTask;
    private volatile bool closing;
    private volatile bool handling;
    private string clientId;
    private volatile bool answered;
    private MqttVersion version;

    /// <param name="options">Where to and how.</param>
    /// <param name="clock">Time for keep-alive and pauses.</param>
    public MqttClient(MqttClientOptions options, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Window, 60_000);
        this.options = options;
        this.clock = clock;
        clientId = options.ClientId;
        version = options.Version;
    }

    /// <summary>Called for every message, in order, on the client's reading loop; holding it holds the socket.</summary>
    public Func<MqttMessage, CancellationToken, ValueTask>? OnMessage { get; set; }

    /// <summary>Called when the connection is up (true) or lost (false).</summary>
    public Action<bool>? OnConnection { get; set; }

    /// <summary>Called with the reason when a connection is lost or could not be made.</summary>
    public Action<Exception>? OnFault { get; set; }

    /// <summary>True between CONNACK and the loss of the connection.</summary>
    public bool Connected { get; private set; }

    /// <summary>True when the broker still had the session at the last connect.</summary>
    public bool SessionPresent { get; private set; }

    /// <summary>The version spoken on the last connection.</summary>
    public MqttVersion Version => version;

    /// <summary>True when the broker has shared subscriptions: MQTT 5, unless CONNACK says otherwise. 3.1.1 does not know them.</summary>
    public bool SharesAvailable { get; private set; }

    /// <summary>The client identifier, the assigned one when the broker gave one.</summary>
    public string ClientId => clientId;

    /// <summary>Connects and, with <see cref="MqttClientOptions.Reconnect"/>, stays connected.</summary>
    /// <exception cref="MqttClientException">The broker refused, or cannot be reached.</exception>
    public async Task ConnectAsync(CancellationToken stop = default)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        running = RunAsync(first, keepTrying: false);
        await first.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Starts connecting and returns at once: tries until it succeeds or the client is disposed.</summary>
    public void Start() => running = RunAsync(new TaskCompletionSource(), keepTrying: true);

    /// <summary>Subscribes; returns the granted QoS or the refusal. Repeated by itself when the broker has lost the session.</summary>
    public async Task<ReasonCode> SubscribeAsync(string filter, Qos qos = Qos.AtLeastOnce, CancellationToken stop = default)
    {
        var reason = await RequestAsync(filter, qos, stop).ConfigureAwait(false);
        if (reason < ReasonCode.UnspecifiedError) lock (sync) subscriptions[filter] = qos;
        return reason;
    }

    /// <summary>Unsubscribes.</summary>
    public Task<ReasonCode> UnsubscribeAsync(string filter, CancellationToken stop = default)
    {
        lock (sync) subscriptions.Remove(filter);
        return RequestAsync(filter, null, stop);
    }

    /// <summary>
    /// Acknowledges one message taken with <see cref="MqttClientOptions.ManualAcknowledge"/>. Any thread, any order; the
    /// acknowledgements go out in the order of arrival. Without effect once the connection it came on is gone: the broker sends it again.
    /// </summary>
    public void Acknowledge(MqttMessage message)
    {
        if (message.Receipt is not { } receipt) return;
        var queue = receipt.Link.Unacknowledged;
        Span<byte> packet = stackalloc byte[AckPacket.MaxLength];
        lock (queue)
        {
            receipt.Done = true;
            while (queue.TryPeek(out var next) && next.Done)
            {
                queue.Dequeue();
                next.Link.Send(packet[..AckPacket.Write(packet, next.Answer, next.PacketId, ReasonCode.Success, v5: false)]);
            }
        }
    }

    /// <summary>Cuts the connection and, as after any loss, connects again: the broker then repeats what was not acknowledged.</summary>
    public void Cut()
    {
        if (link is { } current) Cut(current);
    }

    /// <summary>Says goodbye and closes; what is not acknowledged is lost. With <paramref name="withWill"/> the broker publishes the will.</summary>
    public async Task DisconnectAsync(bool withWill = false)
    {
        if (closing) return;
        closing = true;
        if (link is { } current && Connected)
        {
            if (!withWill) current.Send([(byte)PacketType.Disconnect << 4, 0]);
            else if (version == MqttVersion.V5) current.Send([(byte)PacketType.Disconnect << 4, 1, (byte)ReasonCode.DisconnectWithWill]);
            try
            {
                await current.FlushAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(2), clock).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // A broker that does not read is not waited for.
            }
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        if (link is { } last) await last.DisposeAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
    }

    /// <summary>Disconnects.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    /// <summary>Connects again and again until told to stop.</summary>
    private async Task RunAsync(TaskCompletionSource first, bool keepTrying)
    {
        var pause = options.FirstPauseMilliseconds;
        Exception? last = null;
        while (!closing)
        {
            try
            {
                await ServeAsync(first).ConfigureAwait(false);
                pause = options.FirstPauseMilliseconds;
                last = new MqttClientException("the broker closed the connection");
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                last = fault as MqttClientException ?? new MqttClientException($"{options.Broker.Host}:{options.Broker.Port}: {fault.Message}", (fault as MqttProtocolException)?.Reason ?? ReasonCode.UnspecifiedError, fault);
                if (Connected) pause = options.FirstPauseMilliseconds;
            }

            await LoseAsync(last).ConfigureAwait(false);
            if (options.FallBack && !answered && IsAboutVersion(last)) version = version == MqttVersion.V5 ? MqttVersion.V311 : MqttVersion.V5;
            if (closing || (!keepTrying && first.TrySetException(last)) || !options.Reconnect) break;
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pause * (0.5 + Random.Shared.NextDouble())), clock, stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            pause = Math.Min(pause * 2, options.LongestPauseMilliseconds);
        }

        first.TrySetException(last ?? new MqttClientException("the client was disconnected"));
        FailAll(last ?? new MqttClientException("the client was disconnected"));
    }

    /// <summary>Older brokers answer CONNECT of version 5 with a refusal, or not at all; being away is something else.</summary>
    private static bool IsAboutVersion(Exception fault) => fault is MqttClientException { Reason: ReasonCode.UnsupportedProtocolVersion or ReasonCode.ProtocolError };

    /// <summary>One connection, from dialling to its end.</summary>
    private async Task ServeAsync(TaskCompletionSource first)
    {
        ClientLink current;
        ConnAck answer;
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.ConnectTimeoutSeconds), clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping.Token))
        {
            try
            {
                current = await ClientLink.OpenAsync(options, either.Token).ConfigureAwait(false);
                link = current;
                current.Send(ConnectPacketBytes());
                answer = await ReadConnAckAsync(current, either.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or AuthenticationException or WebSocketException)
            {
                throw new MqttClientException($"no MQTT broker at {options.Broker.Host}:{options.Broker.Port}: {(patience.IsCancellationRequested ? "no answer in time" : fault.Message)}", ReasonCode.ServerUnavailable, fault);
            }
        }

        Enter(current, answer);
        first.TrySetResult();
        using var beat = options.KeepAliveSeconds == 0 && answer.KeepAlive is null ? null : StartBeat(current, answer.KeepAlive ?? options.KeepAliveSeconds);
        await current.ReadAsync(HandleAsync, stopping.Token).ConfigureAwait(false);
    }

    private async Task LoseAsync(Exception why)
    {
        var wasUp = Connected;
        Connected = false;
        if (link is { } old)
        {
            await old.DisposeAsync().ConfigureAwait(false);
            ForgetUnacknowledged(old);
        }

        List<TaskCompletionSource<ReasonCode>> open;
        lock (sync)
        {
            open = [.. requests.Values];
            requests.Clear();
        }

        foreach (var request in open) request.TrySetException(new MqttClientException("the connection was lost before the answer", ReasonCode.UnspecifiedError, why));
        if (!closing) OnFault?.Invoke(why);
        if (wasUp) OnConnection?.Invoke(false);
    }

    private async Task<ReasonCode> RequestAsync(string filter, Qos? qos, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<ReasonCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (sync)
        {
            if (!Connected) throw new MqttClientException("not connected");
            var id = NextPacketId();
            requests[id] = answer;
            link!.Send(FilterPacketBytes(id, filter, qos));
        }

        return await answer.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    private ITimer StartBeat(ClientLink current, int keepAliveSeconds)
    {
        var keepAlive = TimeSpan.FromSeconds(keepAliveSeconds);
        lastHeard = clock.GetTimestamp();
        return clock.CreateTimer(
            _ =>
            {
                // Half the time, so that one lost beat is not the end; a handler at work is not a silent broker.
                if (clock.GetElapsedTime(current.LastSent) >= keepAlive / 2) SendPing(current);
                if (!handling && clock.GetElapsedTime(lastHeard) > keepAlive * 1.5) Cut(current);
            },
            null,
            keepAlive / 4,
            keepAlive / 4);
    }

    private void SendPing(ClientLink current)
    {
        current.LastSent = clock.GetTimestamp();
        current.Send([(byte)PacketType.PingReq << 4, 0]);
    }

    private static void Cut(ClientLink current) => current.Input.CancelPendingRead();
}
