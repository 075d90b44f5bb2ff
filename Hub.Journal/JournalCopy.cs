using Microsoft.Win32.SafeHandles;

namespace Hub.Journal;

/// <summary>Copies a journal's folder while a hub writes to it, so that the copy opens like the folder after a crash: a torn tail at most.</summary>
/// <remarks>
/// Used in two steps. <see cref="Hold"/> opens every segment: retention may delete their names from then on, not their bytes. Then the
/// databases are copied, whose positions lie within what is committed by now. <see cref="WriteTo"/> comes last and so reaches at least as far.
/// <para>
/// Why this is sound: a segment is only ever appended to, in order, and the next one is begun when the one before is finished. So segments are
/// copied from the newest to the oldest (each older one is complete), and the newest as far as its last byte that is not zero: everything
/// before a byte seen was written before it. Copied the other way round, a batch could be torn with whole ones behind it, which is damage.
/// </para>
/// </remarks>
public sealed class JournalCopy : IDisposable
{
    private const int PageBytes = 4096;
    private const int BufferBytes = 1 << 20;

    private readonly string folder;
    private readonly SortedDictionary<long, SafeFileHandle> held = [];

    private JournalCopy(string folder) => this.folder = folder;

    /// <summary>Bytes of the segments held.</summary>
    public long Bytes => held.Values.Sum(RandomAccess.GetLength);

    /// <summary>Opens every segment of a journal's folder; none when there is no folder.</summary>
    public static JournalCopy Hold(string folder)
    {
        var copy = new JournalCopy(folder);
        try
        {
            copy.HoldNew();
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Writes the segments, with those begun since, into a folder.</summary>
    /// <param name="target">The folder; made when absent.</param>
    /// <param name="progress">Told bytes copied and bytes in all; may be null.</param>
    /// <param name="stop">Ends the copying; what was written stays and is no whole journal.</param>
    /// <returns>Names of the files written, the newest first.</returns>
    public IReadOnlyList<string> WriteTo(string target, Action<long, long>? progress, CancellationToken stop)
    {
        HoldNew();
        Directory.CreateDirectory(target);
        var written = new List<string>();
        var (done, all) = (0L, Bytes);
        foreach (var (number, source) in held.Reverse())
        {
            if (written.Count == 0 && IsSpare(source)) continue;
            var name = SegmentHeader.NameOf(number);
            var length = RandomAccess.GetLength(source);
            using var file = File.OpenHandle(Path.Combine(target, name), FileMode.CreateNew, FileAccess.Write);
            Copy(source, file, written.Count == 0 ? EndOfData(source, length) : length, bytes => progress?.Invoke(done += bytes, all), stop);
            // Zeros behind the end are part of the segment: a record may end with some.
            if (RandomAccess.GetLength(file) < length) RandomAccess.SetLength(file, length);
            written.Add(name);
        }

        return written;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in held.Values) file.Dispose();
        held.Clear();
    }

    private void HoldNew()
    {
        if (!Directory.Exists(folder)) return;
        foreach (var number in Directory.EnumerateFiles(folder).Select(f => SegmentHeader.NumberOf(Path.GetFileName(f))).Where(n => n > 0 && !held.ContainsKey(n)).Order())
        {
            try
            {
                held.Add(number, File.OpenHandle(Path.Combine(folder, SegmentHeader.NameOf(number)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            }
            catch (FileNotFoundException)
            {
                // Retention was quicker. It deletes the oldest first, so nothing newer is missing.
            }
        }
    }

    // Made beforehand and not begun: nothing was written to it when we looked, and what comes later is after our copy.
    private static bool IsSpare(SafeFileHandle file)
    {
        var head = new byte[SegmentHeader.Bytes];
        RandomAccess.Read(file, head, 0);
        return !head.AsSpan().ContainsAnyExcept((byte)0);
    }

    // Page by page from the end: what one page shows was written after all pages before it.
    private static long EndOfData(SafeFileHandle file, long length)
    {
        var page = new byte[PageBytes];
        for (var at = (length - 1) / PageBytes * PageBytes; at > 0; at -= PageBytes)
        {
            var read = RandomAccess.Read(file, page, at);
            if (page.AsSpan(0, read).ContainsAnyExcept((byte)0)) return Math.Min(length, at + PageBytes);
        }

        return Math.Min(length, SegmentHeader.Bytes);
    }

    private static void Copy(SafeFileHandle source, SafeFileHandle target, long end, Action<int> copied, CancellationToken stop)
    {
        var buffer = new byte[BufferBytes];
        for (long at = 0; at < end;)
        {
            stop.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(BufferBytes, end - at)), at);
            if (read == 0) return; // the hub gave back room behind the end meanwhile
            RandomAccess.Write(target, buffer.AsSpan(0, read), at);
            at += read;
            copied(read);
        }
    }
}
