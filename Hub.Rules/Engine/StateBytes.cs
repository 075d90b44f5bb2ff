using System.Buffers.Binary;
using System.Text;

namespace Hub.Rules.Engine;

/// <summary>Writes a snapshot: little-endian, texts as UTF-8 with their length first. One buffer, reused: a lane saves often and must not stop for it.</summary>
internal sealed class StateWriter
{
    private byte[] buffer = new byte[64 << 10];
    private int length;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void Clear() => length = 0;

    public void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Int(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    public void Double(double value) => Long(BitConverter.DoubleToInt64Bits(value));

    public void Bool(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    public void Text(string? value)
    {
        if (value is null)
        {
            Int(-1);
            return;
        }

        var bytes = Encoding.UTF8.GetByteCount(value);
        Int(bytes);
        Encoding.UTF8.GetBytes(value, Take(bytes));
    }

    /// <summary>Begins a block with its length first, so that a reader may step over it.</summary>
    public int Begin()
    {
        Int(0);
        return length;
    }

    /// <summary>Ends the block that <see cref="Begin"/> began.</summary>
    public void End(int block) => BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(block - 4), length - block);

    private Span<byte> Take(int bytes)
    {
        if (buffer.Length - length < bytes) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes));
        length += bytes;
        return buffer.AsSpan(length - bytes, bytes);
    }
}

/// <summary>Reads what <see cref="StateWriter"/> wrote. Bytes that end too soon are an <see cref="InvalidDataException"/>.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly int Remaining => rest.Length;

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>A number of things that follow, each at least a byte.</summary>
    public int Count()
    {
        var count = Int();
        return count >= 0 && count <= rest.Length ? count : throw new InvalidDataException($"rule state: a count of {count} with {rest.Length} bytes left");
    }

    public double Double() => BitConverter.Int64BitsToDouble(Long());

    public bool Bool() => Take(1)[0] != 0;

    public string? Text()
    {
        var length = Int();
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>The next yes or no, left where it is.</summary>
    public readonly bool PeekBool() => rest.Length > 0 && rest[0] != 0;

    public StateReader Block() => new(Take(Int()));

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > rest.Length) throw new InvalidDataException($"rule state: {length} bytes wanted, {rest.Length} left");
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
