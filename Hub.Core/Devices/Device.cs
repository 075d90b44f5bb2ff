using Hub.Core.Places;

namespace Hub.Core.Devices;

/// <summary>A registered device as the running hub sees it. One object per device and process; what changes is replaced field by field.</summary>
public sealed class Device(int index, string id, DeviceKind kind, Place place)
{
    private long lastSeenMs;
    private long messages;

    /// <summary>Dense number within this process, for arrays keyed by device; never written to disk.</summary>
    public int Index { get; } = index;

    /// <summary>The id in topics: 1 to 128 of <c>A-Z a-z 0-9 . _ : -</c>.</summary>
    public string Id { get; } = id;

    /// <summary>What it is.</summary>
    public DeviceKind Kind { get; set; } = kind;

    /// <summary>Where it is.</summary>
    public Place Place { get; set; } = place;

    /// <summary>Name for people; empty when the id must do.</summary>
    public string Name { get; set; } = "";

    /// <summary>Id of the gateway that may speak for it; null when it speaks itself.</summary>
    public string? GatewayId { get; set; }

    /// <summary>Simulated: every observation of it is marked.</summary>
    public bool Sim { get; set; }

    /// <summary>Refused at the door and not expected to speak.</summary>
    public bool Disabled { get; set; }

    /// <summary>Free facts about the device that rules may ask for (<c>battery=lithium</c>, <c>room=kitchen</c>).</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; set; } = new Dictionary<string, string>();

    /// <summary>Arrival of its newest message, milliseconds since 1970-01-01 UTC; 0 when it never spoke. Written by the front door, read by anyone.</summary>
    public long LastSeenMs
    {
        get => Volatile.Read(ref lastSeenMs);
        set => Volatile.Write(ref lastSeenMs, value);
    }

    /// <summary>Messages of it that were taken in since the start.</summary>
    public long Messages => Volatile.Read(ref messages);

    /// <summary>Notes a message of it. Any thread.</summary>
    /// <param name="arrivalMs">When it came, milliseconds since 1970-01-01 UTC.</param>
    public void Heard(long arrivalMs)
    {
        Volatile.Write(ref lastSeenMs, arrivalMs);
        Interlocked.Increment(ref messages);
    }

    /// <summary>Whether it spoke recently enough to count as watching.</summary>
    public bool IsOnline(long nowMs) => LastSeenMs > 0 && nowMs - LastSeenMs <= Kind.OfflineAfterSeconds * 1000L;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
