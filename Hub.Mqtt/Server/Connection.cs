using System.Buffers;
using System.IO.Pipelines;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Server;

/// <summary>One client's connection: reads its packets in order and answers them.</summary>
/// <remarks>
/// Fields without a remark belong to the reading loop. Other threads only call <see cref="Close"/>,
/// <see cref="TakeOverAsync"/>, <see cref="CheckTime"/> and, holding the outbox, <see cref="WriteDeliveries"/>.
/// </remarks>
internal sealed partial class Connection
{
    private readonly Broker broker;
    private readonly Peer peer;
    private readonly CancellationToken aborted;
    private readonly PipeReader input;
    private readonly Lobby lobby;

    private Session? session;
    private MqttVersion version = MqttVersion.V311;
    private object? principal;
    private string clientId = "";
    private bool explains;
    private bool saidGoodbye;
    private long unfinished;

    // Any thread.
    private volatile bool announced;
    private Will? will;
    private int closeReason = -1;
    private long lastHeard;
    private long keepAliveTicks;
    private int working;

    public Connection(Broker broker, Peer peer, Lobby lobby, CancellationToken aborted)
    {
        this.broker = broker;
        this.peer = peer;
        this.lobby = lobby;
        this.aborted = aborted;
        input = peer.Pipe.Input;
        Outbox = new Outbox(peer.Pipe.Output, this);
        lastHeard = broker.Clock.GetTimestamp();
        keepAliveTicks = broker.Options.ConnectTimeoutSeconds * broker.Clock.TimestampFrequency;
    }

    // One builder a thread: packets built with it are copied into the outbox at once.
    private static PacketBuilder Builder => threadBuilder ??= new PacketBuilder();

    [ThreadStatic] private static PacketBuilder? threadBuilder;

    public Outbox Outbox { get; }

    public string ClientId => clientId;

    private bool V5 => version == MqttVersion.V5;

    /// <summary>Serves the connection until it ends; never throws.</summary>
    public async Task RunAsync()
    {
        var end = new Ending(ReasonCode.UnspecifiedError, null, Answered: false);
        try
        {
            if (await ShakeHandsAsync().ConfigureAwait(false)) end = await ReadAsync().ConfigureAwait(false);
            else end = new Ending(ReasonCode.Success, null, Answered: true);
        }
        catch (MqttProtocolException breach)
        {
            end = new Ending(breach.Reason, breach.Message, Answered: false);
            lobby.Note(breach.Reason, clientId, peer.Address, breach.Message);
        }
        catch (OperationCanceledException)
        {
            // The hub stops, or the transport was aborted.
        }
        catch (IOException)
        {
            // The peer is gone; ConnectionResetException is one of these.
            end = end with { Lost = true };
        }
        catch (Exception fault)
        {
            end = new Ending(ReasonCode.UnspecifiedError, null, Answered: false);
            lobby.Broken(fault, clientId);
        }

        await EndAsync(end).ConfigureAwait(false);
    }

    /// <summary>A fault while sending, on whichever thread sent.</summary>
    public void OnFault(Exception fault)
    {
        if (fault is not (IOException or OperationCanceledException or ObjectDisposedException)) lobby.Broken(fault, clientId);
        Close(ReasonCode.UnspecifiedError);
    }

    private async Task<Ending> ReadAsync()
    {
        while (true)
        {
            var result = await input.ReadAsync(aborted).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (closeReason >= 0)
            {
                input.AdvanceTo(buffer.End);
                return new Ending((ReasonCode)closeReason, null, Answered: false);
            }

            var start = buffer.Length;
            long unread = 0;
            Volatile.Write(ref working, 1);
            try
            {
                allowance = meter?.Allowance ?? int.MaxValue;
                while (allowance > 0 && Frame.TryRead(ref buffer, broker.Options.PacketBytes, out var frame))
                {
                    if (frame.Type == PacketType.Publish)
                    {
                        allowance--;
                        var accepting = PublishAsync(frame);
                        if (!accepting.IsCompletedSuccessfully) await accepting.ConfigureAwait(false);
                    }
                    else
                    {
                        // Whatever follows a PUBLISH sees it done: its subscribers served and its answer queued.
                        if (NeedsSettling(frame.Type))
                        {
                            await DurableAsync().ConfigureAwait(false);
                            await SettleAsync().ConfigureAwait(false);
                        }

                        if (Handle(frame) is { } end) return end;
                        if (subscribed is not null) await ServeNewSubscriptionsAsync().ConfigureAwait(false);
                    }
                }

                await DurableAsync().ConfigureAwait(false);
                await SettleAsync().ConfigureAwait(false);
            }
            finally
            {
                broker.Statistics.Received(batch0, batch1, batch2, start - buffer.Length);
                spent += batch0 + batch1 + batch2;
                batch0 = batch1 = batch2 = 0;
                ReturnHeads();
                unread = buffer.Length;
                input.AdvanceTo(buffer.Start, allowance > 0 ? buffer.End : buffer.Start);
                Hear(start, buffer.Length);
                Volatile.Write(ref working, 0);
                Outbox.Kick();
            }

            if (unread > Unfinished.Free || unfinished != 0) Hold(unread);
            if (result.IsCompleted && allowance > 0) return new Ending(ReasonCode.UnspecifiedError, null, Answered: false) { Lost = true };

            var room = Outbox.RoomAsync();
            if (!room.IsCompleted) await room.ConfigureAwait(false);
            if (meter is not null && spent != 0) await SlowDownAsync(meter).ConfigureAwait(false);
        }
    }

