namespace Hub.Journal;

/// <summary>The folder the journal writes to. A wall: the real one is <see cref="FolderDisk"/>, tests bring one that fails on purpose.</summary>
/// <remarks>Every member throws <see cref="IOException"/> when the disk refuses.</remarks>
internal interface IDisk : IDisposable
{
    /// <summary>Bytes an unprivileged writer may still take.</summary>
    long FreeBytes { get; }

    /// <summary>Names of the files, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes a file of that many zero bytes whose room is reserved; its name survives a crash once this returns.</summary>
    IDiskFile Create(string name, long bytes);

    /// <summary>Opens a file that is there.</summary>
    IDiskFile Open(string name);

    /// <summary>Removes a file.</summary>
    void Delete(string name);
}

/// <summary>One file. Written by one thread, read by many.</summary>
internal interface IDiskFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Writes all bytes at a place. Not durable before <see cref="Flush"/>.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes everything written durable.</summary>
    void Flush();

    /// <summary>Reads up to the buffer's length; fewer bytes only at the end of the file.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Gives back the room behind that length.</summary>
    void Truncate(long bytes);
}
