using System.Buffers;
using System.IO.Pipelines;

namespace Hub.Mqtt.Server;

/// <summary>Everything one connection sends: acknowledgements first, then the session's messages.</summary>
/// <remarks>
/// Any thread may add; the pipe itself has one writer at a time, whoever holds the busy mark. The reading loop writes on its
/// own thread (<see cref="Kick"/>); publishers only schedule (<see cref="Wake"/>), so a slow reader delays nobody but itself.
/// </remarks>
internal sealed class Outbox(PipeWriter output, Connection connection) : IThreadPoolWorkItem
{
    private const int RoundsAtOnce = 16;
    private const int ControlLimit = 64 * 1024;

    private readonly Lock gate = new();
    private byte[] control = [];
    private int controlLength;
    private bool busy, again, flushing, stopping, dead;
    private TaskCompletionSource? room;
    private TaskCompletionSource? idle;
    private Task pumping = Task.CompletedTask;

    /// <summary>True once CONNACK is queued: only then may messages follow.</summary>
    public bool Live { get; set; }

    /// <summary>The peer no longer takes bytes.</summary>
    public bool Dead => Volatile.Read(ref dead);

    /// <summary>Queues a small packet; nothing is sent before <see cref="Kick"/>.</summary>
    public void Send(ReadOnlySpan<byte> packet)
    {
        lock (gate)
        {
            if (stopping || dead) return;
            var needed = controlLength + packet.Length;
            if (control.Length < needed) Array.Resize(ref control, Math.Max(needed, Math.Max(64, control.Length * 2)));
            packet.CopyTo(control.AsSpan(controlLength));
            controlLength = needed;
        }
    }

    /// <summary>Completes when the queued answers are few: a peer that asks without reading is no longer read.</summary>
    public Task RoomAsync()
    {
        lock (gate)
        {
            if (controlLength < ControlLimit || dead || stopping) return Task.CompletedTask;
            room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return room.Task;
        }
    }

    /// <summary>Sends now, on this thread, as far as the peer takes it.</summary>
    public void Kick()
    {
        if (TryBegin()) Run();
    }

    /// <summary>Sends soon, on another thread; several calls become one.</summary>
    public void Wake()
    {
        if (TryBegin()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute() => Run();

    /// <summary>Stops sending and hands the pipe to the caller. What is queued is written, not flushed. False when the peer did not take what was sent.</summary>
    public async ValueTask<bool> StopAsync()
    {
        Task? wait = null;
        bool stuck;
        lock (gate)
        {
            stopping = true;
            stuck = flushing;
            if (flushing) output.CancelPendingFlush();
            if (busy) wait = (idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            else busy = true;
            room?.TrySetResult();
        }

        if (wait is not null) await wait.ConfigureAwait(false);
        if (dead) return false;
        if (controlLength > 0) output.Write(control.AsSpan(0, controlLength));
        controlLength = 0;
        return !stuck;
    }

    private bool TryBegin()
    {
        lock (gate)
        {
            if (busy || dead)
            {
                again = true;
                return false;
            }

            return busy = true;
        }
    }

    private void Run()
    {
        try
        {
            for (var round = 0; round < RoundsAtOnce; round++)
            {
                if (!WriteRound()) return;
                var flush = output.FlushAsync();
                if (!flush.IsCompletedSuccessfully)
                {
                    lock (gate)
                    {
                        flushing = true;
                        if (stopping) output.CancelPendingFlush();
                    }

                    pumping = FinishAsync(flush);
                    return;
                }

                if (flush.Result.IsCompleted)
                {
                    Die();
                    return;
                }
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        catch (Exception fault)
        {
            Die();
            connection.OnFault(fault);
        }
    }

    /// <summary>Fills the pipe with what is ready; false when there was nothing and the busy mark is given back.</summary>
    private bool WriteRound()
    {
        while (true)
        {
            var wrote = false;
            lock (gate)
            {
                again = false;
                if (stopping)
                {
                    Rest();
                    return false;
                }

                if (controlLength > 0)
                {
                    output.Write(control.AsSpan(0, controlLength));
                    controlLength = 0;
                    if (control.Length > 4096) control = [];
                    room?.TrySetResult();
                    room = null;
                    wrote = true;
                }
            }

            if (Live) wrote |= connection.WriteDeliveries(output);
            if (wrote) return true;
            lock (gate)
            {
                if (again) continue;
                Rest();
                return false;
            }
        }
    }

    private async Task FinishAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            var result = await flush.ConfigureAwait(false);
            lock (gate) flushing = false;
            if (result.IsCompleted) Die();
            else Run();
        }
        catch (Exception fault)
        {
            Die();
            connection.OnFault(fault);
        }
    }

    private void Die()
    {
        lock (gate)
        {
            dead = true;
            flushing = false;
            room?.TrySetResult();
            Rest();
        }
    }

    /// <summary>Gives the busy mark back, or on to who waits for it in <see cref="StopAsync"/>. Under the gate.</summary>
    private void Rest()
    {
        busy = idle is not null;
        idle?.TrySetResult();
    }
}
