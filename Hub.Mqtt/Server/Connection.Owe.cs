namespace Hub.Mqtt.Server;

/// <summary>
/// Answers that promise what the session log must keep (a message queued for an absent subscriber, a retained one, one parked
/// before its PUBREL, a subscription) wait until the log is on disk; later answers wait behind them.
/// </summary>
internal sealed partial class Connection
{
    private long owed;
    private byte[]? heldBack;
    private int heldBackLength;

    /// <summary>Forgets what this thread wrote down for others.</summary>
    private void Unmark() => broker.Log?.TakeMark();

    /// <summary>Commits what this thread has written down since, and notes how far the disk must be before the next answer.</summary>
    private void Owe()
    {
        if (broker.Log is not { } log) return;
        log.Commit();
        if (log.TakeMark() is var place and not 0) owed = place;
    }

    /// <summary>Queues an answer, or holds it back behind those that wait for the disk.</summary>
    private void Reply(ReadOnlySpan<byte> packet)
    {
        if (owed == 0)
        {
            Outbox.Send(packet);
            return;
        }

        var needed = heldBackLength + packet.Length;
        if (heldBack is null || heldBack.Length < needed) Array.Resize(ref heldBack, Math.Max(needed, 2 * (heldBack?.Length ?? 32)));
        packet.CopyTo(heldBack.AsSpan(heldBackLength));
        heldBackLength = needed;
    }

    /// <summary>Waits for the disk and lets go of what was held back.</summary>
    private async ValueTask PayAsync()
    {
        await broker.Log!.Store.DurableAsync(owed, aborted).ConfigureAwait(false);
        owed = 0;
        Outbox.Send(heldBack.AsSpan(0, heldBackLength));
        heldBackLength = 0;
        if (heldBack?.Length > 4096) heldBack = null;
    }
}
