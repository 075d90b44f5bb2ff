using System.Text;

namespace Hub.Tests.Mqtt;

/// <summary>Packets as byte arrays, written independently of the room's own codec.</summary>
internal static class Packet
{
    public static readonly byte[] Ping = [0xC0, 0];
    public static readonly byte[] Pong = [0xD0, 0];
    public static readonly byte[] Bye = [0xE0, 0];

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(p => p)];

    public static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] U32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Text(string text) => Data(Encoding.UTF8.GetBytes(text));

    public static byte[] Data(byte[] bytes) => [.. U16(bytes.Length), .. bytes];

    public static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        do
        {
            var digit = value % 128;
            value /= 128;
            bytes.Add((byte)(value > 0 ? digit | 0x80 : digit));
        }
        while (value > 0);
        return [.. bytes];
    }

    /// <summary>A packet of any kind: first byte, length, body.</summary>
    public static byte[] Of(int first, params byte[][] body)
    {
        var all = Join(body);
        return [(byte)first, .. Number(all.Length), .. all];
    }

    public static byte[] Connect(string id, int version = 5, bool clean = true, byte[]? properties = null, ushort keepAlive = 60, byte[]? rest = null, byte flags = 0) =>
        Of(0x10, Text("MQTT"), [(byte)version, (byte)(flags | (clean ? 2 : 0))], U16(keepAlive), Properties(version, properties), Text(id), rest ?? []);

    /// <summary>The will part of CONNECT; goes with flag 0x04.</summary>
    public static byte[] Will(int version, string topic, string body, byte[]? properties = null) => Join(Properties(version, properties), Text(topic), Text(body));

    public static byte[] Publish(int version, string topic, string body, int qos = 0, ushort id = 0, bool retain = false, bool dup = false, byte[]? properties = null) =>
        Of(0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0), Text(topic), qos > 0 ? U16(id) : [], Properties(version, properties), Encoding.UTF8.GetBytes(body));

    public static byte[] Subscribe(int version, ushort id, byte[]? properties, params (string Filter, byte Options)[] filters) =>
        Of(0x82, U16(id), Properties(version, properties), Join([.. filters.Select(f => Join(Text(f.Filter), [f.Options]))]));

    public static byte[] SubAck(int version, ushort id, params byte[] reasons) => Of(0x90, U16(id), Properties(version, null), reasons);

    public static byte[] Unsubscribe(int version, ushort id, params string[] filters) =>
        Of(0xA2, U16(id), Properties(version, null), Join([.. filters.Select(Text)]));

    public static byte[] UnsubAck(int version, ushort id, params byte[] reasons) => version == 5 ? Of(0xB0, U16(id), [0], reasons) : Of(0xB0, U16(id));

    public static byte[] PubAck(ushort id, byte reason = 0) => Answer(0x40, id, reason);

    public static byte[] PubRec(ushort id, byte reason = 0) => Answer(0x50, id, reason);

    public static byte[] PubRel(ushort id, byte reason = 0) => Answer(0x62, id, reason);

    public static byte[] PubComp(ushort id, byte reason = 0) => Answer(0x70, id, reason);

    public static byte[] UserProperty(string name, string value) => Join([0x26], Text(name), Text(value));

    private static byte[] Answer(int first, ushort id, byte reason) => reason == 0 ? Of(first, U16(id)) : Of(first, U16(id), [reason]);

    private static byte[] Properties(int version, byte[]? properties) => version < 5 ? [] : properties is null ? [0] : [.. Number(properties.Length), .. properties];
}
