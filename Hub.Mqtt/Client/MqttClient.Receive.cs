using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Hub.Mqtt.Packets;

namespace Hub.Mqtt;

public sealed partial class MqttClient
{
    private readonly HashSet<ushort> inbound = [];
    private long lastHeard;

    /// <summary>What the broker said in CONNACK.</summary>
    private readonly record struct ConnAck(bool SessionPresent, string? ClientId, ushort? KeepAlive)
    {
        public ushort ReceiveMaximum { get; init; } = 65535;

        public uint MaximumPacketSize { get; init; } = uint.MaxValue;

        public bool Shares { get; init; } = true;
    }

    private byte[] ConnectPacketBytes()
    {
        var v5 = version == MqttVersion.V5;
        var user = options.Broker.UserInfo.Split(':', 2);
        var name = options.UserName ?? (user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null);
        var password = options.Password ?? (user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null);
        var packet = new ConnectPacket
        {
            Version = version,
            CleanStart = options.CleanStart,
            KeepAlive = options.KeepAliveSeconds,
            ClientId = clientId,
            UserName = name,
            Password = password is null ? null : Encoding.UTF8.GetBytes(password),
            SessionExpiry = v5 ? options.SessionExpirySeconds ?? (options.CleanStart ? 0u : 86_400u) : 0,
            ReceiveMaximum = options.ReceiveMaximum,
            Will = options.Will is not { } will ? null : new WillPacket
            {
                Topic = Encoding.UTF8.GetBytes(will.Topic),
                Payload = will.Payload.ToArray(),
                Qos = will.Qos,
                Retain = will.Retain,
            },
        };
        var builder = new PacketBuilder();
        packet.Write(builder);
        return builder.Packet.ToArray();
    }

    private byte[] FilterPacketBytes(ushort id, string filter, Qos? qos)
    {
        var builder = new PacketBuilder();
        builder.Begin();
        builder.UInt16(id);
        if (version == MqttVersion.V5) builder.Byte(0);
        builder.Text(filter);
        if (qos is { } wanted) builder.Byte((byte)wanted);
        builder.End(qos is null ? PacketType.Unsubscribe : PacketType.Subscribe, 2);
        return builder.Packet.ToArray();
    }

