using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Hub.Mqtt.Server;

/// <summary>Carries MQTT over a WebSocket: a packet may be cut into any frames, but only binary ones [MQTT-6.0.0-1], [MQTT-6.0.0-2].</summary>
internal sealed class WebSocketPipe : IDuplexPipe
{
    private readonly WebSocket socket;
    private readonly Pipe incoming = new();
    private readonly Pipe outgoing = new();
    private WebSocketCloseStatus farewell = WebSocketCloseStatus.NormalClosure;

    private readonly TimeProvider clock;

    public WebSocketPipe(WebSocket socket, TimeProvider clock)
    {
        this.socket = socket;
        this.clock = clock;
    }

    public PipeReader Input => incoming.Reader;

    public PipeWriter Output => outgoing.Writer;

    /// <summary>Moves bytes both ways until <paramref name="serving"/> is done and all it wrote is sent.</summary>
    public async Task RunAsync(Task serving, CancellationToken aborted)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var receiving = ReceiveAsync(ending.Token);
        var sending = SendAsync(aborted);
        await serving.ConfigureAwait(false);
        await sending.ConfigureAwait(false);

        // The peer answers our close frame; cut before that, it would see a reset instead of the frame.
        await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(1), clock, ending.Token)).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(false);
    }

    private async Task ReceiveAsync(CancellationToken aborted)
    {
        Exception? fault = null;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(incoming.Writer.GetMemory(1024), aborted).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close) break;
                if (received.MessageType != WebSocketMessageType.Binary)
                {
                    farewell = WebSocketCloseStatus.InvalidMessageType;
                    await incoming.Writer.CompleteAsync(new IOException("a text frame; MQTT takes binary ones only")).ConfigureAwait(false);
                    await SkipAsync(aborted).ConfigureAwait(false);
                    return;
                }

                incoming.Writer.Advance(received.Count);
                var flushed = await incoming.Writer.FlushAsync(aborted).ConfigureAwait(false);
                if (!flushed.IsCompleted) continue;
                await SkipAsync(aborted).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            fault = gone as IOException ?? new IOException("the WebSocket is gone", gone);
        }

        await incoming.Writer.CompleteAsync(fault).ConfigureAwait(false);
    }

    private async Task SkipAsync(CancellationToken aborted)
    {
        var waste = new byte[1024];
        while ((await socket.ReceiveAsync(waste.AsMemory(), aborted).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
        {
            // Nothing more is read, but the close frame is waited for.
        }
    }

    private async Task SendAsync(CancellationToken aborted)
    {
        Exception? fault = null;
        try
        {
            while (true)
            {
                var result = await outgoing.Reader.ReadAsync(aborted).ConfigureAwait(false);
                foreach (var part in result.Buffer)
                {
                    if (!part.IsEmpty) await socket.SendAsync(part, WebSocketMessageType.Binary, endOfMessage: true, aborted).ConfigureAwait(false);
                }

                outgoing.Reader.AdvanceTo(result.Buffer.End);
                if (!result.IsCompleted) continue;
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(farewell, null, aborted).ConfigureAwait(false);
                break;
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            fault = gone as IOException ?? new IOException("the WebSocket is gone", gone);
        }

        await outgoing.Reader.CompleteAsync(fault).ConfigureAwait(false);
    }
}
