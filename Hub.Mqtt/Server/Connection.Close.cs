using System.Net.Sockets;
using Hub.Mqtt.Packets;
using Hub.Mqtt.Sessions;

namespace Hub.Mqtt.Server;

internal sealed partial class Connection
{
    private static readonly TimeSpan HandOver = TimeSpan.FromMilliseconds(30);

    /// <summary>Part of a packet that counts as a sign of life.</summary>
    private const int PartBytes = 1024;

    private long partHeard;

    private readonly TaskCompletionSource goodbyeSaid = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the client has been told that this is the end.</summary>
    public Task Farewell => goodbyeSaid.Task;

    /// <summary>Asks the connection to end. Any thread; the first reason counts.</summary>
    public void Close(ReasonCode reason)
    {
        if (Interlocked.CompareExchange(ref closeReason, (int)reason, -1) >= 0) return;
        input.CancelPendingRead();
        Volatile.Read(ref slowed)?.TrySetResult();
    }

    /// <summary>A new connection of the same client takes the session; completes when this one has been told and closed.</summary>
    /// <param name="sessionEnds">The newcomer starts clean.</param>
    public async Task TakeOverAsync(bool sessionEnds)
    {
        // The session may be bound before the handshake has noted it here; then the loop of the newcomer asks again.
        if (Volatile.Read(ref session) is { } held && held.Detach(this) && Interlocked.Exchange(ref will, null) is { } last)
        {
            if (sessionEnds || held.ExpirySeconds == 0 || last.DelaySeconds == 0) broker.Publish(last);
            else broker.Wills.Strike(last);
        }

        Close(ReasonCode.SessionTakenOver);
        try
        {
            await goodbyeSaid.Task.WaitAsync(TimeSpan.FromSeconds(5), broker.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It lost the session in any case; its socket follows when it can.
        }
    }

    /// <summary>Called by the heartbeat: nothing heard for too long? A peer whose message is being worked on is not silent.</summary>
    public void CheckTime(long now)
    {
        var limit = Volatile.Read(ref keepAliveTicks);
        if (limit == 0 || Volatile.Read(ref working) == 1 || now - Volatile.Read(ref lastHeard) <= limit) return;
        if (session is not null) lobby.Note(ReasonCode.KeepAliveTimeout, clientId, peer.Address, "silent for one and a half times its keep alive");
        Close(ReasonCode.KeepAliveTimeout);
    }

    /// <summary>Called by the heartbeat: a device that was disabled, or a token that was revoked, does not keep what it has.</summary>
    public void CheckWelcome()
    {
        if (!announced || broker.Gatekeeper.MayStay(principal)) return;
        lobby.Note(ReasonCode.AdministrativeAction, clientId, peer.Address, "no longer allowed in");
        Close(ReasonCode.AdministrativeAction);
    }

    /// <summary>
    /// [MQTT-3.1.2-22] asks for a whole packet within one and a half keep alives: single bytes do not keep a connection alive. A large
    /// packet on a slow line does, as long as it goes on coming.
    /// </summary>
    /// <param name="before">Bytes there were to read.</param>
    /// <param name="left">Bytes of them that are no whole packet yet.</param>
    private void Hear(long before, long left)
    {
        if (left == before && left < partHeard + PartBytes) return;
        partHeard = left;
        Volatile.Write(ref lastHeard, broker.Clock.GetTimestamp());
    }

    private async Task EndAsync(Ending end)
    {
        meter?.Leave();
        broker.Unfinished.TryMove(-unfinished);
        var clean = await Outbox.StopAsync().ConfigureAwait(false);
        if (session is not null)
        {
            if (session.Detach(this)) broker.Release(session, LastWill(end));
            broker.Log?.Commit();
            if (announced)
            {
                broker.Statistics.Disconnected();
                lobby.Left(clientId, principal, end.Reason, peer.Address);
            }
        }

        try
        {
            // Who has not taken what was sent before will not take a goodbye.
            var wordsLeft = !end.Answered && !end.Lost && session is not null && V5;
            if (wordsLeft && clean) WriteGoodbye(end);
            if (clean) clean = await FlushAsync().ConfigureAwait(false);
            if (!end.Lost && !saidGoodbye && clean) await LingerAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            clean = false;
        }

        await peer.Pipe.Output.CompleteAsync().ConfigureAwait(false);
        await input.CompleteAsync().ConfigureAwait(false);
        if (!clean) peer.Abort();
        goodbyeSaid.TrySetResult();

        // Only now: who lingers still holds a socket, and a flood of bad peers must run into the limits.
        lobby.Gone(this);
    }

    /// <summary>A hub that stops keeps its clients' wills for its next start (MQTT 5 section 3.1.2.5), if it has where to.</summary>
    private Will? LastWill(in Ending end)
    {
        var last = Interlocked.Exchange(ref will, null);
        return end.Reason == ReasonCode.ServerShuttingDown && broker.Log is not null ? null : last;
    }

    private void WriteGoodbye(in Ending end)
    {
        var packet = Builder;
        packet.Disconnect(end.Reason, explains ? end.Words : null);
        if (packet.Packet.Length > maximumPacketSize) packet.Disconnect(end.Reason, null);
        System.Buffers.BuffersExtensions.Write(peer.Pipe.Output, packet.Packet);
    }

    private async Task<bool> FlushAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Max(broker.Options.LingerMilliseconds, 1)), broker.Clock);
        var flushed = await peer.Pipe.Output.FlushAsync(patience.Token).ConfigureAwait(false);
        return !flushed.IsCompleted;
    }

    /// <summary>
    /// Shuts down the sending side and listens on for a moment: closing while the peer still sends makes the kernel reset
    /// the connection, and the peer never reads why.
    /// </summary>
    private async Task LingerAsync()
    {
        if (peer.Socket is { } socket)
        {
            // The transport's own loop hands the last bytes to the kernel; there is no event for that.
            await Task.Delay(HandOver, broker.Clock, aborted).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
        }
        else
        {
            await peer.Pipe.Output.CompleteAsync().ConfigureAwait(false);
        }

        goodbyeSaid.TrySetResult();
        if (broker.Options.LingerMilliseconds == 0) return;
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(broker.Options.LingerMilliseconds), broker.Clock);
        while (true)
        {
            var result = await input.ReadAsync(patience.Token).ConfigureAwait(false);
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
        }
    }
}
