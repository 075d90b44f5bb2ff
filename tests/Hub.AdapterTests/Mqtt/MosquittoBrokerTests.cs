using System.Text;
using System.Threading.Channels;
using Hub.AdapterTests.Support;
using Hub.Mqtt;

namespace Hub.AdapterTests.Mqtt;

/// <summary>Our client against somebody else's broker.</summary>
public sealed class MosquittoBrokerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Messages_acknowledged_by_hand_are_complete_across_a_restart_of_the_broker(MqttVersion version)
    {
        await using var broker = new MosquittoServer(Directory.CreateTempSubdirectory("hub-mosquitto-").FullName);
        await broker.StartAsync();
        await using var source = NewClient(broker, "source", version, manual: true);
        var received = Channel.CreateUnbounded<MqttMessage>();
        source.OnMessage = (message, stop) => received.Writer.WriteAsync(message, stop);
        await source.ConnectAsync(Stop);

        // Not shared: mosquitto 2.0.11 forgets shared subscriptions when it restarts, and what comes before they are asked for again is lost.
        Assert.Equal(ReasonCode.GrantedQos1, await source.SubscribeAsync("s/#", Qos.AtLeastOnce, Stop));
        await using var sender = NewClient(broker, "sender", version, manual: false);
        await sender.ConnectAsync(Stop);

        var sending = SendAsync(sender, 0, 300);
        var seen = new HashSet<string>();
        while (seen.Count < 100) Take(await received.Reader.ReadAsync(Stop));
        await broker.StopAsync();
        await broker.StartAsync();
        await sending;
        while (seen.Count < 300) Take(await received.Reader.ReadAsync(Stop));

        void Take(MqttMessage message)
        {
            seen.Add(Encoding.UTF8.GetString(message.Payload.Span));
            source.Acknowledge(message);
        }
    }

    private static async Task SendAsync(MqttClient sender, int from, int to)
    {
        for (var i = from; i < to; i++) await sender.PublishAsync("s/t", Encoding.UTF8.GetBytes($"{i}"), Qos.AtLeastOnce, stop: Stop);
    }

    private static MqttClient NewClient(MosquittoServer broker, string id, MqttVersion version, bool manual) =>
        new(new MqttClientOptions { Broker = broker.Address, ClientId = id, Version = version, CleanStart = false, ManualAcknowledge = manual, FirstPauseMilliseconds = 50 }, Patience.Real);
}
