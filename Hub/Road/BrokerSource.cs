using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Hub.Core.Ports;
using Hub.Mqtt;
using Hub.Settings;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>
/// An outside broker as the door: its messages take the same way into the journal as those of the own endpoint,
/// and are acknowledged to it only when the journal has them on disk.
/// </summary>
/// <remarks>
/// Three threads of control: the client's reading loop runs <see cref="TakeAsync"/>; <see cref="AcknowledgeAsync"/> waits for the
/// disk, once for many messages; <see cref="SayAsync"/> carries the hub's own words out. What a crash leaves unacknowledged the
/// broker sends again, so a message may be journalled twice, and never not at all.
/// </remarks>
internal sealed class BrokerSource : IAsyncDisposable
{
    /// <summary>Messages taken and not yet acknowledged: as many as an MQTT 5 broker may send at once.</summary>
    private const int InFlight = 1000;

    /// <summary>Messages of the hub's own that wait while the broker is away. Beyond it they are refused and counted.</summary>
    private const int MostWaiting = 50_000;

    private const int MostAtOnce = 64;
    private const uint SessionSeconds = 7 * 86_400;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);
    private static readonly string[] uplinks = ["telemetry", "event", "status", "snapshot", "ack"];

    private readonly IPublishSink sink;
    private readonly TimeProvider clock;
    private readonly BrokerSourceState state;
    private readonly MqttClient client;
    private readonly BrokerSourceMemory memory;
    private readonly string? group;
    private readonly ITimer remembering;
    private readonly Channel<(MqttMessage Message, long Ticket)> taken = Channel.CreateBounded<(MqttMessage, long)>(new BoundedChannelOptions(InFlight) { SingleReader = true });
    private readonly Channel<(string Topic, byte[] Payload, Qos Qos, bool Retain)> words =
        Channel.CreateBounded<(string, byte[], Qos, bool)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    // The reading loop's: a topic's bytes, lent to the sink until it has taken the message.
    private byte[] topic = new byte[256];
    private Task acknowledging = Task.CompletedTask;
    private Task saying = Task.CompletedTask;
    private Task subscribing = Task.CompletedTask;
    private volatile bool closed;
    private volatile bool subscribed;
    private volatile bool asking;

    public BrokerSource(SourceSettings settings, DataFolder folder, IPublishSink sink, TimeProvider clock, ILogger<BrokerSource> log)
    {
        this.sink = sink;
        this.clock = clock;
        group = settings.Group;
        var broker = $"{settings.Broker.Scheme}://{settings.Broker.Authority}";
        var clientId = settings.ClientId ?? BrokerSourceState.ClientIdOf(folder);
        state = new BrokerSourceState(broker, clock, log);
        memory = new BrokerSourceMemory(folder.In("source.json"), broker, clientId, clock, log);
        client = new MqttClient(
            new MqttClientOptions
            {
                Broker = settings.Broker,
                ClientId = clientId,
                Version = settings.Version ?? MqttVersion.V5,

                // One that spoke 5 before is not asked in 3.1.1 because it happens to be starting.
                FallBack = settings.Version is null && memory.Version != MqttVersion.V5,
                Authorities = settings.Authorities,
                Certificate = settings.Certificate,
                CleanStart = false,
                SessionExpirySeconds = SessionSeconds,
                ReceiveMaximum = InFlight,
                ManualAcknowledge = true,
                LongestPauseMilliseconds = 5_000,
            },
            clock)
        {
            OnMessage = TakeAsync,
            OnConnection = OnConnection,
            OnFault = state.Lost,
        };
        remembering = clock.CreateTimer(_ => Remember(), null, Often, Often);
    }

    /// <summary>The version last spoken.</summary>
    public MqttVersion Version => client.Version;

    /// <summary>Times for which the broker may have lost messages.</summary>
    public IReadOnlyList<LedgerGap> Gaps => memory.Gaps;

    /// <summary>Why nothing comes from the broker, or null when it is connected and has granted every subscription.</summary>
    public string? Fault => state.Fault;

    /// <summary>Connects, again and again, until the door is closed. Completes then.</summary>
    public async Task RunAsync()
    {
        acknowledging = AcknowledgeAsync();
        saying = SayAsync();
        client.Start();
        await acknowledging;
    }

    /// <summary>Says something of the hub's own at the broker. Any thread; never waits. QoS 0 is not kept for a broker that is away.</summary>
    public void Publish(string topicName, byte[] payload, Qos qos, bool retain)
    {
        if (qos == Qos.AtMostOnce && !client.Connected) return;
        if (!words.Writer.TryWrite((topicName, payload, qos, retain))) state.Refused(MostWaiting);
    }

    /// <summary>Takes no more messages; what was taken is journalled and acknowledged. The hub may still speak.</summary>
    public async Task CloseDoorAsync()
    {
        closed = true;
        taken.Writer.TryComplete();
        await acknowledging;
    }

    /// <summary>Says what is left to say, for five seconds at most, and disconnects; the broker keeps the session.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseDoorAsync();
        words.Writer.TryComplete();
        if (client.Connected)
        {
            try
            {
                await saying.WaitAsync(LastWords, clock);
            }
            catch (TimeoutException)
            {
                // Cases and pending commands are said again after the next start.
            }
        }

        await remembering.DisposeAsync();
        if (subscribed && client.Connected) memory.Complete(atOnce: true);
        await client.DisposeAsync();
        await saying;
        await subscribing;
    }

    // On the reading loop. Whatever is thrown here ends the connection without an acknowledgement, and the broker sends again.
    private async ValueTask TakeAsync(MqttMessage message, CancellationToken stop)
    {
        if (closed) return;
        if (message.Topic == CaseTopics.StatusTopic)
        {
            // The hub hears itself.
            client.Acknowledge(message);
            return;
        }

        var longest = Encoding.UTF8.GetMaxByteCount(message.Topic.Length);
        if (topic.Length < longest) topic = new byte[longest];
        var length = Encoding.UTF8.GetBytes(message.Topic, topic);
        var publish = new InboundPublish
        {
            Topic = topic.AsMemory(0, length),
            Payload = new ReadOnlySequence<byte>(message.Payload),
            Qos = message.Qos,
            Retain = message.Retain,
            Dup = message.Dup,
            ClientId = client.ClientId,
        };
        var receipt = await sink.AcceptAsync(publish, stop);

        // A refused message is counted with its reason; sent again it would be refused again, so the broker is relieved of it too.
        // It waits its turn behind the others: acknowledgements keep the order of arrival.
        if (!taken.Writer.TryWrite((message, receipt.Ticket)) && !closed) await taken.Writer.WriteAsync((message, receipt.Ticket), stop);
    }

    private async Task AcknowledgeAsync()
    {
        var batch = new List<MqttMessage>(InFlight);
        while (await taken.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var highest = 0L;
            while (batch.Count < InFlight && taken.Reader.TryRead(out var next))
            {
                batch.Add(next.Message);
                highest = Math.Max(highest, next.Ticket);
            }

            try
            {
                if (highest != 0) await sink.DurableAsync(highest, CancellationToken.None);
            }
            catch (Journal.JournalException e)
            {
                // Not acknowledged: on a new connection the broker offers these again.
                state.Lost(e);
                client.Cut();
                continue;
            }

            foreach (var message in batch) client.Acknowledge(message);
        }
    }

    private async Task SayAsync()
    {
        var sent = new List<Task<ReasonCode>>(MostAtOnce);
        while (await words.Reader.WaitToReadAsync())
        {
            sent.Clear();
            try
            {
                while (sent.Count < MostAtOnce && words.Reader.TryRead(out var word)) sent.Add(client.PublishAsync(word.Topic, word.Payload, word.Qos, word.Retain).AsTask());
            }
            catch (MqttClientException)
            {
                // Closed meanwhile; what was sent before is still awaited below.
            }

            foreach (var answer in sent) await HeardAsync(answer);
        }
    }

    private async Task HeardAsync(Task<ReasonCode> answer)
    {
        try
        {
            var reason = await answer;
            if (reason >= ReasonCode.UnspecifiedError && reason != ReasonCode.ServerUnavailable) state.RefusedBy(reason);
        }
        catch (MqttClientException)
        {
            // The client was closed before the broker answered; cases and pending commands are said again after the next start.
        }
    }

    // On the client's loop, which must go on reading for the answers to arrive. The client repeats by itself what was granted once.
    private void OnConnection(bool up)
    {
        if (!up)
        {
            // What the broker takes from here on it keeps for us, or there is a gap.
            if (subscribed) memory.Complete(atOnce: true);
        }
        else if (subscribed) state.Connected(client.SessionPresent, memory.Subscribed(client.Version, client.SessionPresent));
        else if (!asking) subscribing = SubscribeAsync();
    }

    private void Remember()
    {
        if (subscribed && client.Connected) memory.Complete();
    }

    private async Task SubscribeAsync()
    {
        asking = true;
        try
        {
            await Task.Yield();
            if (group is not null && !client.SharesAvailable) state.NotShared(group, client.Version);
            foreach (var uplink in uplinks)
            {
                var filter = group is not null && client.SharesAvailable ? $"$share/{group}/hub/v1/+/{uplink}" : $"hub/v1/+/{uplink}";
                var granted = await client.SubscribeAsync(filter);
                if (granted != ReasonCode.GrantedQos1)
                {
                    state.NotGranted(filter, granted);
                    return;
                }
            }

            subscribed = true;
            state.Connected(client.SessionPresent, memory.Subscribed(client.Version, client.SessionPresent), first: true);
        }
        catch (MqttClientException e)
        {
            // Lost again before the answer: on the next connection all is asked anew, now if that is up already.
            state.Lost(e);
        }
        finally
        {
            asking = false;
        }

        if (!subscribed && client.Connected) client.Cut();
    }
}