    private async Task<ConnAck> ReadConnAckAsync(ClientLink current, CancellationToken stop)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await current.Input.ReadAsync(stop).ConfigureAwait(false);
            }
            catch (IOException gone)
            {
                throw new MqttClientException($"the broker closed the connection instead of answering CONNECT ({gone.Message})", ReasonCode.ProtocolError, gone);
            }

            var buffer = result.Buffer;
            if (Frame.TryRead(ref buffer, 1 << 20, out var frame))
            {
                var answer = ParseConnAck(frame);
                current.Input.AdvanceTo(buffer.Start);
                return answer;
            }

            current.Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) throw new MqttClientException("the broker closed the connection instead of answering CONNECT", ReasonCode.ProtocolError);
        }
    }

    private ConnAck ParseConnAck(in Frame frame)
    {
        if (frame.Type != PacketType.ConnAck) throw new MqttClientException($"the broker answered CONNECT with {frame.Type}", ReasonCode.ProtocolError);
        var body = frame.Body.ToArray();
        var reader = new PacketReader(body);
        var present = (reader.Byte() & 1) != 0;
        var code = reader.Byte();
        if (code != 0) throw Refusal(code);
        var answer = new ConnAck(present, null, null);
        if (version == MqttVersion.V5 && !reader.AtEnd)
        {
            var properties = new PropertyReader(reader.Take(reader.VariableInt()), PropertyHost.ConnAck);
            while (properties.Next())
            {
                answer = properties.Id switch
                {
                    PropertyId.ReceiveMaximum => answer with { ReceiveMaximum = (ushort)properties.Number },
                    PropertyId.ServerKeepAlive => answer with { KeepAlive = (ushort)properties.Number },
                    PropertyId.AssignedClientId => answer with { ClientId = Encoding.UTF8.GetString(properties.Bytes) },
                    PropertyId.MaximumPacketSize => answer with { MaximumPacketSize = properties.Number },
                    PropertyId.SharedAvailable => answer with { Shares = properties.Number == 1 },
                    _ => answer,
                };
            }
        }

        return answer;
    }

    private static MqttClientException Refusal(byte code)
    {
        var reason = code switch
        {
            1 => ReasonCode.UnsupportedProtocolVersion,
            2 => ReasonCode.ClientIdentifierNotValid,
            3 => ReasonCode.ServerUnavailable,
            4 => ReasonCode.BadUserNameOrPassword,
            5 => ReasonCode.NotAuthorized,
            _ => (ReasonCode)code,
        };
        return new MqttClientException($"the broker refused the connection: {reason} (0x{code:X2})", reason);
    }

    /// <summary>CONNACK is in: take up where the last connection left off.</summary>
    private void Enter(ClientLink current, in ConnAck answer)
    {
        answered = true;
        SessionPresent = answer.SessionPresent;
        SharesAvailable = version == MqttVersion.V5 && answer.Shares;
        if (answer.ClientId is not null) clientId = answer.ClientId;
        lastHeard = clock.GetTimestamp();
        if (!answer.SessionPresent) inbound.Clear();
        lock (sync)
        {
            sendQuota = Math.Min(answer.ReceiveMaximum, options.Window);
            largestPacket = answer.MaximumPacketSize;
            Connected = true;
            RequeueAll(answer.SessionPresent);
            foreach (var (filter, qos) in subscriptions)
            {
                // Some brokers bring a session back from disk without its shared subscriptions; asking again harms nobody.
                if (answer.SessionPresent && !filter.StartsWith("$share/", StringComparison.Ordinal)) continue;
                var id = NextPacketId();
                requests[id] = new TaskCompletionSource<ReasonCode>();
                current.Send(FilterPacketBytes(id, filter, qos));
            }

            SendWaiting();
        }

        OnConnection?.Invoke(true);
    }

    private ValueTask HandleAsync(Frame frame)
    {
        lastHeard = clock.GetTimestamp();
        if (frame.Type == PacketType.Publish) return ReceiveAsync(frame);
        var body = frame.Body.IsSingleSegment ? frame.Body.FirstSpan : frame.Body.ToArray();
        switch (frame.Type)
        {
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubComp:
                OnPublishAnswer(frame.Type, body);
                break;
            case PacketType.PubRel:
                var released = AckPacket.Read(body, frame.Type, version == MqttVersion.V5).PacketId;
                inbound.Remove(released);
                SendAck(link!, PacketType.PubComp, released);
                break;
            case PacketType.SubAck or PacketType.UnsubAck:
                OnRequestAnswer(frame.Type, body);
                break;
            case PacketType.PingResp:
                break;
            case PacketType.Disconnect:
                var reason = DisconnectPacket.ReadReason(body);
                throw new MqttClientException($"the broker closed the connection: {reason} (0x{(byte)reason:X2})", reason);
            default:
                throw new MqttProtocolException(ReasonCode.ProtocolError, $"{frame.Type} from a broker");
        }

        return default;
    }

    private async ValueTask ReceiveAsync(Frame frame)
    {
        var current = link!;
        var message = ReadMessage(current, frame, out var repeated);
        if (repeated)
        {
            SendAck(current, PacketType.PubRec, message.Receipt!.PacketId);
            return;
        }

        if (message.Receipt is { } receipt) lock (current.Unacknowledged) current.Unacknowledged.Enqueue(receipt);
        if (OnMessage is { } handler)
        {
            handling = true;
            try
            {
                await handler(message, stopping.Token).ConfigureAwait(false);
            }
            finally
            {
                lastHeard = clock.GetTimestamp();
                handling = false;
            }
        }

        if (!options.ManualAcknowledge) Acknowledge(message);
    }

    private MqttMessage ReadMessage(ClientLink current, in Frame frame, out bool repeated)
    {
        var head = frame.Body.IsSingleSegment ? frame.Body.First : frame.Body.ToArray();
        PublishPacket.Read(head, frame.Body, frame.Flags, version == MqttVersion.V5, out var packet);
        PacketReader.CheckUtf8(packet.Topic.Span);
        repeated = packet.Qos == Qos.ExactlyOnce && !inbound.Add(packet.PacketId);
        return new MqttMessage(Encoding.UTF8.GetString(packet.Topic.Span), packet.Payload.ToArray(), packet.Qos, packet.Retain)
        {
            Dup = packet.Dup,
            Receipt = packet.Qos == Qos.AtMostOnce ? null : new Receipt(current, packet.PacketId, packet.Qos),
        };
    }

    /// <summary>QoS 2 messages never answered with PUBREC come again as if for the first time.</summary>
    private void ForgetUnacknowledged(ClientLink old)
    {
        lock (old.Unacknowledged)
        {
            foreach (var receipt in old.Unacknowledged)
            {
                if (receipt.Answer == PacketType.PubRec) inbound.Remove(receipt.PacketId);
            }

            old.Unacknowledged.Clear();
        }
    }

    private void OnRequestAnswer(PacketType type, ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        var id = reader.PacketId();
        if (version == MqttVersion.V5) reader.Take(reader.VariableInt());
        var reason = reader.AtEnd ? ReasonCode.Success : (ReasonCode)reader.Byte();
        TaskCompletionSource<ReasonCode>? waiting;
        lock (sync) requests.Remove(id, out waiting);
        if (waiting is null) throw new MqttProtocolException(ReasonCode.ProtocolError, $"{type} nobody asked for");
        waiting.TrySetResult(reason);
    }
}
