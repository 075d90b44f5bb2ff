using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hub.Journal;

/// <summary>A folder on a real disk, held by one process at a time.</summary>
internal sealed partial class FolderDisk : IDisk
{
    private const string LockName = "lock";
    private readonly string _folder;
    private readonly FileStream _lock;

    /// <exception cref="JournalException">The folder cannot be written, or another process holds it.</exception>
    public FolderDisk(string folder)
    {
        _folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The journal folder '{_folder}' cannot be made: {e.Message} Choose another data folder or mend its rights.", e);
        }

        try
        {
            _lock = new FileStream(Path.Combine(_folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new JournalException($"The journal folder '{_folder}' cannot be written: {e.Message} Choose another data folder or mend its rights.", e);
        }
        catch (IOException e)
        {
            throw new JournalException($"The journal folder '{_folder}' is in use by another process, or cannot be written: {e.Message} Stop the other hub or choose another data folder.", e);
        }
    }

    public long FreeBytes => new DriveInfo(_folder).AvailableFreeSpace;

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(_folder).Select(f => Path.GetFileName(f)!).Where(n => n != LockName)];

    public IDiskFile Create(string name, long bytes)
    {
        var path = Path.Combine(_folder, name);
        var handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            Reserve(handle, bytes);
            RandomAccess.FlushToDisk(handle);
            FlushFolder();
            return new FolderFile(handle);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }
    }

    public IDiskFile Open(string name) =>
        new FolderFile(File.OpenHandle(Path.Combine(_folder, name), FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));

    public void Delete(string name)
    {
        File.Delete(Path.Combine(_folder, name));
        FlushFolder();
    }

    public void Dispose() => _lock.Dispose();

    // Without this, a crash may forget a file's name although its bytes are safe.
    private void FlushFolder()
    {
        if (!OperatingSystem.IsLinux()) return;
        var folder = open(_folder, flags: 0);
        if (folder < 0) throw new IOException($"cannot open folder '{_folder}' to flush it (errno {Marshal.GetLastPInvokeError()})");
        var failed = fsync(folder) != 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = close(folder);
        if (failed != 0) throw new IOException($"cannot flush folder '{_folder}' (errno {failed})");
    }

    private static void Reserve(SafeFileHandle handle, long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.SetLength(handle, bytes);
            return;
        }

        var error = posix_fallocate((int)handle.DangerousGetHandle(), 0, bytes);
        if (error != 0) throw new IOException($"the disk refused to reserve {bytes} bytes (errno {error})");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(int descriptor, long offset, long length);

    private sealed partial class FolderFile(SafeFileHandle handle) : IDiskFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        // The file's length is fixed beforehand, so its data is all there is to flush: a little quicker than fsync.
        public void Flush()
        {
            if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(handle);
            else if (fdatasync((int)handle.DangerousGetHandle()) != 0) throw new IOException($"the disk refused a flush (errno {Marshal.GetLastPInvokeError()})");
        }

        public int Read(Span<byte> buffer, long offset)
        {
            var read = 0;
            while (read < buffer.Length)
            {
                var n = RandomAccess.Read(handle, buffer[read..], offset + read);
                if (n == 0) break;
                read += n;
            }

            return read;
        }

        public void Truncate(long bytes) => RandomAccess.SetLength(handle, bytes);

        public void Dispose() => handle.Dispose();

        [LibraryImport("libc", SetLastError = true)]
        private static partial int fdatasync(int descriptor);
    }
}
