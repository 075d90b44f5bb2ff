using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Hub.Tests.Support;

/// <summary>A small SignalR client over a WebSocket, JSON protocol: invoke, stream, and what the server calls.</summary>
/// <remarks>Message types of the protocol: 1 call, 2 stream item, 3 completion, 4 stream call, 6 ping, 7 close; each ends with U+001E.</remarks>
public sealed class SignalRClient : IAsyncDisposable
{
    private const byte Separator = 0x1E;

    private readonly WebSocket socket;
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<(string Target, JsonNode? Argument)> calls = Channel.CreateUnbounded<(string, JsonNode?)>();
    private readonly Dictionary<string, Channel<JsonNode>> streams = [];
    private readonly Lock gate = new();
    private readonly Task reading;
    private int ids;

    private SignalRClient(WebSocket socket)
    {
        this.socket = socket;
        reading = ReadAsync();
    }

    /// <summary>What the server called on us, in order.</summary>
    public ChannelReader<(string Target, JsonNode? Argument)> Calls => calls.Reader;

    /// <summary>Connects to a hub, such as <c>ws://127.0.0.1:8080/hubs/cases?access_token=…</c>.</summary>
    public static async Task<SignalRClient> ConnectAsync(Uri address, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, cancel);
        return await OpenAsync(socket, cancel);
    }

    /// <summary>Shakes hands over a socket that is connected already.</summary>
    public static async Task<SignalRClient> OpenAsync(WebSocket socket, CancellationToken cancel)
    {
        await SendAsync(socket, """{"protocol":"json","version":1}""", cancel);
        var answer = new byte[512];
        var length = 0;
        do length += (await socket.ReceiveAsync(answer.AsMemory(length), cancel)).Count;
        while (answer[length - 1] != Separator);
        var said = Encoding.UTF8.GetString(answer, 0, length - 1);
        return said == "{}" ? new SignalRClient(socket) : throw new InvalidOperationException("the hub refused: " + said);
    }

    /// <summary>Starts a server stream and hands over its items until it ends or the caller stops listening.</summary>
    public async IAsyncEnumerable<JsonNode> StreamAsync(
        string method, object?[] arguments, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref ids).ToString();
        var items = Channel.CreateUnbounded<JsonNode>();
        lock (gate) streams[id] = items;
        await SendAsync(socket, JsonSerializer.Serialize(new { type = 4, invocationId = id, target = method, arguments }), cancel);
        await foreach (var item in items.Reader.ReadAllAsync(cancel)) yield return item;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        stop.Dispose();
    }

    private static Task SendAsync(WebSocket socket, string message, CancellationToken cancel) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + (char)Separator), WebSocketMessageType.Text, true, cancel);

    private async Task ReadAsync()
    {
        Exception? end = null;
        try
        {
            var (buffer, pending) = (new byte[64 * 1024], new List<byte>());
            while (!stop.IsCancellationRequested)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), stop.Token);
                if (read.MessageType == WebSocketMessageType.Close) break;
                foreach (var b in buffer.AsSpan(0, read.Count))
                {
                    if (b != Separator)
                    {
                        pending.Add(b);
                        continue;
                    }

                    Take(JsonNode.Parse(pending.ToArray())!);
                    pending.Clear();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            end = e is OperationCanceledException ? null : e;
        }

        calls.Writer.TryComplete(end);
        lock (gate)
            foreach (var (_, stream) in streams) stream.Writer.TryComplete(end);
    }

    private void Take(JsonNode message)
    {
        var type = (int)message["type"]!;
        if (type == 1) calls.Writer.TryWrite(((string)message["target"]!, message["arguments"]?[0]?.DeepClone()));
        if (type is not (2 or 3)) return;
        Channel<JsonNode> stream;
        lock (gate) stream = streams[(string)message["invocationId"]!];
        if (type == 2) stream.Writer.TryWrite(message["item"]!.DeepClone());
        else stream.Writer.TryComplete(message["error"] is { } error ? new InvalidOperationException((string)error!) : null);
    }
}
