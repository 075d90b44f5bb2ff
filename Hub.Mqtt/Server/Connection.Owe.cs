namespace Hub.Mqtt.Server;

/// <summary>
/// Answers that promise what the session log must keep (a message queued for an absent subscriber, a retained one, one parked
/// before its PUBREL, a subscription) wait until the log is on disk; PUBREL waits until it is committed, for a client that has read
/// it takes the same identifier for a new message. Later answers wait behind them.
/// </summary>
internal sealed partial class Connection
{
    private bool uncommitted;
    private long owed;
    private byte[]? heldBack;
    private int heldBackLength;

    /// <summary>Forgets what this thread wrote down for others.</summary>
    private void Unmark() => broker.Log?.TakeMark();

    /// <summary>Commits what was written down since, and notes how far the disk must be before the next answer.</summary>
    private void Owe()
    {
        if (broker.Log is not { } log) return;
        log.Commit();
        if (log.TakeMark() is var place and not 0) owed = place;
    }

    /// <summary>Queues an answer, or holds it back behind those that wait.</summary>
    private void Reply(ReadOnlySpan<byte> packet)
    {
        if (owed == 0 && !uncommitted)
        {
            Outbox.Send(packet);
            return;
        }

        var needed = heldBackLength + packet.Length;
        if (heldBack is null || heldBack.Length < needed) Array.Resize(ref heldBack, Math.Max(needed, 2 * (heldBack?.Length ?? 32)));
        packet.CopyTo(heldBack.AsSpan(heldBackLength));
        heldBackLength = needed;
    }

    /// <summary>Commits, waits for the disk where something was promised, and lets go of what was held back.</summary>
    private ValueTask PayAsync()
    {
        if (uncommitted) broker.Log?.Commit();
        uncommitted = false;
        if (owed != 0) return PayWhenDurableAsync();
        LetGo();
        return default;
    }

    private async ValueTask PayWhenDurableAsync()
    {
        await broker.Log!.Store.DurableAsync(owed, aborted).ConfigureAwait(false);
        owed = 0;
        LetGo();
    }

    private void LetGo()
    {
        if (heldBackLength > 0) Outbox.Send(heldBack.AsSpan(0, heldBackLength));
        heldBackLength = 0;
        if (heldBack?.Length > 4096) heldBack = null;
    }
}
