namespace Hub.Mqtt.Server;

internal sealed partial class Connection
{
    private Meter? meter;
    private int spent;

    /// <summary>PUBLISH packets that may still be taken before the client waits again: what its socket holds is not swallowed at once.</summary>
    private int allowance = int.MaxValue;

    // Any thread: ends the wait of a client that is being closed.
    private TaskCompletionSource? slowed;

    /// <summary>Finds the meter this client is held to; false when it is in quarantine.</summary>
    private bool Measure(in ConnectVerdict verdict)
    {
        meter = broker.Meters.Of(verdict.Exclusive ? verdict.Principal! : clientId, verdict.Rate);
        return meter?.QuarantineEnds is null;
    }

    /// <summary>
    /// Who has spent its credit is read again only when it has refilled, so its own PUBACKs come later and nobody else notices;
    /// who keeps pressing is put out and stays out for a while.
    /// </summary>
    private async ValueTask SlowDownAsync(Meter held)
    {
        var within = held.Spend(spent, out var wait);
        spent = 0;
        if (wait == TimeSpan.Zero && within) return;
        if (!within && held.Quarantine()) lobby.Quarantined(clientId, principal, peer.Address, held);
        broker.Statistics.Throttle();
        if (!within)
        {
            MqttProtocolException.Throw(ReasonCode.MessageRateTooHigh, $"more than {held.Rate} messages a second for {broker.Options.FloodSeconds} s");
        }

        Volatile.Write(ref working, 1);
        var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref slowed, closing);
        try
        {
            if (Volatile.Read(ref closeReason) < 0) await closing.Task.WaitAsync(wait, broker.Clock, aborted).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The bucket has filled again.
        }

        Volatile.Write(ref slowed, null);
        Volatile.Write(ref lastHeard, broker.Clock.GetTimestamp());
        Volatile.Write(ref working, 0);
    }
}
