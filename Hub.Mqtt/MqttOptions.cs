using System.ComponentModel.DataAnnotations;

namespace Hub.Mqtt;

/// <summary>Every limit of the endpoint: what may grow, how far, and why that far.</summary>
public sealed class MqttOptions
{
    /// <summary>QoS 1 and 2 messages a client may have unacknowledged. Default 20: a batch for one commit, little to resend.</summary>
    [Range(1, 65535)] public int ReceiveMaximum { get; set; } = 20;

    /// <summary>QoS 1 and 2 messages the hub keeps unacknowledged towards one client. Default 1000: memory stays small for readers that stop.</summary>
    [Range(1, 65535)] public int SendMaximum { get; set; } = 1000;

    /// <summary>Topic aliases in each direction. Default 10: a device has a handful of topics. 0 turns aliases off.</summary>
    [Range(0, 65535)] public int TopicAliasMaximum { get; set; } = 10;

    /// <summary>Longest keep-alive [s] granted to MQTT 5 clients. Default 65535: all that the protocol allows.</summary>
    [Range(1, 65535)] public int KeepAliveSeconds { get; set; } = 65535;

    /// <summary>Largest packet [bytes] taken. Default 2 MiB: room for a snapshot, not for a film.</summary>
    [Range(128, 268_435_460)] public int PacketBytes { get; set; } = 2 << 20;

    /// <summary>Bytes of packets that have begun and not ended, over all connections; who goes beyond is put out with 0x97. Default 256 MiB: a hundred snapshots at once, and a crowd that never ends its packets costs no more. The first 16 KiB of each connection are free.</summary>
    [Range(1 << 20, 2_000_000_000)] public int UnfinishedBytes { get; set; } = 256 << 20;

    /// <summary>Connections at once. Default 20,000: what one process may open on a usual machine.</summary>
    [Range(1, 1_000_000)] public int Connections { get; set; } = 20_000;

    /// <summary>Connections at once from one address. Default 20,000: gateways and NAT put whole sites behind one address.</summary>
    [Range(1, 1_000_000)] public int ConnectionsPerAddress { get; set; } = 20_000;

    /// <summary>Time [s] a peer has for its CONNECT. Default 10: slow radio links make it, idle sockets do not pile up.</summary>
    [Range(1, 300)] public int ConnectTimeoutSeconds { get; set; } = 10;

    /// <summary>Messages waiting for one session. Default 10,000: some hours of commands for a device that is away. New ones are dropped and counted.</summary>
    [Range(1, 10_000_000)] public int QueuePerSession { get; set; } = 10_000;

    /// <summary>Bytes waiting for one session. Default 32 MiB: one stuck reader never costs more.</summary>
    [Range(1024, 2_000_000_000)] public int QueueBytesPerSession { get; set; } = 32 << 20;

    /// <summary>Sessions kept, connected or not. Default 100,000: five times the connections.</summary>
    [Range(1, 10_000_000)] public int Sessions { get; set; } = 100_000;

    /// <summary>Longest time [s] a session of an absent client is kept. Default 4294967295: as long as the client asked, for ever included; <see cref="Sessions"/> bounds their number.</summary>
    [Range(0d, uint.MaxValue)] public uint SessionSeconds { get; set; } = uint.MaxValue;

    /// <summary>Subscriptions of one session. Default 1,000 filters; more are refused with 0x97.</summary>
    [Range(1, 1_000_000)] public int Subscriptions { get; set; } = 1_000;

    /// <summary>Separators in a topic or filter. Default 200: deep enough for any plan of names, shallow enough to walk.</summary>
    [Range(1, 1_000)] public int TopicLevels { get; set; } = 200;

    /// <summary>Retained messages in all. Default 200,000; more are brokered but not kept.</summary>
    [Range(0, 10_000_000)] public int RetainedMessages { get; set; } = 200_000;

    /// <summary>Time [ms] a refused client is listened to after its DISCONNECT, so that it can read why. Default 1,000.</summary>
    [Range(0, 10_000)] public int LingerMilliseconds { get; set; } = 1_000;

    /// <summary>Messages a second any one client may publish on average. Default 0: no limit beside the one the gatekeeper grants each. Above it, its socket is read more slowly.</summary>
    [Range(0, 10_000_000)] public int PublishRate { get; set; }

    /// <summary>Messages one client may publish at once before its rate holds it back. Default 10,000: a week of minutes, sent after an outage.</summary>
    [Range(1, 10_000_000)] public int PublishBurst { get; set; } = 10_000;

    /// <summary>Time [s] a client may press against its rate without a break before it is put out with 0x96. Default 60: at the rate of a device, a week of its backlog is through by then. 0: never.</summary>
    [Range(0, 86_400)] public int FloodSeconds { get; set; } = 60;

    /// <summary>
    /// 1: what a persistent session, a retained message or a QoS 2 flow must not forget is on disk before it is acknowledged, one flush
    /// for all who wait. 0: it is with the operating system, which survives the end of the process and not the loss of power. Default 1.
    /// </summary>
    [Range(0, 1)] public int SyncSessions { get; set; } = 1;

    /// <summary>Time [s] a client that was put out for its rate is refused with 0x97; each time within an hour twice as long, up to sixteen times. Default 300: long enough to be noticed, short enough that a mended device is soon back. 0: it may come back at once.</summary>
    [Range(0, 86_400)] public int QuarantineSeconds { get; set; } = 300;

    /// <summary>Filters refused to everyone with 0x87 (exact text, or a filter that covers the asked one).</summary>
    public IList<string> DenySubscribe { get; init; } = [];

    /// <summary>The first fault found, in words; null when all settings are within their ranges.</summary>
    public string? Fault()
    {
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(this, new(this), faults, validateAllProperties: true) ? null : faults[0].ErrorMessage;
    }
}
