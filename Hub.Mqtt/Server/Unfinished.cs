namespace Hub.Mqtt.Server;

/// <summary>
/// The memory of packets that have begun and not ended, over all connections. One packet may be large and connections many; a crowd
/// that sends all but the last byte must not cost their product.
/// </summary>
internal sealed class Unfinished(long most)
{
    /// <summary>What every connection may hold without asking: ordinary packets never come here.</summary>
    public const int Free = 16 * 1024;

    private long held;

    public long Held => Volatile.Read(ref held);

    /// <summary>Takes or gives back room; false when there is none left.</summary>
    public bool TryMove(long bytes)
    {
        if (Interlocked.Add(ref held, bytes) <= most || bytes <= 0) return true;
        Interlocked.Add(ref held, -bytes);
        return false;
    }
}
