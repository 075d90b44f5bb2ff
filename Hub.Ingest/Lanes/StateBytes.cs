using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hub.Ingest;

/// <summary>Writes decoder state, little-endian.</summary>
internal readonly ref struct StateWriter(IBufferWriter<byte> output)
{
    public void Write(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Write(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    /// <summary>A device id: at most 128 plain characters.</summary>
    public void WriteId(string id)
    {
        Write((byte)id.Length);
        output.Advance(Encoding.ASCII.GetBytes(id, output.GetSpan(id.Length)));
    }
}

/// <summary>Reads decoder state.</summary>
/// <exception cref="InvalidDataException">Thrown by every member when the bytes end too soon.</exception>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public byte ReadByte() => Take(1)[0];

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ReadOnlySpan<byte> ReadId() => Take(ReadByte());

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length) throw new InvalidDataException("The saved decoder state ends too soon; it is damaged or of another version.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
