using System.Net.Sockets;
using System.Net.WebSockets;

namespace Hub.Tests.Mqtt;

public class WebSocketTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<ClientWebSocket> DialAsync(LoopbackHub hub, string? protocol = "mqtt")
    {
        var socket = new ClientWebSocket();
        if (protocol is not null) socket.Options.AddSubProtocol(protocol);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{hub.WebPort}/mqtt"), Stop);
        return socket;
    }

    private static async Task ExpectAsync(ClientWebSocket socket, byte[] packet)
    {
        var buffer = new byte[packet.Length];
        var have = 0;
        while (have < buffer.Length)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(have), Stop).AsTask().WaitAsync(RawPeer.Patience, Stop);
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            have += received.Count;
        }

        Assert.Equal(Convert.ToHexString(packet), Convert.ToHexString(buffer));
    }

    [Fact]
    public async Task Packets_may_be_cut_across_binary_frames()
    {
        await using var hub = await LoopbackHub.StartAsync();
        using var socket = await DialAsync(hub);
        Assert.Equal("mqtt", socket.SubProtocol);
        var stream = Packet.Join(Packet.Connect("web", 4), Packet.Subscribe(4, 1, null, ("t", 1)), Packet.Publish(4, "t", "hello", 1, 2));
        foreach (var chunk in stream.Chunk(3)) await socket.SendAsync(chunk, WebSocketMessageType.Binary, endOfMessage: true, Stop);
        await ExpectAsync(socket, Packet.Join([0x20, 2, 0, 0], Packet.SubAck(4, 1, 1), Packet.Publish(4, "t", "hello", 1, 1), Packet.PubAck(2)));
        await socket.SendAsync(Packet.Bye, WebSocketMessageType.Binary, endOfMessage: true, Stop);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop).WaitAsync(RawPeer.Patience, Stop);
    }

    [Fact]
    public async Task A_text_frame_ends_the_connection()
    {
        await using var hub = await LoopbackHub.StartAsync();
        using var socket = await DialAsync(hub);
        await socket.SendAsync(Packet.Connect("web", 4), WebSocketMessageType.Text, endOfMessage: true, Stop);
        var received = await socket.ReceiveAsync(new byte[10].AsMemory(), Stop).AsTask().WaitAsync(RawPeer.Patience, Stop);
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, socket.CloseStatus);
    }

    [Fact]
    public async Task Without_the_subprotocol_nothing_is_served()
    {
        await using var hub = await LoopbackHub.StartAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => DialAsync(hub, protocol: null));
    }

    [Fact]
    public async Task A_client_that_still_sends_reads_why_it_was_put_out()
    {
        await using var hub = await LoopbackHub.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", hub.Port, Stop);
        var stream = client.GetStream();
        await stream.WriteAsync(Packet.Connect("talker"), Stop);
        var answer = new byte[64];
        Assert.True(await stream.ReadAsync(answer, Stop) > 4);
        await stream.WriteAsync(Packet.Publish(5, "a/+", "x"), Stop);
        for (var i = 0; i < 50; i++) await stream.WriteAsync(Packet.Publish(5, "t", new string('x', 1000)), Stop);
        var goodbye = new byte[3];
        await stream.ReadExactlyAsync(goodbye, Stop).AsTask().WaitAsync(RawPeer.Patience, Stop);
        Assert.Equal([0xE0, 1, 0x82], goodbye);
        Assert.Equal(0, await stream.ReadAsync(answer, Stop).AsTask().WaitAsync(RawPeer.Patience, Stop));
    }
}
