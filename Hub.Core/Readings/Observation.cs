using Hub.Core.Devices;

namespace Hub.Core.Readings;

/// <summary>What kind of message an observation came from (the last word of its topic).</summary>
public enum MessageKind : byte
{
    /// <summary>Periodic values.</summary>
    Telemetry = 1,

    /// <summary>Something happened: has <see cref="Observation.EventType"/>.</summary>
    Event = 2,

    /// <summary>Life sign or self-description.</summary>
    Status = 3,

    /// <summary>A reference to a picture.</summary>
    Snapshot = 4,

    /// <summary>The device's answer to a command.</summary>
    Ack = 5,
}

/// <summary>One decoded message, or one element of a message that held an array: a device, two times, some readings, perhaps an event.</summary>
/// <remarks>
/// Reused by its decoder: valid until the decoder is asked for the next one. Whoever keeps any of it copies it.
/// Event time is the device's own stamp when it lies within [arrival − 7 d, arrival + 60 s], else arrival.
/// </remarks>
public sealed class Observation
{
    private Reading[] readings = new Reading[16];

    /// <summary>The device that spoke; never null while the observation is valid.</summary>
    public Device Device { get; set; } = null!;

    /// <summary>What kind of message this was.</summary>
    public MessageKind Kind { get; set; }

    /// <summary>Lane of the journal the message stands in.</summary>
    public int Lane { get; set; }

    /// <summary>Position of the message in its lane, from 1, dense.</summary>
    public long Position { get; set; }

    /// <summary>Index of this element within its message: 0 unless the message held an array.</summary>
    public int Ordinal { get; set; }

    /// <summary>Event time, milliseconds since 1970-01-01 UTC.</summary>
    public long AtMs { get; set; }

    /// <summary>When the hub took the message in, milliseconds since 1970-01-01 UTC.</summary>
    public long ArrivalMs { get; set; }

    /// <summary>Device's own running number; -1 when it sent none.</summary>
    public long Sequence { get; set; } = -1;

    /// <summary>The device's stamp was missing a plausible relation to arrival, so arrival was taken as event time.</summary>
    public bool ClockSkewed { get; set; }

    /// <summary>Device stamp minus arrival in milliseconds; 0 when the device sent no stamp, or one to the millisecond.</summary>
    public long SkewMs { get; set; }

    /// <summary>The device sent a stamp, plausible or not.</summary>
    public bool Stamped { get; set; }

    /// <summary>Older than the allowed lateness: stored and counted; only P1 kinds judge it.</summary>
    public bool Late { get; set; }

    /// <summary>Simulated, from device to screen.</summary>
    public bool Sim { get; set; }

    /// <summary>Type of the event (<c>smoke</c>, <c>eBike</c>), interned; null when this is no event.</summary>
    public string? EventType { get; set; }

    /// <summary>0 to 1; 1 when the device gave none.</summary>
    public double Confidence { get; set; } = 1;

    /// <summary>Zone of a camera or panel, interned; null when none.</summary>
    public string? Zone { get; set; }

    /// <summary>Anonymous track within one camera; null when none.</summary>
    public string? Track { get; set; }

    /// <summary>Reference to a picture kept at the edge; null when none.</summary>
    public string? Snapshot { get; set; }

    /// <summary>For <see cref="MessageKind.Ack"/>: the id of the command that is answered.</summary>
    public string? CommandId { get; set; }

    /// <summary>For <see cref="MessageKind.Ack"/>: what the device said (<c>ok</c>, <c>failed</c>, …).</summary>
    public string? CommandResult { get; set; }

    /// <summary>The readings, in the order of the message.</summary>
    public ReadOnlySpan<Reading> Readings => readings.AsSpan(0, Count);

    /// <summary>How many readings there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one reading.</summary>
    public void Add(in Reading reading)
    {
        if (Count == readings.Length) Array.Resize(ref readings, readings.Length * 2);
        readings[Count++] = reading;
    }

    /// <summary>Looks one channel up; false when the observation does not hold it.</summary>
    public bool TryGet(Channel channel, out Reading reading)
    {
        for (var i = 0; i < Count; i++)
        {
            if (!ReferenceEquals(readings[i].Channel, channel)) continue;
            reading = readings[i];
            return true;
        }

        reading = default;
        return false;
    }

    /// <summary>Makes the observation empty again, for the next message.</summary>
    public void Clear()
    {
        Array.Clear(readings, 0, Count);
        Count = 0;
        Device = null!;
        Kind = default;
        Ordinal = 0;
        Sequence = -1;
        SkewMs = 0;
        ClockSkewed = Stamped = Late = Sim = false;
        EventType = Zone = Track = Snapshot = CommandId = CommandResult = null;
        Confidence = 1;
    }
}