    /// <summary>Accounts for what stays unread; a packet that has begun may not take more than is left for all.</summary>
    private void Hold(long unread)
    {
        var beyond = Math.Max(0, unread - Unfinished.Free);
        if (!broker.Unfinished.TryMove(beyond - unfinished)) MqttProtocolException.Throw(ReasonCode.QuotaExceeded, $"more than {broker.Options.UnfinishedBytes} bytes of packets that have begun and not ended");
        unfinished = beyond;
    }

    private bool NeedsSettling(PacketType type) => type switch
    {
        PacketType.PubAck or PacketType.PubRec or PacketType.PubComp or PacketType.PingReq => false,
        PacketType.PubRel => pending is { Count: > 0 },
        _ => pending is { Count: > 0 } || owed != 0 || uncommitted,
    };

    /// <summary>Everything but PUBLISH. Returns why the connection ends, if it does.</summary>
    private Ending? Handle(in Frame frame)
    {
        if (frame.Body.IsSingleSegment) return Handle(frame.Type, frame.Body.FirstSpan);
        var size = (int)frame.Body.Length;
        var copy = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            frame.Body.CopyTo(copy);
            return Handle(frame.Type, copy.AsSpan(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private Ending? Handle(PacketType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case PacketType.PubAck or PacketType.PubComp:
                session!.Complete(type, AckPacket.Read(body, type, V5).PacketId);
                break;
            case PacketType.PubRec:
                var received = AckPacket.Read(body, type, V5);
                if (!session!.Received(received.PacketId, received.Reason)) break;
                uncommitted = session.Log is not null;
                Answer(PacketType.PubRel, received.PacketId, ReasonCode.Success);
                break;
            case PacketType.PubRel:
                var released = AckPacket.Read(body, type, V5).PacketId;
                Release(released);
                break;
            case PacketType.Subscribe:
                Subscribe(SubscribePacket.Read(body, V5));
                break;
            case PacketType.Unsubscribe:
                Unsubscribe(UnsubscribePacket.Read(body, V5));
                break;
            case PacketType.PingReq:
                if (body.Length != 0) MqttProtocolException.Malformed("PINGREQ with a body");
                Outbox.Send([(byte)PacketType.PingResp << 4, 0]);
                break;
            case PacketType.Disconnect:
                return Goodbye(DisconnectPacket.Read(body, V5));
            case PacketType.Connect:
                MqttProtocolException.Breach("second CONNECT");
                break;
            case PacketType.Auth when V5:
                MqttProtocolException.Breach("AUTH without an authentication method in CONNECT");
                break;
            default:
                MqttProtocolException.Breach($"{type} from a client");
                break;
        }

        return null;
    }

    /// <summary>PUBREL: what was held goes to its subscribers. An identifier nobody knows is answered all the same [MQTT-4.3.3-11].</summary>
    /// <remarks>That the identifier is free and that they have it is one unit of the log: a hub that dies neither loses nor doubles it.</remarks>
    private void Release(ushort id)
    {
        Unmark();
        broker.Log?.Store.BeginUnit();
        try
        {
            if (session!.Free(id, out var message) && message is not null) broker.Deliver(message, FindRoute(message.Topic), session);
        }
        finally
        {
            broker.Log?.Store.EndUnit();
        }

        Owe();
        ServeSelf();
        Answer(PacketType.PubComp, id, ReasonCode.Success);
    }

    private void Answer(PacketType type, ushort id, ReasonCode reason)
    {
        Span<byte> packet = stackalloc byte[AckPacket.MaxLength];
        Reply(packet[..AckPacket.Write(packet, type, id, reason, V5)]);
    }

    private Ending Goodbye(DisconnectPacket packet)
    {
        if (packet.SessionExpiry is { } expiry)
        {
            // [MQTT-3.1.2-23] nothing that ended with the connection can be prolonged now.
            if (session!.ExpirySeconds == 0 && expiry != 0) MqttProtocolException.Breach("session expiry changed from 0 in DISCONNECT");
            session.ExpirySeconds = Math.Min(expiry, broker.Options.SessionSeconds);
        }

        saidGoodbye = true;
        if (packet.Reason == ReasonCode.Success) WithdrawWill();
        return new Ending(packet.Reason, null, Answered: true);
    }

    /// <summary>Why and how the connection ends.</summary>
    /// <param name="Reason">Told to the client and to those who watch presence.</param>
    /// <param name="Words">The fault in words, for clients that asked for them.</param>
    /// <param name="Answered">Nothing more is to be said: the client said goodbye, or CONNACK refused it.</param>
    private readonly record struct Ending(ReasonCode Reason, string? Words, bool Answered)
    {
        /// <summary>The peer closed first.</summary>
        public bool Lost { get; init; }
    }
}
