using System.Text;

namespace Hub.Adapters.Influx;

/// <summary>Lines that the server would not take, put aside with the reason in a file that <c>hub import readings</c> reads.</summary>
internal sealed class RefusedLines(string folder)
{
    /// <summary>Bytes of the file beyond which lines are only counted. A bad device must not fill the disk.</summary>
    public const long MostBytes = 16 << 20;

    private long count;

    public string FilePath { get; } = Path.Combine(folder, "influxdb-refused.lp");

    /// <summary>Lines refused since the start.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>Why the last one was refused.</summary>
    public string? LastReason { get; private set; }

    public void Add(ReadOnlySpan<byte> line, string reason)
    {
        Note(1, reason);
        try
        {
            using var file = new FileStream(FilePath, FileMode.Append, FileAccess.Write, FileShare.Read);
            if (file.Length > MostBytes) return;
            file.Write(Encoding.UTF8.GetBytes("# " + reason.ReplaceLineEndings(" ") + "\n"));
            file.Write(line);
        }
        catch (IOException)
        {
            // The journal still has the message and the count tells; a full disk must not stop the good lines.
        }
    }

    /// <summary>Counts lines that the server dropped without saying which.</summary>
    public void Note(long lines, string reason)
    {
        Interlocked.Add(ref count, lines);
        LastReason = reason;
    }
}
