using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hub.Mqtt.Packets;

/// <summary>
/// Builds the packets that are sent seldom (CONNECT, CONNACK, SUBSCRIBE, SUBACK, DISCONNECT…): the body first, then the
/// header in front of it. PUBLISH and the acknowledgements have writers of their own.
/// </summary>
internal sealed class PacketBuilder
{
    // Five bytes for the fixed header are kept free in front of the body.
    private const int HeaderRoom = 5;
    private byte[] buffer = new byte[128];
    private int length;
    private int start;
    private int propertiesAt;

    /// <summary>The finished packet; valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Packet => buffer.AsSpan(start, length - start);

    /// <summary>What was written since <see cref="Begin"/>, without a fixed header; valid until the next one.</summary>
    public ReadOnlySpan<byte> Body => buffer.AsSpan(HeaderRoom, length - HeaderRoom);

    public void Begin() => length = HeaderRoom;

    public void Byte(byte value) => Room(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Room(2), (ushort)value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Room(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Room(8), value);

    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    public void Binary(ReadOnlySpan<byte> bytes)
    {
        UInt16(bytes.Length);
        Raw(bytes);
    }

    public void Text(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        UInt16(size);
        Encoding.UTF8.GetBytes(text, Room(size));
    }

    public void VariableInt(uint value)
    {
        do
        {
            var digit = (byte)(value & 0x7F);
            value >>= 7;
            Byte(value > 0 ? (byte)(digit | 0x80) : digit);
        }
        while (value > 0);
    }

    public void BeginProperties() => propertiesAt = length;

    public void Property(PropertyId id, ushort value)
    {
        Byte((byte)id);
        UInt16(value);
    }

    public void Property(PropertyId id, uint value)
    {
        Byte((byte)id);
        UInt32(value);
    }

    public void PropertyByte(PropertyId id, uint value)
    {
        Byte((byte)id);
        Byte((byte)value);
    }

    public void Property(PropertyId id, string value)
    {
        Byte((byte)id);
        Text(value);
    }

    /// <summary>Puts the length in front of the properties written since <see cref="BeginProperties"/>.</summary>
    public void EndProperties()
    {
        var size = length - propertiesAt;
        Span<byte> prefix = stackalloc byte[4];
        var digits = WriteVariableInt(prefix, (uint)size);
        Room(digits);
        buffer.AsSpan(propertiesAt, size).CopyTo(buffer.AsSpan(propertiesAt + digits));
        prefix[..digits].CopyTo(buffer.AsSpan(propertiesAt));
    }

    public void End(PacketType type, int flags)
    {
        Span<byte> prefix = stackalloc byte[4];
        var digits = WriteVariableInt(prefix, (uint)(length - HeaderRoom));
        start = HeaderRoom - 1 - digits;
        buffer[start] = (byte)(((int)type << 4) | flags);
        prefix[..digits].CopyTo(buffer.AsSpan(start + 1));
    }

    public static int WriteVariableInt(Span<byte> target, uint value)
    {
        var used = 0;
        do
        {
            var digit = (byte)(value & 0x7F);
            value >>= 7;
            target[used++] = value > 0 ? (byte)(digit | 0x80) : digit;
        }
        while (value > 0);
        return used;
    }

    public static int VariableIntSize(uint value) => value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;

    private Span<byte> Room(int size)
    {
        if (buffer.Length - length < size) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + size));
        length += size;
        return buffer.AsSpan(length - size, size);
    }
}
