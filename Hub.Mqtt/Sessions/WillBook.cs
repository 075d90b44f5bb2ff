namespace Hub.Mqtt.Sessions;

/// <summary>
/// Every will that still has to go out or be taken back, written down so that it outlives the hub: MQTT 5 section 3.1.2.5 lets a
/// server that stopped or failed publish it after its next start. Any thread; one short lock.
/// </summary>
internal sealed class WillBook(SessionLog? log)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Will, long> wills = [];

    /// <summary>Notes a will, or that it is due at another time [Unix ms]; 0 while its client is connected.</summary>
    public void Note(Will will, long dueMs)
    {
        if (log is null) return;
        lock (gate)
        {
            wills[will] = dueMs;
            log.Wills(will, dueMs);
        }
    }

    /// <summary>It has gone out, or was taken back.</summary>
    public void Strike(Will? will)
    {
        if (log is null || will is null) return;
        lock (gate)
        {
            if (wills.Remove(will)) log.WillGone(will);
        }
    }

    /// <summary>Writes all of them down.</summary>
    public void WriteTo(SessionLog target)
    {
        lock (gate)
        {
            foreach (var (will, dueMs) in wills) target.Wills(will, dueMs);
        }
    }
}
