using System.Buffers.Binary;

namespace Hub.Adapters.Embedded;

/// <summary>Appends bits, most significant first, to a buffer that grows and is used again after <see cref="Reset"/>.</summary>
internal struct BitWriter
{
    private byte[] buffer = new byte[64];
    private int bytes;        // whole words written to the buffer, in bytes
    private ulong word;       // bits not yet in the buffer, left-aligned
    private int free = 64;    // bits still unused in word

    public BitWriter() { }

    /// <summary>Bytes that <see cref="CopyTo"/> needs.</summary>
    public readonly int ByteLength => bytes + (64 - free + 7) / 8;

    /// <summary>Writes the low bits of a value; <paramref name="count"/> is 1 to 64 and the bits above it are zero.</summary>
    public void Write(ulong value, int count)
    {
        if (count <= free)
        {
            free -= count;
            word |= value << free;
            if (free == 0) FlushWord();
            return;
        }

        var rest = count - free;
        word |= value >> rest;
        FlushWord();
        free = 64 - rest;
        word = value << free;
    }

    /// <summary>Copies what was written; the last byte is padded with zeros.</summary>
    public readonly void CopyTo(Span<byte> target)
    {
        buffer.AsSpan(0, bytes).CopyTo(target);
        for (int i = bytes, shift = 56; i < ByteLength; i++, shift -= 8) target[i] = (byte)(word >> shift);
    }

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset()
    {
        bytes = 0;
        word = 0;
        free = 64;
    }

    private void FlushWord()
    {
        if (bytes + 8 > buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        BinaryPrimitives.WriteUInt64BigEndian(buffer.AsSpan(bytes), word);
        bytes += 8;
        word = 0;
        free = 64;
    }
}
