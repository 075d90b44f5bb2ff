using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Hub.Mqtt.Packets;

namespace Hub.Mqtt;

/// <summary>One connection of a client: a stream, what waits to be written, and when something was last heard.</summary>
/// <remarks>Any thread may write: bytes are appended under a lock and one loop at a time carries them to the stream.</remarks>
internal sealed class ClientLink : IAsyncDisposable
{
    private const int PacketLimit = 268_435_460;
    private const int RoomLimit = 1 << 20;

    private readonly Stream stream;
    private readonly Lock gate = new();
    private byte[] filling = new byte[4096];
    private byte[] writing = new byte[4096];
    private int filled;
    private bool busy, broken;
    private TaskCompletionSource? room;
    private Task writer = Task.CompletedTask;

    private ClientLink(Stream stream)
    {
        this.stream = stream;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
    }

    public PipeReader Input { get; }

    /// <summary>Timestamp of the last write; any thread.</summary>
    public long LastSent { get; set; }

    /// <summary>Incoming QoS 1 and 2 messages in the order of arrival, for acknowledging in that order [MQTT-4.6.0-2]. Guarded by itself.</summary>
    public Queue<Receipt> Unacknowledged { get; } = new();

    public static async Task<ClientLink> OpenAsync(MqttClientOptions options, CancellationToken stop)
    {
        var secure = options.Broker.Scheme is "mqtts" or "ssl" or "tls";
        if (options.Broker.Scheme is "ws" or "wss") return new ClientLink(await OpenWebSocketAsync(options, stop).ConfigureAwait(false));
        if (!secure && options.Broker.Scheme is not ("mqtt" or "tcp")) throw new MqttClientException($"'{options.Broker.Scheme}' is no transport of this client: use mqtt://, mqtts://, ws:// or wss://");
        var port = options.Broker.Port > 0 ? options.Broker.Port : secure ? 8883 : 1883;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Broker.Host, port, stop).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (secure) stream = await SecureAsync(stream, options, stop).ConfigureAwait(false);
            return new ClientLink(stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Appends a packet and sees that it is written soon.</summary>
    public void Send(ReadOnlySpan<byte> packet) => Send(packet, default);

    /// <summary>Appends a packet in two pieces.</summary>
    public void Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        lock (gate)
        {
            if (broken) return;
            var needed = filled + head.Length + tail.Length;
            if (filling.Length < needed) Array.Resize(ref filling, Math.Max(needed, filling.Length * 2));
            head.CopyTo(filling.AsSpan(filled));
            tail.CopyTo(filling.AsSpan(filled + head.Length));
            filled = needed;
            if (busy) return;
            busy = true;
        }

        writer = Task.Run(WriteAsync);
    }

    /// <summary>Completes when little waits to be written.</summary>
    public Task RoomAsync()
    {
        lock (gate)
        {
            if (filled < RoomLimit || broken) return Task.CompletedTask;
            return (room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Reads packets until the connection ends; each is handled before the next is read.</summary>
    public async Task ReadAsync(Func<Frame, ValueTask> handle, CancellationToken stop)
    {
        while (true)
        {
            var result = await Input.ReadAsync(stop).ConfigureAwait(false);
            if (result.IsCanceled) throw new IOException("the broker has been silent for one and a half times the keep alive");
            var buffer = result.Buffer;
            while (Frame.TryRead(ref buffer, PacketLimit, out var frame))
            {
                var handling = handle(frame);
                if (!handling.IsCompletedSuccessfully) await handling.ConfigureAwait(false);
            }

            Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return;
        }
    }

    /// <summary>Waits until what was sent is with the kernel.</summary>
    public async Task FlushAsync(CancellationToken stop)
    {
        while (true)
        {
            Task current;
            lock (gate)
            {
                if (!busy || broken) return;
                current = writer;
            }

            await current.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        Break();
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                int count;
                lock (gate)
                {
                    count = filled;
                    if (count == 0 || broken)
                    {
                        busy = false;
                        return;
                    }

                    (filling, writing) = (writing, filling);
                    filled = 0;
                    room?.TrySetResult();
                    room = null;
                }

                await stream.WriteAsync(writing.AsMemory(0, count)).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The reading side sees the same and tells why.
            Break();
        }
    }

    private void Break()
    {
        lock (gate)
        {
            broken = true;
            busy = false;
            room?.TrySetResult();
        }
    }

    private static async Task<Stream> SecureAsync(Stream inner, MqttClientOptions options, CancellationToken stop)
    {
        var secure = new SslStream(inner);
        var settings = new SslClientAuthenticationOptions { TargetHost = options.Broker.Host };
        if (options.Certificate is not null) settings.ClientCertificates = [options.Certificate];
        if (options.AcceptAnyCertificate) settings.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        settings.CertificateChainPolicy = Trust(options);
        await secure.AuthenticateAsClientAsync(settings, stop).ConfigureAwait(false);
        return secure;
    }

    /// <summary>Bytes of packets in binary frames, cut anywhere.</summary>
    private static async Task<Stream> OpenWebSocketAsync(MqttClientOptions options, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("mqtt");
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.CertificateChainPolicy = Trust(options);
            if (options.Certificate is not null) handler.SslOptions.ClientCertificates = [options.Certificate];
            if (options.AcceptAnyCertificate) handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);

            // User and password of the address are for CONNECT, not for the web server.
            await socket.ConnectAsync(new UriBuilder(options.Broker) { UserName = "", Password = "" }.Uri, invoker, stop).ConfigureAwait(false);
            return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static X509ChainPolicy? Trust(MqttClientOptions options)
    {
        if (options.Authority is null && options.Authorities.Count == 0) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        if (options.Authority is not null) policy.CustomTrustStore.Add(options.Authority);
        policy.CustomTrustStore.AddRange(options.Authorities);
        return policy;
    }
}
