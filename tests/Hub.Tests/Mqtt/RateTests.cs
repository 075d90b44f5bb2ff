using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

/// <summary>Who publishes too fast is slowed, then put out, then kept out for a while; nobody else notices.</summary>
public class RateTests
{
    private static readonly MqttOptions limits = new() { PublishRate = 10, PublishBurst = 10, FloodSeconds = 3, QuarantineSeconds = 60 };

    [Theory]
    [InlineData(4, (byte)3)]
    [InlineData(5, (byte)0x97)]
    public async Task Who_presses_on_is_put_out_and_refused_for_a_while(int version, byte refusal)
    {
        await using var hub = new MemoryHub(limits);
        var (quarantine, seconds) = await FloodAsync(hub, "a", version);
        Assert.Equal(60, seconds);
        Assert.Equal(("a", "a", 10), (quarantine.ClientId, quarantine.Principal, quarantine.Rate));
        Assert.Equal(quarantine.Until, hub.Endpoint.QuarantineEnds("a"));
        Assert.Equal(1, hub.Endpoint.Statistics.Quarantined);
        await ExpectRefusedAsync(hub, "a", version, refusal);
        await hub.ConnectAsync("b", version);

        hub.Clock.Advance(TimeSpan.FromSeconds(61));
        await hub.ConnectAsync("a", version);
        Assert.Equal(0, hub.Endpoint.Statistics.Quarantined);
        Assert.Equal(1, hub.Endpoint.Statistics.RefusedConnects()[ReasonCode.QuotaExceeded]);
    }

    [Fact]
    public async Task Each_time_within_an_hour_it_stays_out_twice_as_long_and_may_be_let_in_earlier()
    {
        await using var hub = new MemoryHub(limits);
        Assert.Equal(60, (await FloodAsync(hub, "a")).Seconds);
        hub.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(120, (await FloodAsync(hub, "a")).Seconds);

        Assert.True(hub.Endpoint.Release("a"));
        Assert.False(hub.Endpoint.Release("a"));
        await hub.ConnectAsync("a");
        hub.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(60, (await FloodAsync(hub, "a")).Seconds);
    }

    [Fact]
    public async Task Coming_back_does_not_fill_the_bucket()
    {
        await using var hub = new MemoryHub(limits);
        var first = await hub.ConnectAsync("a");
        await first.SendAsync(Messages(10), Packet.Ping);
        await first.ExpectAsync(Packet.Pong);
        await first.SendAsync(Packet.Bye);
        var second = await hub.ConnectAsync("a");
        await second.SendAsync(Messages(1), Packet.Ping);
        await second.ExpectAsync(Packet.Pong);
        while (hub.Endpoint.Statistics.Throttled == 0) await Task.Yield();
    }

    [Fact]
    public async Task All_connections_of_one_device_share_its_rate_which_the_gatekeeper_grants()
    {
        await using var hub = new MemoryHub(new MqttOptions { PublishBurst = 10, FloodSeconds = 3 });
        hub.Gatekeeper.Verdict = request => new ConnectVerdict(ReasonCode.Success, request.UserName ?? "meter-1") { Exclusive = true, Rate = 10 };
        var one = await hub.ConnectAsync("one");
        await one.SendAsync(Messages(10), Packet.Ping);
        await one.ExpectAsync(Packet.Pong);
        Assert.Equal(0, hub.Endpoint.Statistics.Throttled);
        var two = await hub.ConnectAsync("two");
        await two.SendAsync(Messages(1), Packet.Ping);
        await two.ExpectAsync(Packet.Pong);
        while (hub.Endpoint.Statistics.Throttled == 0) await Task.Yield();
    }

    [Fact]
    public async Task While_one_is_held_back_the_others_have_their_answers_at_once()
    {
        await using var hub = new MemoryHub(new MqttOptions { PublishRate = 10, PublishBurst = 10, FloodSeconds = 0 });
        var greedy = await hub.ConnectAsync("greedy");
        await greedy.SendAsync(Messages(100));
        while (hub.Endpoint.Statistics.Throttled == 0) await Task.Yield();
        await greedy.SendAsync(Packet.Publish(5, "t", "x", qos: 1, id: 7));
        var held = greedy.ReadAsync();

        // No clock is moved from here on: whoever waited for the greedy one would wait for ever.
        for (var i = 0; i < 20; i++)
        {
            var modest = await hub.ConnectAsync($"modest-{i}");
            await modest.SendAsync(Packet.Publish(5, "t", "x", qos: 1, id: 1));
            Assert.Equal(0x40, (await modest.ReadAsync())[0]);
        }

        Assert.False(held.IsCompleted);
        while (!held.IsCompleted)
        {
            hub.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(held, Task.Run(static () => { }));
        }

        Assert.Equal(0x40, (await held)[0]);
    }

    [Fact]
    public async Task Whose_message_the_sink_cannot_take_yet_delays_nobody_else()
    {
        await using var hub = new MemoryHub();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Sink.Hold = topic => topic == "stuck" ? stuck.Task : Task.CompletedTask;
        var one = await hub.ConnectAsync("one");
        await one.SendAsync(Packet.Publish(5, "stuck", "x", qos: 1, id: 1));
        var waiting = one.ReadAsync();
        var other = await hub.ConnectAsync("other");
        await other.SendAsync(Packet.Publish(5, "free", "x", qos: 1, id: 1));
        Assert.Equal(0x40, (await other.ReadAsync())[0]);
        Assert.False(waiting.IsCompleted);
        stuck.SetResult();
        Assert.Equal(0x40, (await waiting)[0]);
    }

    [Fact]
    public async Task Meters_of_clients_that_are_long_gone_are_let_go()
    {
        await using var hub = new MemoryHub(limits);
        for (var i = 0; i < 500; i++)
        {
            var peer = await hub.ConnectAsync($"c{i}");
            await peer.SendAsync(Messages(5), Packet.Bye);
            await peer.ExpectClosedAsync();
        }

        Assert.Equal(500, hub.Endpoint.MeterCount);
        hub.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, hub.Endpoint.MeterCount);
    }

    // The clock is moved only when the hub waits for it.
    private static async Task<(ClientQuarantine Told, double Seconds)> FloodAsync(MemoryHub hub, string id, int version = 5)
    {
        var told = new List<(ClientQuarantine Told, double Seconds)>();
        Action<ClientQuarantine> note = quarantine => told.Add((quarantine, (quarantine.Until - hub.Clock.GetUtcNow()).TotalSeconds));
        hub.Endpoint.Quarantined += note;
        var peer = await hub.ConnectAsync(id, version, keepAlive: 0);
        var ended = peer.ReadAsync();
        while (!ended.IsCompleted)
        {
            var before = hub.Endpoint.Statistics.Throttled;
            await peer.SendAsync(Messages(20, version));
            while (hub.Endpoint.Statistics.Throttled == before) await Task.Yield();
            if (told.Count == 0) hub.Clock.Advance(TimeSpan.FromSeconds(2));
            else await ended;
        }

        Assert.Equal(version == 5 ? [0xE0, 1, 0x96] : [], await ended);
        hub.Endpoint.Quarantined -= note;
        return Assert.Single(told);
    }

    private static async Task ExpectRefusedAsync(MemoryHub hub, string id, int version, byte code)
    {
        var peer = hub.Dial();
        peer.Version = version;
        await peer.SendAsync(Packet.Connect(id, version));
        Assert.Equal(code, (await peer.ReadAsync())[3]);
    }

    private static byte[] Messages(int count, int version = 5) => Packet.Join([.. Enumerable.Range(0, count).Select(_ => Packet.Publish(version, "t", "x"))]);
}
