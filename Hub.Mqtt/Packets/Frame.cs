using System.Buffers;

namespace Hub.Mqtt.Packets;

/// <summary>One packet cut out of the byte stream: first byte and what its length covers.</summary>
/// <remarks>The body is borrowed: valid until the pipe advances.</remarks>
internal readonly struct Frame(byte header, ReadOnlySequence<byte> body, int length)
{
    public PacketType Type => (PacketType)(header >> 4);

    /// <summary>Lower four bits of the first byte.</summary>
    public byte Flags => (byte)(header & 0x0F);

    public ReadOnlySequence<byte> Body => body;

    /// <summary>Bytes on the wire, fixed header included.</summary>
    public int Length => length;

    /// <summary>
    /// Cuts the next packet off the front of <paramref name="buffer"/>; false means "read more".
    /// What is wrong with the first bytes is found before the rest has come.
    /// </summary>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxBytes, out Frame frame)
    {
        frame = default;
        var first = buffer.FirstSpan;
        if (first.Length < 5 && !buffer.IsSingleSegment)
        {
            // The fixed header straddles two segments: look at a copy of it.
            Span<byte> copy = stackalloc byte[5];
            var take = (int)Math.Min(5, buffer.Length);
            buffer.Slice(0, take).CopyTo(copy);
            return TryRead(ref buffer, copy[..take], maxBytes, out frame);
        }

        return TryRead(ref buffer, first, maxBytes, out frame);
    }

    private static bool TryRead(ref ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> head, int maxBytes, out Frame frame)
    {
        frame = default;
        if (head.IsEmpty) return false;
        CheckFlags(head[0]);

        int length = 0, shift = 0, used = 1;
        while (true)
        {
            if (used == head.Length) return false;
            var digit = head[used++];
            length |= (digit & 0x7F) << shift;
            if ((digit & 0x80) == 0)
            {
                // [MQTT-1.5.5-1] the shortest form is the only one.
                if (digit == 0 && used > 2) MqttProtocolException.Malformed("packet length is not in its shortest form");
                break;
            }

            shift += 7;
            if (shift > 21) MqttProtocolException.Malformed("packet length has more than 4 bytes");
        }

        if (used + length > maxBytes) MqttProtocolException.Throw(ReasonCode.PacketTooLarge, $"packet of {used + length} bytes; at most {maxBytes} are taken");
        if (buffer.Length < used + length) return false;
        frame = new Frame(head[0], buffer.Slice(used, length), used + length);
        buffer = buffer.Slice(used + length);
        return true;
    }

    /// <summary>[MQTT-2.2.2-2] reserved flag bits other than prescribed close the connection.</summary>
    private static void CheckFlags(byte header)
    {
        var flags = header & 0x0F;
        var good = (PacketType)(header >> 4) switch
        {
            PacketType.Publish => (flags & 0x06) != 0x06 && (flags & 0x0E) != 0x08, // QoS 3; DUP on QoS 0
            PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => flags == 2,
            PacketType.Reserved => true, // refused later, with the reason for an unknown type
            _ => flags == 0,
        };
        if (!good) MqttProtocolException.Malformed($"packet type {header >> 4} with flags 0x{flags:X}");
    }
}
