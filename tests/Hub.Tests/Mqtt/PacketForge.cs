namespace Hub.Tests.Mqtt;

/// <summary>Packets that keep to the standard, by the throw of a die: every kind a client may send, with every property that may stand in it.</summary>
internal sealed class PacketForge(Random random, int version)
{
    private static readonly string[] topics = ["a", "a/b", "a//b", "/", "$data/x", "长/名", "a/b/c/d/e/f"];
    private static readonly string[] filters = ["#", "+/b", "a/#", "a/+/#", "$share/g/a/#", "$share/h/+", "/", "$data/+", "长/+", "a//+"];

    /// <summary>CONNECT of one of a few clients, with or without will, user name and password.</summary>
    public byte[] Connect()
    {
        var will = random.Next(3) == 0;
        var user = random.Next(4) == 0;
        var password = random.Next(4) == 0 && (user || version == 5);
        var flags = (will ? 0x04 | (random.Next(3) << 3) | (random.Next(2) << 5) : 0) | (user ? 0x80 : 0) | (password ? 0x40 : 0);
        byte[] rest =
        [
            .. will ? Packet.Will(version, Topic(), "gone", Some(Message(), [0x18, 0, 0, 0, (byte)random.Next(3)])) : [],
            .. user ? Packet.Text("user") : [],
            .. password ? Packet.Data([1, 2, 3]) : [],
        ];
        byte[] properties = Some(
            [0x11, 0, 0, 0, (byte)random.Next(9)], [0x21, 0, (byte)random.Next(1, 4)], [0x27, 0, 0, (byte)random.Next(1, 3), 0],
            [0x22, 0, (byte)random.Next(4)], [0x17, (byte)random.Next(2)], [0x19, (byte)random.Next(2)], Packet.UserProperty("k", "v"));
        return Packet.Connect($"fuzz-{random.Next(4)}", version, random.Next(3) == 0, properties, (ushort)random.Next(0, 3000), rest, (byte)flags);
    }

    /// <summary>Anything a connected client may send.</summary>
    public byte[] Next() => random.Next(16) switch
    {
        < 5 => Publish(),
        5 => Ack(0x40, 0x10, 0x80),
        6 => Ack(0x50, 0x10, 0x97),
        7 => Ack(0x62, 0x92, 0x92),
        8 => Ack(0x70, 0x92, 0x92),
        < 12 => Subscribe(),
        12 => Packet.Of(0xA2, Packet.U16(Id()), Properties(User()), Packet.Join([.. Several(() => Packet.Text(filters[random.Next(filters.Length)]))])),
        13 => Packet.Ping,
        14 when random.Next(4) == 0 => version == 5 ? Packet.Of(0xE0, [(byte)(random.Next(2) * 4)], Properties(Some([0x1F, 0, 1, 0x78], User()))) : Packet.Bye,
        _ => Publish(),
    };

    private byte[] Publish()
    {
        var qos = random.Next(3);
        var properties = Message();
        if (version == 5 && random.Next(3) == 0) properties = [.. properties, 0x23, 0, (byte)random.Next(1, 5)];
        return Packet.Publish(version, Topic(), new string('x', random.Next(3) == 0 ? random.Next(600) : random.Next(3)), qos, Id(), random.Next(3) == 0, qos > 0 && random.Next(3) == 0, properties);
    }

    private byte[] Subscribe() => Packet.Of(
        0x82,
        Packet.U16(Id()),
        Properties(Some([0x0B, (byte)random.Next(1, 100)], User())),
        Packet.Join([.. Several(() =>
        {
            var filter = filters[random.Next(filters.Length)];
            var shared = filter.StartsWith("$share", StringComparison.Ordinal);
            return Packet.Join(Packet.Text(filter), [(byte)(random.Next(3) | (version < 5 ? 0 : (shared ? 0 : random.Next(2) << 2) | (random.Next(2) << 3) | (random.Next(3) << 4)))]);
        })]));

    private byte[] Ack(int first, byte good, byte bad) => version < 5 || random.Next(2) == 0
        ? Packet.Of(first, Packet.U16(Id()))
        : Packet.Of(first, Packet.U16(Id()), [random.Next(3) switch { 0 => (byte)0, 1 => good, _ => bad }], random.Next(2) == 0 ? [] : Properties(Some([0x1F, 0, 1, 0x78], User(), User())));

    private byte[] Message() => Some([0x01, (byte)random.Next(2)], [0x02, 0, 0, 0, (byte)random.Next(4)], [0x03, 0, 1, 0x63], [0x08, 0, 1, 0x72], [0x09, 0, 2, 0, 0xFF], User(), User());

    private byte[] User() => Packet.UserProperty(random.Next(2) == 0 ? "" : "key", "值");

    /// <summary>Each with even chance, in this order.</summary>
    private byte[] Some(params byte[][] properties) => version < 5 ? [] : Packet.Join([.. properties.Where(_ => random.Next(2) == 0)]);

    private byte[] Properties(byte[] list) => version < 5 ? [] : [.. Packet.Number(list.Length), .. list];

    private IEnumerable<byte[]> Several(Func<byte[]> one) => Enumerable.Range(0, random.Next(1, 4)).Select(_ => one()).ToArray();

    private string Topic() => topics[random.Next(topics.Length)];

    private ushort Id() => (ushort)random.Next(1, 7);
}
