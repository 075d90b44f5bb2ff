using System.Text;
using System.Threading.Channels;
using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

public class MqttClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

#pragma warning disable RS0030 // Sockets live in real time.
    private static TimeProvider Clock => TimeProvider.System;
#pragma warning restore RS0030

    private static MqttClient NewClient(LoopbackHub hub, MqttVersion version, string id = "", bool clean = true, bool manual = false, int window = 100) =>
        new(new MqttClientOptions { Broker = hub.Address, Version = version, ClientId = id, CleanStart = clean, ManualAcknowledge = manual, Window = window, FirstPauseMilliseconds = 20 }, Clock);

    [Theory]
    [InlineData(MqttVersion.V311, Qos.AtMostOnce)]
    [InlineData(MqttVersion.V311, Qos.AtLeastOnce)]
    [InlineData(MqttVersion.V311, Qos.ExactlyOnce)]
    [InlineData(MqttVersion.V5, Qos.AtMostOnce)]
    [InlineData(MqttVersion.V5, Qos.AtLeastOnce)]
    [InlineData(MqttVersion.V5, Qos.ExactlyOnce)]
    public async Task What_one_client_publishes_another_receives_in_order(MqttVersion version, Qos qos)
    {
        await using var hub = await LoopbackHub.StartAsync();
        await using var subscriber = NewClient(hub, version);
        var received = Channel.CreateUnbounded<MqttMessage>();
        subscriber.OnMessage = (message, stop) => received.Writer.WriteAsync(message, stop);
        await subscriber.ConnectAsync(Stop);
        Assert.Equal((ReasonCode)qos, await subscriber.SubscribeAsync("a/+", qos, Stop));

        await using var publisher = NewClient(hub, version);
        await publisher.ConnectAsync(Stop);
        var sent = Enumerable.Range(0, 500).Select(i => publisher.PublishAsync("a/b", Encoding.UTF8.GetBytes($"{i}"), qos, stop: Stop).AsTask()).ToArray();
        Assert.All(await Task.WhenAll(sent), reason => Assert.Equal(ReasonCode.Success, reason));

        for (var i = 0; i < 500; i++)
        {
            var message = await received.Reader.ReadAsync(Stop);
            Assert.Equal(("a/b", $"{i}", qos), (message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.Qos));
        }
    }

    [Fact]
    public async Task A_message_not_acknowledged_by_hand_comes_again_on_the_next_connection()
    {
        await using var hub = await LoopbackHub.StartAsync();
        var received = Channel.CreateUnbounded<MqttMessage>();
        await using (var first = NewClient(hub, MqttVersion.V5, "worker", clean: false, manual: true))
        {
            first.OnMessage = (message, stop) => received.Writer.WriteAsync(message, stop);
            await first.ConnectAsync(Stop);
            await first.SubscribeAsync("jobs", Qos.AtLeastOnce, Stop);
            hub.Endpoint.Publish("jobs", "one"u8, Qos.AtLeastOnce);
            hub.Endpoint.Publish("jobs", "two"u8, Qos.AtLeastOnce);
            var one = await received.Reader.ReadAsync(Stop);
            await received.Reader.ReadAsync(Stop);
            first.Acknowledge(one);
        }

        await using var second = NewClient(hub, MqttVersion.V5, "worker", clean: false, manual: true);
        second.OnMessage = (message, stop) => received.Writer.WriteAsync(message, stop);
        await second.ConnectAsync(Stop);
        Assert.True(second.SessionPresent);
        var again = await received.Reader.ReadAsync(Stop);
        Assert.True(again.Dup);
        Assert.Equal("two", Encoding.UTF8.GetString(again.Payload.Span));
    }

    [Fact]
    public async Task A_client_whose_connection_is_cut_reconnects_and_delivers_everything()
    {
        await using var hub = await LoopbackHub.StartAsync();
        await using var client = NewClient(hub, MqttVersion.V5, "cut", clean: false, window: 10);
        var ups = Channel.CreateUnbounded<bool>();
        client.OnConnection = up => ups.Writer.TryWrite(up);
        await client.ConnectAsync(Stop);
        Assert.True(await ups.Reader.ReadAsync(Stop));

        // The disk holds the acknowledgements back, then the connection is taken over by a namesake.
        hub.Sink.Disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = Enumerable.Range(0, 30).Select(i => client.PublishAsync("t", Encoding.UTF8.GetBytes($"{i}"), stop: Stop).AsTask()).ToArray();
        while (hub.Sink.Accepted.Count == 0) await Task.Yield();
        var disk = hub.Sink.Disk;
        hub.Sink.Disk = null;
        await using var rival = new MqttClient(new MqttClientOptions { Broker = hub.Address, ClientId = "cut", CleanStart = false, Reconnect = false }, Clock);
        var rivalConnects = rival.ConnectAsync(Stop);
        disk.SetResult();
        await rivalConnects;
        await Task.WhenAll(sending);
        var bodies = hub.Sink.Accepted.Select(a => a.Body).ToHashSet();
        Assert.Superset(Enumerable.Range(0, 30).Select(i => $"{i}").ToHashSet(), bodies);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_named_in_the_error()
    {
        await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri("mqtt://127.0.0.1:1"), Reconnect = false }, Clock);
        var fault = await Assert.ThrowsAsync<MqttClientException>(() => client.ConnectAsync(Stop));
        Assert.Contains("127.0.0.1:1", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_refused_password_is_told_with_its_reason(MqttVersion version)
    {
        await using var hub = await LoopbackHub.StartAsync();
        hub.Gatekeeper.Connect = request => request.UserName == "u" && request.Password.Span.SequenceEqual("wrong"u8) ? ReasonCode.BadUserNameOrPassword : ReasonCode.Success;
        await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtt://u:wrong@127.0.0.1:{hub.Port}"), Version = version }, Clock);
        var fault = await Assert.ThrowsAsync<MqttClientException>(() => client.ConnectAsync(Stop));
        Assert.Equal(ReasonCode.BadUserNameOrPassword, fault.Reason);
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Messages_travel_over_a_web_socket_both_ways(MqttVersion version)
    {
        await using var hub = await LoopbackHub.StartAsync();
        await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"ws://u:p@127.0.0.1:{hub.WebPort}/mqtt"), Version = version, ClientId = "web" }, Clock);
        var received = Channel.CreateUnbounded<MqttMessage>();
        client.OnMessage = (message, stop) => received.Writer.WriteAsync(message, stop);
        await client.ConnectAsync(Stop);
        await client.SubscribeAsync("t", Qos.ExactlyOnce, Stop);
        await client.PublishAsync("t", new byte[100_000], Qos.ExactlyOnce, stop: Stop);
        Assert.Equal(100_000, (await received.Reader.ReadAsync(Stop)).Payload.Length);
    }

    [Fact]
    public async Task A_message_larger_than_the_broker_takes_is_refused_here_and_costs_no_connection()
    {
        await using var hub = await LoopbackHub.StartAsync(new MqttOptions { PacketBytes = 1000 });
        await using var client = NewClient(hub, MqttVersion.V5);
        await client.ConnectAsync(Stop);
        foreach (var qos in new[] { Qos.AtMostOnce, Qos.AtLeastOnce, Qos.ExactlyOnce })
            Assert.Equal(ReasonCode.PacketTooLarge, await client.PublishAsync("t", new byte[1000], qos, stop: Stop));
        Assert.Equal(ReasonCode.NoMatchingSubscribers, await client.PublishAsync("t", new byte[900], stop: Stop));
        Assert.Equal(1, hub.Endpoint.Statistics.ConnectionsTotal);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x20, 2, 0, 1 })]
    [InlineData(new byte[] { 0x20, 3, 0, 0x84, 0 })]
    public async Task A_broker_that_does_not_know_version_5_is_asked_in_3_1_1(byte[] refusal)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await using var client = new MqttClient(
            new MqttClientOptions { Broker = new Uri($"mqtt://{listener.LocalEndpoint}"), FallBack = true, FirstPauseMilliseconds = 1 }, Clock);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.OnConnection = connected => { if (connected) up.TrySetResult(); };
        client.Start();

        // 5 is refused; 3.1.1 is lost before it is answered, so 5 has its turn again.
        foreach (var (level, answer) in new[] { (5, refusal), (4, []), (5, refusal), (4, new byte[] { 0x20, 2, 0, 0 }) })
        {
            var peer = await listener.AcceptTcpClientAsync(Stop);
            var head = new byte[9];
            await peer.GetStream().ReadExactlyAsync(head, Stop);
            Assert.Equal(level, head[8]);
            await peer.GetStream().WriteAsync(answer, Stop);
            if (answer is not [0x20, 2, 0, 0]) peer.Dispose();
        }

        await up.Task.WaitAsync(RawPeer.Patience, Stop);
        Assert.Equal(MqttVersion.V311, client.Version);
        Assert.False(client.SharesAvailable);
    }
}
