using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Hub.Mqtt.Packets;

/// <summary>Reads the field types of both standards (section 1.5) from one packet's body, in order.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> body = body;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == body.Length;

    public byte Byte()
    {
        if (Position >= body.Length) Short();
        return body[Position++];
    }

    public ushort UInt16()
    {
        if (body.Length - Position < 2) Short();
        var value = BinaryPrimitives.ReadUInt16BigEndian(body[Position..]);
        Position += 2;
        return value;
    }

    public uint UInt32()
    {
        if (body.Length - Position < 4) Short();
        var value = BinaryPrimitives.ReadUInt32BigEndian(body[Position..]);
        Position += 4;
        return value;
    }

    public long Int64()
    {
        var value = BinaryPrimitives.ReadInt64BigEndian(Take(8));
        return value;
    }

    /// <summary>Everything up to the end.</summary>
    public ReadOnlySpan<byte> Rest() => Take(body.Length - Position);

    /// <summary>[MQTT-1.5.5-1] one to four bytes, the shortest form only.</summary>
    public int VariableInt()
    {
        int value = 0, shift = 0;
        while (true)
        {
            var digit = Byte();
            value |= (digit & 0x7F) << shift;
            if ((digit & 0x80) == 0)
            {
                if (digit == 0 && shift > 0) MqttProtocolException.Malformed("variable integer is not in its shortest form");
                return value;
            }

            shift += 7;
            if (shift > 21) MqttProtocolException.Malformed("variable integer has more than 4 bytes");
        }
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (body.Length - Position < length) Short();
        var part = body.Slice(Position, length);
        Position += length;
        return part;
    }

    /// <summary>Binary data with a two-byte length.</summary>
    public ReadOnlySpan<byte> Binary() => Take(UInt16());

    /// <summary>[MQTT-1.5.4-1], [MQTT-1.5.4-2]: well-formed UTF-8, no U+0000. U+FEFF stays [MQTT-1.5.4-3].</summary>
    public ReadOnlySpan<byte> Utf8()
    {
        var text = Binary();
        CheckUtf8(text);
        return text;
    }

    public string Text() => Encoding.UTF8.GetString(Name());

    /// <summary>A packet identifier; never 0 [MQTT-2.2.1-3].</summary>
    public ushort PacketId()
    {
        var id = UInt16();
        if (id == 0) MqttProtocolException.Malformed("packet identifier 0");
        return id;
    }

    public readonly void End()
    {
        if (Position != body.Length) MqttProtocolException.Malformed($"{body.Length - Position} bytes after the last field");
    }

    /// <summary>A client identifier, user name, topic or filter: text without control characters, which the standards let a server refuse.</summary>
    public ReadOnlySpan<byte> Name()
    {
        var text = Binary();
        CheckName(text);
        return text;
    }

    public static void CheckUtf8(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(text)) MqttProtocolException.Malformed("text is not well-formed UTF-8 or holds U+0000");
    }

    public static void CheckName(ReadOnlySpan<byte> text)
    {
        // Nearly every name is printable ASCII: one vector loop.
        if (text.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0) return;
        CheckUtf8(text);
        foreach (var rune in new SpanRunes(text))
        {
            // Section 1.5.4: control characters and non-characters should not be sent; names that show nothing are refused.
            var odd = rune.Value is < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0xFDD0 and <= 0xFDEF) || (rune.Value & 0xFFFE) == 0xFFFE;
            if (odd) MqttProtocolException.Malformed($"name with U+{rune.Value:X4}");
        }
    }

    private ref struct SpanRunes(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> rest = text;

        public Rune Current { get; private set; }

        public readonly SpanRunes GetEnumerator() => this;

        public bool MoveNext()
        {
            if (rest.IsEmpty) return false;
            Rune.DecodeFromUtf8(rest, out var rune, out var used);
            Current = rune;
            rest = rest[used..];
            return true;
        }
    }

    private static void Short() => MqttProtocolException.Malformed("packet ends inside a field");
}
