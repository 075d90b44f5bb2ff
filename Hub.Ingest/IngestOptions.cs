using System.ComponentModel.DataAnnotations;

namespace Hub.Ingest;

/// <summary>What happens to a message of a device nobody registered.</summary>
public enum UnknownDevices
{
    /// <summary>It is journalled and kept aside as a dead letter; once the device is registered it can be decoded again.</summary>
    Quarantine = 0,

    /// <summary>The device is registered as of unknown kind, and its readings are stored.</summary>
    Accept = 1,

    /// <summary>It is refused at the door with 0x87 and counted.</summary>
    Reject = 2,
}

/// <summary>Settings of the front door and the decoders.</summary>
public sealed class IngestOptions
{
    /// <summary>What happens to messages of unregistered devices. Default quarantine.</summary>
    public UnknownDevices UnknownDevices { get; set; } = UnknownDevices.Quarantine;

    /// <summary>Lets anyone in and publish on any topic. Default false; for demonstrations and test benches only.</summary>
    public bool Anonymous { get; set; }

    /// <summary>
    /// Messages a second a signed-in device may publish on average; a gateway as many for each of its children too. Default 1,000: a hundred
    /// times the busiest kind, and still a small part of what the hub takes in. 0: no limit.
    /// </summary>
    [Range(0, 1_000_000)] public int DeviceRate { get; set; } = 1_000;

    /// <summary>How guessing passwords is slowed.</summary>
    public SignInOptions SignIn { get; set; } = new();

    /// <summary>Topic filters nobody may subscribe to. Default none.</summary>
    public IReadOnlyList<string> DenySubscribe { get; set; } = [];

    /// <summary>Largest payload on a device topic in bytes, 1 KiB to 2 MiB. Default 1 MiB: telemetry is small, pictures stay at the edge.</summary>
    [Range(1024, 2 << 20)] public int PayloadBytes { get; set; } = 1 << 20;

    /// <summary>Most devices the hub registers by itself under <see cref="UnknownDevices.Accept"/>. Default 200,000, so that made-up ids cannot fill memory.</summary>
    [Range(0, 10_000_000)] public int MostDevices { get; set; } = 200_000;

    /// <summary>How far event time may lie before arrival until an observation counts as late. Default 15 minutes; daily reporters (NB-IoT) have 72 hours.</summary>
    public TimeSpan AllowedLateness { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Offset from UTC meant by a device time without zone. Default +08:00; UTC is tried as well and the nearer to arrival wins.</summary>
    public TimeSpan ZoneOffset { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Most elements of one message that holds an array. Default 1,000.</summary>
    [Range(1, 100_000)] public int MostElements { get; set; } = 1_000;

    /// <summary>Most readings of one element. Default 256.</summary>
    [Range(1, 10_000)] public int MostReadings { get; set; } = 256;
}
