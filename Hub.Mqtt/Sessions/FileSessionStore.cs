using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Hub.Mqtt;

/// <summary>Keeps sessions in append-only files <c>sessions-N.log</c> of one folder.</summary>
/// <remarks>
/// A record is: u32 length, u32 CRC-32C of the bytes, the bytes (little-endian). A record whose sum is wrong is passed over when
/// a good one follows it; else reading that file ends there: that is where the last process died. Committed records survive the
/// process, and what <see cref="DurableAsync"/> waited for survives the loss of power. One flush at a time serves all who wait.
/// </remarks>
public sealed partial class FileSessionStore : ISessionStore, IDisposable
{
    private const int HeaderBytes = 8;
    private const int BufferBytes = 64 * 1024;
    private const long SmallestRewrite = 8 << 20;

    private readonly string folder;
    private readonly Lock gate = new();
    private readonly Lock rewriting = new();

    // Held for reading by units, for writing by whoever hands bytes to the operating system; taken before the gate.
    private readonly ReaderWriterLockSlim units = new();

    // Under the gate.
    private SafeFileHandle? file;
    private byte[] buffer = new byte[BufferBytes];
    private int filled;
    private long number;
    private long position;
    private long rewriteAt = SmallestRewrite;
    private long appended;

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
    public long Append(ReadOnlySpan<byte> record)
    {
        lock (gate)
        {
            var needed = filled + HeaderBytes + record.Length;
            if (needed > buffer.Length)
            {
                // While a unit is open the buffer grows; never waited for here, under the locks of whoever appends.
                if (!units.IsReadLockHeld && units.TryEnterWriteLock(0))
                {
                    try
                    {
                        WriteOut();
                    }
                    finally
                    {
                        units.ExitWriteLock();
                    }
                }

                needed = filled + HeaderBytes + record.Length;
                if (needed > buffer.Length) Array.Resize(ref buffer, Math.Max(needed, buffer.Length * 2));
            }

            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(filled), record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(filled + 4), Sum(record));
            record.CopyTo(buffer.AsSpan(filled + HeaderBytes));
            filled = needed;
            return appended += HeaderBytes + record.Length;
        }
    }

    /// <inheritdoc/>
    public void BeginUnit() => units.EnterReadLock();

    /// <inheritdoc/>
    public void EndUnit() => units.ExitReadLock();

    /// <inheritdoc/>
    public void Commit()
    {
        if (Volatile.Read(ref filled) == 0) return;
        units.EnterWriteLock();
        try
        {
            lock (gate) WriteOut();
        }
        finally
        {
            units.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public void Rewrite(Action image)
    {
        lock (rewriting)
        {
            Flush();
            long current;
            units.EnterWriteLock();
            try
            {
                lock (gate)
                {
                    // Little is left to flush now, and nobody may wait for a file that is closed.
                    WriteOut();
                    if (file is not null) RandomAccess.FlushToDisk(file);
                    file?.Dispose();
                    file = null;
                    position = 0;
                    current = ++number;
                }
            }
            finally
            {
                units.ExitWriteLock();
            }

            image();
            Flush();
            lock (gate) rewriteAt = Math.Max(SmallestRewrite, position * 4);
            foreach (var (path, old) in Files())
            {
                if (old < current) File.Delete(path);
            }
        }
    }

    /// <summary>Commits, and waits for the disk.</summary>
    public void Dispose()
    {
        lock (rewriting)
        {
            Flush();
            lock (gate)
            {
                file?.Dispose();
                file = null;
            }
        }

        units.Dispose();
    }

    /// <summary>Writes and waits for the disk; returns the place up to which all is there. Under <see cref="rewriting"/>, so the file stays open.</summary>
    private long Flush()
    {
        SafeFileHandle? current;
        long upTo;
        units.EnterWriteLock();
        try
        {
            lock (gate)
            {
                WriteOut();
                current = file;
                upTo = appended;
            }
        }
        finally
        {
            units.ExitWriteLock();
        }

        // Outside the gate: others go on appending meanwhile.
        if (current is not null) RandomAccess.FlushToDisk(current);
        return upTo;
    }

    private void WriteOut()
    {
        if (filled == 0) return;
        file ??= File.OpenHandle(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"sessions-{(number == 0 ? number = 1 : number)}.log")), FileMode.Append, FileAccess.Write, FileShare.Read);
        try
        {
            RandomAccess.Write(file, buffer.AsSpan(0, filled), position);
        }
        catch (IOException fault)
        {
            throw Failed(fault);
        }

        position += filled;
        filled = 0;
        if (buffer.Length > BufferBytes) buffer = new byte[BufferBytes];
    }

    private static SessionStoreException Failed(Exception fault) => new($"the MQTT session log cannot be written ({fault.Message}); free space on its disk", fault);

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
