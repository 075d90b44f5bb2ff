using System.Buffers;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Server;

internal sealed partial class Connection
{
    /// <summary>Reads CONNECT and answers it; false when the client was turned away.</summary>
    private async Task<bool> ShakeHandsAsync()
    {
        var packet = await ReadConnectAsync().ConfigureAwait(false);
        if (packet is null) return false;
        version = packet.Version;
        SetLimits(packet);
        explains = packet.RequestProblem == true;
        if (packet.AuthMethod is not null) return Refuse(ReasonCode.BadAuthenticationMethod, "only user name, password and certificate are known");
        if (!CheckClientId(packet, out var assigned)) return Refuse(ReasonCode.ClientIdentifierNotValid, "an empty client identifier needs a clean session");

        clientId = packet.ClientId;
        var verdict = await broker.Gatekeeper.ConnectAsync(
            new ConnectRequest
            {
                ClientId = clientId,
                UserName = packet.UserName,
                Password = packet.Password,
                RemoteAddress = peer.Address,
                ClientCertificate = peer.Certificate,
                Version = version,
            },
            aborted).ConfigureAwait(false);
        if (closeReason >= 0) return Refuse((ReasonCode)closeReason, "too late");
        if (verdict.Reason >= ReasonCode.UnspecifiedError) return Refuse(verdict.Reason, verdict.Why ?? "refused by the gatekeeper");

        if (!Measure(verdict)) return Refuse(ReasonCode.QuotaExceeded, "in quarantine for publishing too fast; come back later");
        principal = verdict.Principal;
        var opened = await broker.OpenSessionAsync(this, clientId, packet.CleanStart, packet.ReceiveMaximum).ConfigureAwait(false);
        if (opened is not { } open) return Refuse(ReasonCode.QuotaExceeded, "too many sessions");
        session = open.Session;
        session.ExpirySeconds = Math.Min(packet.SessionExpiry, broker.Options.SessionSeconds);
        Unmark();
        session.Persist(broker.Log, fresh: !open.Present);
        if (packet.Will is not null) TakeWill(packet.Will);
        Owe();
        if (owed != 0) await PayAsync().ConfigureAwait(false);
        if (!AnswerConnect(packet, open.Present, assigned ? clientId : null))
        {
            WithdrawWill();
            return false;
        }

        announced = true;
        broker.Statistics.Connected();
        lobby.Connected(this, principal, peer.Address, version, open.Present);
        return true;
    }

    /// <summary>Keeps the will; one its client may not publish is forgotten at once, for after a crash nobody knows who left it.</summary>
    private void TakeWill(WillPacket packet)
    {
        var reason = MayPublish(packet.Topic);
        if (reason >= ReasonCode.UnspecifiedError)
        {
            broker.Statistics.Refused(reason);
            return;
        }

        var last = new Will(packet, clientId, principal, session!);
        broker.Wills.Note(last, dueMs: 0);
        will = last;
    }

    private void WithdrawWill() => broker.Wills.Strike(Interlocked.Exchange(ref will, null));

    private async Task<ConnectPacket?> ReadConnectAsync()
    {
        while (true)
        {
            var result = await input.ReadAsync(aborted).ConfigureAwait(false);
            var buffer = result.Buffer;
            var examined = buffer.End;
            try
            {
                if (closeReason >= 0) return null;
                if (Frame.TryRead(ref buffer, broker.Options.PacketBytes, out var frame))
                {
                    examined = buffer.Start;
                    return ParseConnect(frame);
                }

                // The first byte tells: nothing but CONNECT may come first [MQTT-3.1.0-1].
                if (!buffer.IsEmpty && buffer.FirstSpan[0] != (byte)PacketType.Connect << 4) MqttProtocolException.Breach("the first packet is not CONNECT");
                if (result.IsCompleted) return null;
                Hold(buffer.Length);
            }
            finally
            {
                input.AdvanceTo(buffer.Start, examined);
            }
        }
    }

    private ConnectPacket? ParseConnect(in Frame frame)
    {
        if (frame.Type != PacketType.Connect) MqttProtocolException.Breach("the first packet is not CONNECT");
        var body = frame.Body.IsSingleSegment ? frame.Body.FirstSpan : frame.Body.ToArray();
        try
        {
            return ConnectPacket.Read(body);
        }
        catch (MqttProtocolException breach)
        {
            lobby.Note(breach.Reason, clientId, peer.Address, breach.Message);
            AnswerBadConnect(body, breach);
            return null;
        }
    }

    /// <summary>A CONNECT that cannot be read is answered as far as its first fields tell how.</summary>
    private void AnswerBadConnect(ReadOnlySpan<byte> body, MqttProtocolException breach)
    {
        if (body.Length < 7 || !body.StartsWith("\0\u0004MQTT"u8)) return;
        var level = body[6];
        if (level >= 5) version = MqttVersion.V5;
        else if (breach.Reason != ReasonCode.UnsupportedProtocolVersion) return; // 3.1.1 has no code for "malformed"
        Refuse(breach.Reason, null, counted: true);
    }

    private static bool CheckClientId(ConnectPacket packet, out bool assigned)
    {
        assigned = packet.ClientId.Length == 0;
        if (!assigned) return true;
        if (packet.Version == MqttVersion.V311 && !packet.CleanStart) return false;
        packet.ClientId = "hub-" + Guid.NewGuid().ToString("N");
        return true;
    }

    private bool AnswerConnect(ConnectPacket packet, bool present, string? assigned)
    {
        ushort? keepAlive = null;
        var seconds = packet.KeepAlive;
        if (V5 && seconds > broker.Options.KeepAliveSeconds) keepAlive = seconds = (ushort)broker.Options.KeepAliveSeconds;
        if (V5 && seconds == 0 && broker.Options.KeepAliveSeconds < 65535) keepAlive = seconds = (ushort)broker.Options.KeepAliveSeconds;

        // [MQTT-3.1.2-22] one and a half times the keep alive.
        Volatile.Write(ref keepAliveTicks, seconds * broker.Clock.TimestampFrequency * 3 / 2);
        Volatile.Write(ref lastHeard, broker.Clock.GetTimestamp());

        uint? expiry = packet.SessionExpiry > broker.Options.SessionSeconds ? broker.Options.SessionSeconds : null;
        var answer = Builder;
        answer.ConnAck(version, new Grant(present, assigned, keepAlive, expiry), broker.Options);
        if (answer.Packet.Length > maximumPacketSize)
        {
            // [MQTT-3.1.2-24] nothing larger may be sent, and without CONNACK there is no connection.
            lobby.Note(ReasonCode.PacketTooLarge, clientId, peer.Address, $"takes packets of {maximumPacketSize} bytes; CONNACK alone has {answer.Packet.Length}");
            return false;
        }

        Outbox.Send(answer.Packet);
        Outbox.Live = true;
        Outbox.Kick();
        return true;
    }

    /// <summary>Answers CONNECT with a refusal. Always false.</summary>
    private bool Refuse(ReasonCode reason, string? why, bool counted = false)
    {
        if (!counted) lobby.Note(reason, clientId, peer.Address, why ?? "refused");
        broker.Statistics.RefusedConnect(reason);
        var answer = Builder;
        answer.ConnAckRefused(version, reason, explains ? why : null);
        if (answer.Packet.Length <= maximumPacketSize) Outbox.Send(answer.Packet);
        return false;
    }
}
