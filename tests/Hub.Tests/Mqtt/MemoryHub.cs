using System.IO.Pipelines;
using System.Net;
using Hub.Mqtt;
using Hub.Mqtt.Server;
using Hub.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Tests.Mqtt;

/// <summary>The endpoint on in-memory pipes and a clock moved by hand.</summary>
internal sealed class MemoryHub : IAsyncDisposable
{
    private readonly List<Task> serving = [];

    public MemoryHub(MqttOptions? options = null, ISessionStore? store = null, ManualClock? clock = null, ILoggerFactory? logs = null, IGatekeeper? gatekeeper = null, IPublishSink? sink = null)
    {
        Clock = clock ?? new ManualClock();
        Endpoint = new MqttEndpoint(options ?? new MqttOptions(), gatekeeper ?? Gatekeeper, sink ?? Sink, Clock, logs ?? NullLoggerFactory.Instance, store);
    }

    public ManualClock Clock { get; }

    public TestSink Sink { get; } = new();

    public TestGatekeeper Gatekeeper { get; } = new();

    public MqttEndpoint Endpoint { get; }

    /// <summary>Opens a connection; nothing is sent yet.</summary>
    public RawPeer Dial(IPAddress? address = null)
    {
        var up = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var down = new Pipe(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        var peer = new RawPeer(down.Reader, up.Writer);
        serving.Add(Endpoint.ServeAsync(new Peer(new Ends(up.Reader, down.Writer), () =>
        {
            peer.Aborted = true;
            down.Writer.Complete();
            up.Reader.Complete();
        }) { Address = address ?? IPAddress.Loopback }));
        return peer;
    }

    /// <summary>Opens a connection, sends CONNECT and takes its CONNACK.</summary>
    public async Task<RawPeer> ConnectAsync(string id, int version = 5, bool clean = true, byte[]? properties = null, ushort keepAlive = 60, bool? present = false, byte[]? will = null, byte flags = 0)
    {
        var peer = Dial();
        peer.Version = version;
        await peer.SendAsync(Packet.Connect(id, version, clean, properties, keepAlive, will, flags));
        var answer = await peer.ReadAsync();
        Assert.Equal(0x20, answer[0]);
        Assert.Equal(0, answer[3]);
        if (present is { } expected) Assert.Equal(expected ? 1 : 0, answer[2]);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.StopAsync().WaitAsync(RawPeer.Patience);
        var all = Task.WhenAll(serving);

        // Connections that linger wait on the clock; each may get there a moment later.
        while (!all.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(all, Task.Run(static () => { }));
        }

        await all;
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
