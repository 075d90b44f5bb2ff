using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Hub.Mqtt;

/// <summary>Keeps sessions in append-only files <c>sessions-N.log</c> of one folder.</summary>
/// <remarks>
/// A record is: u32 length, u32 CRC-32C of the bytes, the bytes (little-endian). Reading a file stops at the first record that is
/// cut short or does not match its sum: that is where the last process died. Committed records survive the process; a loss of
/// power may cost the last moments, which the clients then send or get once more.
/// </remarks>
public sealed class FileSessionStore : ISessionStore, IDisposable
{
    private const int HeaderBytes = 8;
    private const int BufferBytes = 64 * 1024;
    private const long SmallestRewrite = 8 << 20;

    private readonly string folder;
    private readonly Lock gate = new();
    private readonly Lock rewriting = new();
    private SafeFileHandle? file;
    private byte[] buffer = new byte[BufferBytes];
    private int filled;
    private long number;
    private long position;
    private long rewriteAt = SmallestRewrite;

    /// <param name="folder">Created when it is missing.</param>
    public FileSessionStore(string folder)
    {
        this.folder = Directory.CreateDirectory(folder).FullName;
        number = Files().Select(static f => f.Number).DefaultIfEmpty(0).Max();
    }

    /// <inheritdoc/>
    public bool WantsRewrite
    {
        get { lock (gate) return position > rewriteAt; }
    }

    /// <inheritdoc/>
    public void Load(SessionRecord take)
    {
        foreach (var (path, _) in Files().OrderBy(static f => f.Number))
        {
            using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
            while (TryRead(input, out var record)) take(record);
        }
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> record)
    {
        lock (gate)
        {
            var needed = filled + HeaderBytes + record.Length;
            if (needed > buffer.Length)
            {
                WriteOut();
                needed = HeaderBytes + record.Length;
                if (needed > buffer.Length) buffer = new byte[needed];
            }

            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(filled), record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(filled + 4), Sum(record));
            record.CopyTo(buffer.AsSpan(filled + HeaderBytes));
            filled = needed;
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        lock (gate) WriteOut();
    }

    /// <inheritdoc/>
    public void Rewrite(Action image)
    {
        lock (rewriting)
        {
            long current;
            lock (gate)
            {
                WriteOut();
                file?.Dispose();
                file = null;
                position = 0;
                current = ++number;
            }

            image();
            lock (gate)
            {
                WriteOut();
                if (file is not null) RandomAccess.FlushToDisk(file);
                rewriteAt = Math.Max(SmallestRewrite, position * 4);
            }

            foreach (var (path, old) in Files())
            {
                if (old < current) File.Delete(path);
            }
        }
    }

    /// <summary>Commits, and waits for the disk.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            WriteOut();
            if (file is null) return;
            RandomAccess.FlushToDisk(file);
            file.Dispose();
            file = null;
        }
    }

    private void WriteOut()
    {
        if (filled == 0) return;
        file ??= File.OpenHandle(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"sessions-{(number == 0 ? number = 1 : number)}.log")), FileMode.Append, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(file, buffer.AsSpan(0, filled), position);
        position += filled;
        filled = 0;
        if (buffer.Length > BufferBytes) buffer = new byte[BufferBytes];
    }

    private static bool TryRead(Stream input, out byte[] record)
    {
        record = [];
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (input.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length < 0 || length > input.Length - input.Position) return false;
        record = new byte[length];
        input.ReadExactly(record);
        return Sum(record) == BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes) sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    private IEnumerable<(string Path, long Number)> Files()
    {
        foreach (var path in Directory.GetFiles(folder, "sessions-*.log"))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan("sessions-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var found)) yield return (path, found);
        }
    }
}
