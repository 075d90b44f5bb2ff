using System.Net;
using Hub.Ingest;
using Hub.Tests.Mqtt;

namespace Hub.Tests.Ingest;

/// <summary>Who may do what, as a client of either version reads it on the wire.</summary>
public sealed class DoorWireTests : IAsyncDisposable
{
    private readonly Door _door = new();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Theory]
    [InlineData(4, "alarm-1", "alarm-secret", 0)]
    [InlineData(4, "alarm-1", "wrong", 4)]
    [InlineData(4, "nobody", "wrong", 4)]
    [InlineData(4, "old-1", "old-secret", 5)]
    [InlineData(5, "alarm-1", "alarm-secret", 0)]
    [InlineData(5, "alarm-1", "wrong", 0x86)]
    [InlineData(5, "nobody", "wrong", 0x86)]
    [InlineData(5, "old-1", "old-secret", 0x8A)]
    public async Task Signing_in(int version, string user, string password, byte code)
    {
        await using var hub = Open();
        Assert.Equal(code, (await SignInAsync(hub, version, user, password)).Code);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 0x87)]
    public async Task Without_a_name_nobody_gets_in(int version, byte code)
    {
        await using var hub = Open();
        var peer = hub.Dial();
        peer.Version = version;
        await peer.SendAsync(Packet.Connect("anybody", version));
        Assert.Equal(code, (await peer.ReadAsync())[3]);
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(5, 0x9F)]
    public async Task From_an_address_that_is_shut(int version, byte code)
    {
        _door.Options.SignIn = new SignInOptions { FreeFailures = 100, LockFailures = 3 };
        await using var hub = Open();
        for (var guess = 0; guess < 3; guess++) await SignInAsync(hub, version, "alarm-1", "guess", "198.51.100.7");
        Assert.Equal(code, (await SignInAsync(hub, version, "alarm-1", "alarm-secret", "198.51.100.7")).Code);
        Assert.Equal(0, (await SignInAsync(hub, version, "alarm-1", "alarm-secret", "203.0.113.9")).Code);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Publishing_under_ones_own_id_under_a_childs_and_elsewhere(int version)
    {
        await using var hub = Open();
        var (gateway, _) = await SignInAsync(hub, version, "gw-1", "gw-secret");
        await gateway.SendAsync(
            Packet.Publish(version, "hub/v1/gw-1/status", "online", qos: 1, id: 1),
            Packet.Publish(version, $"hub/v1/{Door.Known}/status", "online", qos: 1, id: 2),
            Packet.Publish(version, "hub/v1/alarm-1/status", "online", qos: 1, id: 3),
            Packet.Publish(version, "hub/v1/hub/status", "online", qos: 2, id: 4));

        // 3.1.1 has no word for a refusal here: the message is acknowledged, dropped and counted.
        byte refused = version == 5 ? (byte)0x87 : (byte)0;
        await gateway.ExpectAsync(Packet.PubAck(1), Packet.PubAck(2), Packet.PubAck(3, refused), Packet.PubRec(4, refused));
        Assert.Equal(["gw-1 online=1", "shed-1-port-01 online=1"], _door.Drain().Order(StringComparer.Ordinal));
        Assert.Equal(2, _door.Ledger.Snapshot().Rejected["not-authorized"]);
        Assert.True(_door.Ledger.Snapshot().Balanced);
    }

    [Theory]
    [InlineData(4, 0x80)]
    [InlineData(5, 0x87)]
    public async Task Subscribing_to_ones_own_commands_to_a_childs_and_elsewhere(int version, byte refused)
    {
        await using var hub = Open();
        var (gateway, _) = await SignInAsync(hub, version, "gw-1", "gw-secret");
        await gateway.SendAsync(Packet.Subscribe(version, 1, null,
            ("hub/v1/gw-1/cmd", 1), ($"hub/v1/{Door.Known}/cmd", 1), ("hub/v1/alarm-1/cmd", 1), ("hub/v1/+/cmd", 1), ("$share/g/hub/v1/alarm-1/cmd", 1), ("#", 0), ("$SYS/#", 0)));
        await gateway.ExpectAsync(Packet.SubAck(version, 1, 1, 1, refused, refused, refused, refused, refused));
    }

    private MemoryHub Open() =>
        new(clock: _door.Clock, gatekeeper: new Gatekeeper(_door.Registry, null, _door.Front, _door.Options, _door.Clock), sink: _door.Sink);

    private static async Task<(RawPeer Peer, byte Code)> SignInAsync(MemoryHub hub, int version, string user, string password, string address = "127.0.0.1")
    {
        var peer = hub.Dial(IPAddress.Parse(address));
        peer.Version = version;
        await peer.SendAsync(Packet.Connect("client", version, rest: Packet.Join(Packet.Text(user), Packet.Text(password)), flags: 0xC0));
        return (peer, (await peer.ReadAsync())[3]);
    }
}
