using System.Buffers.Binary;

namespace Hub.Mqtt;

/// <summary>Reading back what an earlier process wrote.</summary>
public sealed partial class FileSessionStore
{
    /// <inheritdoc/>
    public long Load(SessionRecord take)
    {
        var lost = 0L;
        foreach (var (path, _) in Files().OrderBy(static f => f.Number))
        {
            using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
            lost += Load(input, take);
        }

        return lost;
    }

    private static long Load(Stream input, SessionRecord take)
    {
        // A bad record is only passed over when a good one follows: a torn end is not damage that goes on.
        long lost = 0, skipped = 0;
        while (true)
        {
            var start = input.Position;
            if (!TryRead(input, out var record, out var good)) return lost + skipped + input.Length - start;
            if (!good)
            {
                skipped += HeaderBytes + record.Length;
                continue;
            }

            lost += skipped;
            skipped = 0;
            take(record);
        }
    }

    /// <summary>False when the rest of the file holds no whole record.</summary>
    private static bool TryRead(Stream input, out byte[] record, out bool good)
    {
        record = [];
        good = false;
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (input.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length < 0 || length > input.Length - input.Position) return false;
        record = new byte[length];
        input.ReadExactly(record);

        // No record is empty: zeros are what a file system may leave behind a crash.
        good = length > 0 && Sum(record) == BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        return true;
    }
}
